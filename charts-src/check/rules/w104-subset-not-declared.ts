import { rulesByHost } from '../../graph/subset-index.ts';
import { routeDestinations } from '../../graph/route-destinations.ts';
import { closest } from '../../model/closest.ts';
import { knownHost } from '../known-host.ts';
import type { Rule } from '../rule.ts';

/** A route names a subset that no DestinationRule of its host declares: there is no cluster for it, and Envoy answers 503. */
export const subsetNotDeclared = {
  code: 'W104',
  name: 'subset-not-declared',
  severity: 'error',
  summary: 'A VirtualService routes to a subset that no DestinationRule of its host declares.',
  also: ['IST0101', 'KIA1107'],
  reads: ['VirtualService', 'DestinationRule'],
  *check(graph) {
    for (const virtualService of graph.of('VirtualService'))
      for (const { destination, host, at, isMirror } of routeDestinations(
        virtualService,
        graph.settings.clusterDomain,
      )) {
        const { subset } = destination;
        if (subset === undefined || subset === '') continue;
        const rules = rulesByHost(graph).covering(host);
        // A host that is not among the files may have its DestinationRule beside it: W101 says so.
        if (rules.length === 0 && knownHost(graph, host, virtualService.namespace) === undefined) continue;
        const declared = [...new Set(rules.flatMap(({ spec }) => (spec.subsets ?? []).map(({ name }) => name)))];
        if (declared.includes(subset)) continue;
        // v3 is no slip of v2: what differs in its number is another version.
        const stem = withoutNumbers(subset);
        const meant = closest(
          subset,
          declared.filter((name) => withoutNumbers(name) !== stem),
        );
        yield {
          manifest: virtualService.manifest,
          at: [...at, 'subset'],
          message: `subset "${subset}" of host "${destination.host}" is not declared (declared: ${declared.join(', ') || 'none'}): ${isMirror ? 'nothing is mirrored' : 'Envoy has no cluster for it and answers 503'}`,
          fix:
            meant === undefined
              ? `declare "${subset}" in the DestinationRule of "${destination.host}", or route to a declared subset`
              : `did you mean ${meant}; else declare "${subset}" in the DestinationRule of "${destination.host}"`,
        };
      }
  },
} satisfies Rule;

const withoutNumbers = (name: string): string => name.replace(/\d+/g, '');
