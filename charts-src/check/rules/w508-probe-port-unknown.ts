import type { Container } from '../../graph/shapes.ts';
import { appContainers } from '../app-containers.ts';
import { longRunning } from '../long-running.ts';
import { declaresPorts, PROBES, probePort } from '../probes.ts';
import type { Rule } from '../rule.ts';

/** A probe calls a port that the container does not have. */
export const probePortUnknown = {
  code: 'W508',
  name: 'probe-port-unknown',
  severity: 'error',
  summary: 'A probe calls a port that its container does not have.',
  reads: ['Deployment', 'StatefulSet', 'DaemonSet', 'Rollout', 'ReplicaSet'],
  *check(graph) {
    for (const { manifest, ...workload } of longRunning(graph))
      for (const { container, at } of appContainers(workload))
        for (const probe of PROBES) {
          const called = container[probe] && probePort(container[probe]);
          if (called === undefined) continue;
          const problem = problemOf(called.port, container);
          if (problem === undefined) continue;
          yield {
            manifest,
            at: [...at, probe, ...called.at],
            // A number is called whether it is declared or not.
            ...(typeof called.port === 'number' ? { severity: 'warning' as const } : {}),
            message: `${probe} of container "${container.name ?? ''}" ${problem}`,
            fix: `call one of ${portNames(container) || 'the ports of the container'}, or declare the port`,
          };
        }
  },
} satisfies Rule;

function problemOf(port: unknown, container: Container): string | undefined {
  const ports = container.ports ?? [];
  if (typeof port === 'string' && !/^\d+$/.test(port))
    return ports.some(({ name }) => name === port)
      ? undefined
      : `calls port "${port}", which no port of the container is named: the kubelet cannot resolve it and the probe always fails`;
  const number = Number(port);
  if (!Number.isInteger(number) || !declaresPorts(container)) return undefined;
  return ports.some(({ containerPort }) => containerPort === number)
    ? undefined
    : `calls port ${number}, which the container does not declare: unless something listens there all the same, the probe always fails`;
}

const portNames = ({ ports = [] }: Container): string =>
  ports.flatMap(({ name, containerPort }) => (name === undefined ? (containerPort ?? []) : `"${name}"`)).join(', ');
