import { selectorOf } from '../../graph/policies.ts';
import { portKeysOf } from '../port-keys.ts';
import { precedenceOf } from '../peer-authentication-precedence.ts';
import type { Rule } from '../rule.ts';

/** An exception for a port: whoever reaches the pod may use it without an identity. */
export const plainTextPort = {
  code: 'W204',
  name: 'plain-text-port',
  severity: 'warning',
  summary: 'A port takes requests that are not encrypted, from anybody.',
  reads: ['PeerAuthentication'],
  *check(graph) {
    for (const policy of graph.of('PeerAuthentication')) {
      const selector = selectorOf(policy);
      if (selector === undefined || precedenceOf(graph, policy).state !== 'acts') continue;
      const workloads = graph.workloadsBy(policy.namespace).select(selector);
      // A port that no pod has exempts nothing: that is W207's.
      const keys = portKeysOf(graph, workloads);
      const around = graph.peerAuthentications.modeOf(
        workloads[0] ?? { namespace: policy.namespace, labels: selector },
        undefined,
      );
      for (const [port, settings] of Object.entries(policy.spec.portLevelMtls ?? {})) {
        const mode = settings?.mode;
        if (mode !== 'DISABLE' && !(mode === 'PERMISSIVE' && around.mode === 'STRICT')) continue;
        if (keys.verdict(port).is === 'service-port') continue;
        yield {
          manifest: policy.manifest,
          at: ['spec', 'portLevelMtls', port, 'mode'],
          message:
            mode === 'DISABLE'
              ? `port ${port} takes plain text only (DISABLE): no identity, no encryption, and callers that send mutual TLS are cut off`
              : `port ${port} takes plain text besides mutual TLS (PERMISSIVE): a caller without an identity gets in`,
          fix: `remove the exception, or keep it and write why: accepts.weftmesh/plain-text-port: "<reason>"; a NetworkPolicy can still say who reaches the port`,
        };
      }
    }
  },
} satisfies Rule;
