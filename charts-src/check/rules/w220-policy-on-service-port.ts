import { actionOf } from '../../graph/policies.ts';
import { rulesOf, workloadsOfPolicy } from '../authorization-conditions.ts';
import { portKeysOf } from '../port-keys.ts';
import type { Rule } from '../rule.ts';

/** `ports` names a port of the Service: the proxy beside the container sees the port of the container. */
export const policyOnServicePort = {
  code: 'W220',
  name: 'policy-on-service-port',
  severity: 'error',
  summary: 'An AuthorizationPolicy names a port of the Service instead of the port of the container.',
  reads: ['AuthorizationPolicy', 'Service', 'Deployment', 'StatefulSet', 'DaemonSet', 'Pod'],
  *check(graph) {
    for (const policy of graph.of('AuthorizationPolicy')) {
      const conditions = rulesOf(policy).flatMap(({ all }) =>
        all.filter(({ attribute }) => attribute === 'destination.port'),
      );
      if (conditions.length === 0) continue;
      const keys = portKeysOf(graph, workloadsOfPolicy(graph, policy));
      const denies = actionOf(policy) === 'DENY';
      for (const { values, at, notValues, notAt } of conditions)
        for (const [list, place, isNegative] of [
          [values, at, false],
          [notValues, notAt, true],
        ] as const)
          for (const [index, port] of list.entries()) {
            const verdict = keys.verdict(port);
            if (verdict.is !== 'service-port' && verdict.is !== 'nowhere') continue;
            const effect = denies === isNegative ? 'nobody is let in by it' : 'nothing is refused by it';
            yield {
              manifest: policy.manifest,
              at: [...place, index],
              ...(verdict.is === 'nowhere' && { severity: 'warning' as const }),
              message:
                verdict.is === 'service-port'
                  ? `${port} is a port of Service ${verdict.service}; the container listens on ${verdict.containerPort}, and policies mean ports of containers: ${effect}`
                  : `no container of the selected pods declares port ${port} and no Service leads to it (declared: ${verdict.declared.join(', ')}): ${effect}`,
              fix:
                verdict.is === 'service-port'
                  ? `write "${verdict.containerPort}" instead of "${port}"`
                  : `name one of ${verdict.declared.join(', ')}, or declare the port at its container`,
            };
          }
    }
  },
} satisfies Rule;
