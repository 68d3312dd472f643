import { precedenceOf } from '../peer-authentication-precedence.ts';
import type { Rule } from '../rule.ts';

/** A PeerAuthentication in the root namespace that selects pods is read by nobody. */
export const selectorInRootNamespace = {
  code: 'W205',
  name: 'selector-in-root-namespace',
  severity: 'warning',
  summary: 'A PeerAuthentication in the root namespace has a selector, so it does nothing.',
  also: ['KIA0004'],
  reads: ['PeerAuthentication'],
  *check(graph) {
    for (const policy of graph.of('PeerAuthentication')) {
      if (precedenceOf(graph, policy).state !== 'ignored-selector') continue;
      const mode = policy.spec.mtls?.mode;
      // The STRICT that somebody counts on is not there: only then is something let in that must not be.
      const isHole =
        mode === 'STRICT' &&
        graph.peerAuthentications.modeOf(
          { namespace: policy.namespace, labels: policy.spec.selector?.matchLabels ?? {} },
          undefined,
        ).mode !== 'STRICT';
      yield {
        manifest: policy.manifest,
        at: ['spec', 'selector'],
        ...(isHole && { severity: 'error' as const }),
        message:
          `in the root namespace ${policy.namespace} Istio reads only PeerAuthentications without a selector: this one does nothing, neither here nor in other namespaces` +
          (isHole ? ', so the pods it means take plain text' : ''),
        fix: 'move it into the namespace of the pods, or drop the selector so that it holds for the whole mesh',
      };
    }
  },
} satisfies Rule;
