import { effectivePolicy } from '../../graph/destination-rules.ts';
import type { MeshGraph } from '../../graph/mesh-graph.ts';
import type { MeshHost, MeshPort } from '../../graph/mesh-host.ts';
import { inboundBypass } from '../../graph/traffic-capture.ts';
import { WORKLOAD_KINDS, type Workload } from '../../graph/workload.ts';
import { servicePortsOf } from '../../graph/workload-ports.ts';
import { annotationProblem } from '../annotation-values.ts';
import type { Rule } from '../rule.ts';

/** Annotations that keep ports or addresses out of the sidecar: there is no mutual TLS and no policy for them. */
export const trafficPastTheSidecar = {
  code: 'W244',
  name: 'traffic-past-the-sidecar',
  severity: 'warning',
  summary: 'An annotation lets traffic past the sidecar.',
  reads: [...WORKLOAD_KINDS, 'Service', 'PeerAuthentication', 'DestinationRule'],
  *check(graph) {
    for (const workload of graph.workloads) {
      const { manifest, annotations, at, sidecar } = workload;
      // Without a sidecar there is nothing to go past.
      if (sidecar === 'no') continue;
      for (const [key, effectOf] of Object.entries(EXCEPTIONS)) {
        const value = annotations[key];
        // What cannot be read keeps the pods from being made: that is W247's.
        const effect =
          value === undefined || annotationProblem(key, value) !== undefined ? undefined : effectOf(value.trim());
        if (value === undefined || effect === undefined) continue;
        yield {
          manifest,
          at: [...at, 'metadata', 'annotations', key],
          message: `${key} is "${value}": ${effect}${deafened(graph, workload, key)}`,
          fix: 'remove the annotation; for a port that must take plain text use portLevelMtls, for a host outside of the mesh a ServiceEntry',
        };
      }
    }
  },
} satisfies Rule;

/** What becomes of callers with a proxy: they choose mutual TLS by the pods, whatever the annotation keeps out (measured). */
function deafened(graph: MeshGraph, workload: Workload, annotation: string): string {
  const hit = servicePortsOf(graph, workload).find(
    ({ containerPort, service, port }) =>
      inboundBypass(workload, containerPort) === annotation &&
      graph.settings.autoMtls &&
      graph.peerAuthentications.modeOf(workload, containerPort).mode !== 'DISABLE' &&
      !sendsPlainText(graph, service, port),
  );
  return hit === undefined
    ? ''
    : `; callers with a sidecar send mutual TLS to ${hit.service.host}:${hit.port.number} all the same, which nothing ends there, and get 503`;
}

function sendsPlainText(graph: MeshGraph, { namespace, host }: MeshHost, { number }: MeshPort): boolean {
  const rule = graph.destinationRuleFor({ namespace }, host);
  const tls = rule && effectivePolicy(rule, undefined, number).tls;
  return tls !== undefined && (tls.value.mode ?? 'DISABLE') === 'DISABLE';
}

const IN = 'reach the application directly, without mutual TLS, and no AuthorizationPolicy sees them';
const OUT = 'leave the pod directly: no mutual TLS, no route, no limit on where they go';

/** Ports of the sidecar itself, which nobody has to be kept from. */
const isIstioPort = (port: string): boolean => /^150[0-9]{2}$/.test(port.trim());

const EXCEPTIONS: Readonly<Record<string, (value: string) => string | undefined>> = {
  'traffic.sidecar.istio.io/excludeInboundPorts': (value) => {
    const ports = value.split(',').filter((port) => port.trim() !== '' && !isIstioPort(port));
    return ports.length === 0 ? undefined : `requests to port ${ports.join(', ')} ${IN}`;
  },
  'traffic.sidecar.istio.io/includeInboundPorts': (value) =>
    value === '*' ? undefined : value === '' ? `all requests ${IN}` : `requests to all ports but ${value} ${IN}`,
  'traffic.sidecar.istio.io/excludeOutboundPorts': (value) => {
    const ports = value.split(',').filter((port) => port.trim() !== '' && !isIstioPort(port));
    return ports.length === 0 ? undefined : `connections to port ${ports.join(', ')} ${OUT}`;
  },
  'traffic.sidecar.istio.io/excludeOutboundIPRanges': (value) =>
    value === '' ? undefined : `connections to ${value} ${OUT}`,
  'traffic.sidecar.istio.io/includeOutboundIPRanges': (value) =>
    value === '*' ? undefined : value === '' ? `all connections ${OUT}` : `connections to anything but ${value} ${OUT}`,
  'traffic.sidecar.istio.io/excludeInterfaces': (value) =>
    value === '' ? undefined : `traffic of interface ${value} goes past the sidecar in both directions`,
  'sidecar.istio.io/interceptionMode': (value) =>
    value === 'NONE'
      ? 'nothing is redirected: only traffic that the application sends to the sidecar itself passes it'
      : undefined,
};
