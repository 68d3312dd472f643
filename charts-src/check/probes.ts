import type { Container, ProbeHandler } from '../graph/shapes.ts';

/** The probes of a container by their field. */
export const PROBES = ['startupProbe', 'readinessProbe', 'livenessProbe'] as const;
export type Probe = (typeof PROBES)[number];

/** The port that a probe calls, as it is written, and the fields that lead to it; undefined for a command. */
export function probePort(
  probe: ProbeHandler,
): { readonly port: unknown; readonly at: readonly [string, 'port'] } | undefined {
  for (const field of ['httpGet', 'tcpSocket', 'grpc'] as const) {
    const handler = probe[field];
    if (handler !== undefined) return { port: handler.port, at: [field, 'port'] };
  }
  return undefined;
}

/** Whether two probes ask the same question. */
export const asksTheSame = (one: ProbeHandler, other: ProbeHandler): boolean => question(one) === question(other);

function question({ exec, httpGet, tcpSocket, grpc }: ProbeHandler): string {
  return JSON.stringify([
    exec?.command,
    httpGet && [httpGet.path ?? '/', httpGet.port, httpGet.scheme ?? 'HTTP'],
    tcpSocket?.port,
    grpc,
  ]);
}

/** Seconds that a probe has to fail until something comes of it. Source: Kubernetes' defaults, 3 times every 10 s */
export const secondsToFail = ({ periodSeconds = 10, failureThreshold = 3 }: ProbeHandler): number =>
  periodSeconds * failureThreshold;

/** Whether a container says what ports it has: only then can one be missing. */
export const declaresPorts = ({ ports = [] }: Container): boolean => ports.length > 0;
