import { httpRulesOf, type LostRule } from '../../graph/http-rules.ts';
import type { MeshGraph } from '../../graph/mesh-graph.ts';
import { isDelegate } from '../../graph/virtual-services.ts';
import { closest } from '../../model/closest.ts';
import type { Hit, Rule } from '../rule.ts';

/** A rule delegates to something that cannot be used: the rule vanishes, and its requests get what comes after it, or 404. */
export const delegateLost = {
  code: 'W127',
  name: 'delegate-lost',
  severity: 'error',
  summary: 'A rule vanishes, because the VirtualService that it delegates to cannot be used.',
  also: [],
  reads: ['VirtualService'],
  *check(graph) {
    for (const virtualService of graph.of('VirtualService')) {
      if (isDelegate(virtualService)) continue;
      for (const lost of httpRulesOf(virtualService, graph.virtualServices).lost)
        yield { manifest: lost.virtualService.manifest, at: lost.at, ...wordsFor(graph, lost) };
    }
  },
} satisfies Rule;

function wordsFor(graph: MeshGraph, { reason, delegate }: LostRule): Pick<Hit, 'message' | 'fix' | 'severity'> {
  const [namespace = '', name = ''] = delegate.split('/');
  switch (reason) {
    case 'no such VirtualService': {
      const here = graph.of('VirtualService').filter((one) => one.namespace === namespace);
      const meant = closest(
        name,
        here.map((one) => one.name),
      );
      return {
        severity: here.length > 0 || graph.namespaces.get(namespace)?.isDescribed ? 'error' : 'warning',
        message: `there is no VirtualService "${name}" in namespace "${namespace}", so this rule vanishes`,
        fix:
          meant === undefined
            ? `add it, without hosts, or check its folder together with this one`
            : `did you mean ${meant}`,
      };
    }
    case 'it has hosts of its own':
      return {
        message: `VirtualService "${delegate}" has hosts, and only one without hosts can be delegated to: this rule vanishes`,
        fix: 'take hosts and gateways out of the delegate',
      };
    case 'not exported':
      return {
        message: `VirtualService "${delegate}" is not exported to this namespace, so this rule vanishes`,
        fix: 'add this namespace to exportTo of the delegate',
      };
    case 'delegates further':
      return {
        message: `VirtualService "${delegate}" delegates in turn, and Istio follows one step only: this rule vanishes`,
        fix: 'delegate from the first VirtualService to the last one',
      };
    case 'matches conflict':
      return {
        message: `no match of this rule fits into a match of the rule that delegates to "${delegate}", so it vanishes: a prefix must extend that of the root, and a regex fits nothing`,
        fix: 'ask for a part of what the root lets through, such as a longer prefix',
      };
  }
}
