import { httpRulesOf, type HttpRule } from '../../graph/http-rules.ts';
import { isDelegate } from '../../graph/virtual-services.ts';
import { fullHost } from '../../model/host.ts';
import { takesEverything } from '../match-inclusion.ts';
import type { Rule } from '../rule.ts';

/**
 * A prefix is compared letter by letter: `/shop` takes `/shopping` too. It hurts where a later rule leads the rest to
 * another host.
 */
export const prefixTakesMore = {
  code: 'W122',
  name: 'prefix-takes-more',
  severity: 'warning',
  summary: 'A prefix without a slash at its end takes longer names too, which another host should get.',
  also: [],
  reads: ['VirtualService'],
  *check(graph) {
    for (const virtualService of graph.of('VirtualService')) {
      if (isDelegate(virtualService)) continue;
      const { rules } = httpRulesOf(virtualService, graph.virtualServices);
      for (const [index, rule] of rules.entries()) {
        const rest = rules.slice(index + 1).find(isCatchAll);
        if (rest === undefined) continue;
        const hosts = hostsOf(rule, graph.settings.clusterDomain);
        const others = hostsOf(rest, graph.settings.clusterDomain).filter((host) => !hosts.includes(host));
        const [other] = others;
        if (hosts.length === 0 || other === undefined) continue;
        for (const { match, place } of rule.matches) {
          const prefix = match.uri?.prefix;
          if (prefix === undefined || !/[\w-]$/.test(prefix)) continue;
          yield {
            manifest: place.virtualService.manifest,
            at: [...place.at, 'uri', 'prefix'],
            message: `prefix "${prefix}" takes "${prefix}-other" and "${prefix}2" too, which ${other} would get otherwise: prefixes end at no slash`,
            fix: `write prefix "${prefix}/" and beside it exact "${prefix}"`,
          };
        }
      }
    }
  },
} satisfies Rule;

const isCatchAll = ({ matches }: HttpRule): boolean =>
  matches.length === 0 || matches.some(({ match }) => takesEverything(match));

const hostsOf = ({ http, place }: HttpRule, domain: string): readonly string[] =>
  (http.route ?? []).flatMap(({ destination }) =>
    destination?.host ? [fullHost(destination.host, place.virtualService.namespace, domain)] : [],
  );
