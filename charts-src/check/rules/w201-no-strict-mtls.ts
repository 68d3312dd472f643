import { WORKLOAD_KINDS } from '../../graph/workload.ts';
import { identityPoliciesOf } from '../identity-policies.ts';
import { listNames, meshNamespaces } from '../mesh-presence.ts';
import type { Rule } from '../rule.ts';

/** Nothing asks for mutual TLS: every pod of the cluster may call in plain text, and has no identity then. */
export const noStrictMtls = {
  code: 'W201',
  name: 'no-strict-mtls',
  severity: 'warning',
  summary: 'No PeerAuthentication says that the pods of a namespace take mutual TLS only.',
  reads: ['PeerAuthentication', 'AuthorizationPolicy', 'Namespace', ...WORKLOAD_KINDS],
  *check(graph) {
    for (const { name, workloads, manifest } of meshNamespaces(graph)) {
      const open = workloads.filter(
        (workload) => graph.peerAuthentications.modeOf(workload, undefined).from === undefined,
      );
      if (open.length === 0) continue;
      const policies = identityPoliciesOf(graph, open);
      const who =
        open.length === workloads.length ? `the pods of namespace ${name}` : listNames(open.map((w) => w.name));
      yield {
        manifest,
        at: ['metadata', 'name'],
        message:
          `no PeerAuthentication among these files covers ${who}: the default, PERMISSIVE, takes plain text from anybody who reaches them` +
          (policies.length === 0
            ? ''
            : `, and AuthorizationPolicy ${listNames(policies)} judges callers by an identity that plain text does not have`),
        fix: `add a PeerAuthentication "default" in ${name} with mtls.mode STRICT; if ${graph.settings.rootNamespace} has one for the whole mesh, check it together with these files`,
      };
    }
  },
} satisfies Rule;
