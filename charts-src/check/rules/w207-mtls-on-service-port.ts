import { selectorOf } from '../../graph/policies.ts';
import { precedenceOf } from '../peer-authentication-precedence.ts';
import { portKeysOf } from '../port-keys.ts';
import type { Rule } from '../rule.ts';

/** `portLevelMtls` names a port that no container has: the mode for it never acts. */
export const mtlsOnServicePort = {
  code: 'W207',
  name: 'mtls-on-service-port',
  severity: 'error',
  summary: 'portLevelMtls names a port of the Service instead of the port of the container.',
  reads: ['PeerAuthentication', 'Service', 'Deployment', 'StatefulSet', 'DaemonSet'],
  *check(graph) {
    for (const policy of graph.of('PeerAuthentication')) {
      const selector = selectorOf(policy);
      if (selector === undefined || precedenceOf(graph, policy).state !== 'acts') continue;
      const workloads = graph.workloadsBy(policy.namespace).select(selector);
      const [first] = workloads;
      if (first === undefined) continue;
      const keys = portKeysOf(graph, workloads);
      for (const [port, settings] of Object.entries(policy.spec.portLevelMtls ?? {})) {
        const verdict = keys.verdict(port);
        if (verdict.is !== 'service-port' && verdict.is !== 'nowhere') continue;
        const wanted = settings?.mode ?? 'UNSET';
        const real = verdict.is === 'service-port' ? verdict.containerPort : undefined;
        const { mode } = graph.peerAuthentications.modeOf(first, real);
        const isDifferent = wanted !== 'UNSET' && wanted !== mode;
        yield {
          manifest: policy.manifest,
          at: ['spec', 'portLevelMtls', port],
          ...(!(isDifferent && verdict.is === 'service-port') && { severity: 'warning' as const }),
          message:
            verdict.is === 'service-port'
              ? `${port} is a port of Service ${verdict.service}; the container listens on ${verdict.containerPort}, and Istio means ports of containers: ${wanted} never acts, ${mode} does`
              : `no container of the selected pods declares port ${port} and no Service leads to it (declared: ${verdict.declared.join(', ')}): ${wanted} never acts`,
          fix:
            verdict.is === 'service-port'
              ? `write "${verdict.containerPort}" instead of "${port}"`
              : `name one of ${verdict.declared.join(', ')}, or declare the port at its container`,
        };
      }
    }
  },
} satisfies Rule;
