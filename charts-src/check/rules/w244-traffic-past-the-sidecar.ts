import { WORKLOAD_KINDS } from '../../graph/workload.ts';
import { annotationProblem } from '../annotation-values.ts';
import type { Rule } from '../rule.ts';

/** Annotations that keep ports or addresses out of the sidecar: there is no mutual TLS and no policy for them. */
export const trafficPastTheSidecar = {
  code: 'W244',
  name: 'traffic-past-the-sidecar',
  severity: 'warning',
  summary: 'An annotation lets traffic past the sidecar.',
  reads: WORKLOAD_KINDS,
  *check(graph) {
    for (const { manifest, annotations, at, sidecar } of graph.workloads) {
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
          message: `${key} is "${value}": ${effect}`,
          fix: 'remove the annotation; for a port that must take plain text use portLevelMtls, for a host outside of the mesh a ServiceEntry',
        };
      }
    }
  },
} satisfies Rule;

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
