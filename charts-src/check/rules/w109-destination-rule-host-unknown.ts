import { fullHost, isWildcardHost } from '../../model/host.ts';
import type { Hit, Rule } from '../rule.ts';
import { notDescribed, unknownHost, type UnknownHost } from '../unknown-host.ts';

/** A DestinationRule is for a host that Istio does not know: nothing of it acts, and its subsets do not exist. */
export const destinationRuleHostUnknown = {
  code: 'W109',
  name: 'destination-rule-host-unknown',
  severity: 'warning',
  summary: 'A DestinationRule is for a host that no Service and no ServiceEntry has.',
  also: ['IST0174', 'KIA0202'],
  reads: ['DestinationRule', 'Service', 'ServiceEntry'],
  *check(graph) {
    for (const rule of graph.of('DestinationRule')) {
      const { host: written } = rule.spec;
      const host = fullHost(written, rule.namespace, graph.settings.clusterDomain);
      // A wildcard is for whatever comes to be there.
      if (written === '' || isWildcardHost(host)) continue;
      const clients = (rule.spec.exportTo ?? [])
        .map((to) => (to === '.' ? rule.namespace : to))
        .filter((to) => to !== '*');
      const unknown = unknownHost(graph, host, [rule.namespace, ...clients]);
      // What is not exported to here may be used elsewhere, where a rule of its own namespace acts.
      if (unknown === undefined || unknown.reason === 'not exported') continue;
      yield { manifest: rule.manifest, at: ['spec', 'host'], ...wordsFor(written, host, unknown) };
    }
  },
} satisfies Rule;

function wordsFor(
  written: string,
  host: string,
  unknown: Exclude<UnknownHost, { readonly reason: 'not exported' }>,
): Pick<Hit, 'message' | 'fix' | 'severity'> {
  const full = written === host ? '' : ` (${host})`;
  switch (unknown.reason) {
    case 'half-qualified':
      return {
        message: `"${written}" is no host: Istio completes only names without a dot, so nothing of this rule acts`,
        fix: `write the full name ${unknown.meant}`,
      };
    case 'no such Service':
      return {
        message: `host "${written}"${full} is no Service of namespace "${unknown.namespace}", so nothing of this rule acts`,
        fix:
          unknown.meant === undefined
            ? 'name the full host of the Service that is meant'
            : `did you mean ${unknown.meant}`,
      };
    case 'no ServiceEntry':
      return {
        message: `host "${written}" is outside the cluster and no ServiceEntry of the files adds it, so nothing of this rule acts`,
        fix: `add a ServiceEntry for ${host}, or check the folder that has it together with this one`,
      };
    case 'not described':
      return notDescribed(written, host, unknown);
  }
}
