import { selectorOf } from '../../graph/policies.ts';
import { identityPoliciesOf } from '../identity-policies.ts';
import { listNames } from '../mesh-presence.ts';
import { precedenceOf } from '../peer-authentication-precedence.ts';
import type { Rule } from '../rule.ts';

/** A PeerAuthentication that lets plain text in for whole workloads: a leftover of a migration, or worse. */
export const permissiveMtls = {
  code: 'W202',
  name: 'permissive-mtls',
  severity: 'warning',
  summary: 'A PeerAuthentication takes plain text on all ports.',
  reads: ['PeerAuthentication'],
  *check(graph) {
    for (const policy of graph.of('PeerAuthentication')) {
      const mode = policy.spec.mtls?.mode;
      if (mode !== 'PERMISSIVE' && mode !== 'DISABLE') continue;
      if (precedenceOf(graph, policy).state !== 'acts') continue;
      const isMeshWide = policy.namespace === graph.settings.rootNamespace;
      const workloads = graph.workloadsBy(isMeshWide ? undefined : policy.namespace).select(selectorOf(policy) ?? {});
      const policies = identityPoliciesOf(graph, workloads);
      yield {
        manifest: policy.manifest,
        at: ['spec', 'mtls', 'mode'],
        message:
          (mode === 'DISABLE'
            ? `mode DISABLE: everything travels in plain text, and callers have no identity`
            : `mode PERMISSIVE: besides mutual TLS, plain text is taken from anybody who reaches the pods`) +
          (policies.length === 0
            ? ''
            : `, and AuthorizationPolicy ${listNames(policies)} judges callers by an identity that plain text does not have`),
        fix: 'set mode STRICT once every caller has a sidecar; for single ports that must take plain text use portLevelMtls with a selector',
      };
    }
  },
} satisfies Rule;
