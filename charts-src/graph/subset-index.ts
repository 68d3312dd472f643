import { fullHost, hostCovers, isWildcardHost } from '../model/host.ts';
import { isExportedTo } from './export-to.ts';
import type { MeshGraph } from './mesh-graph.ts';
import { perGraph } from './per-graph.ts';
import type { Resource } from './resource.ts';

/** DestinationRules by the host that they are for, whoever may use them. */
export class RulesByHost {
  readonly #exact = new Map<string, Resource<'DestinationRule'>[]>();
  readonly #wildcard: { readonly host: string; readonly rule: Resource<'DestinationRule'> }[] = [];

  constructor(all: readonly Resource<'DestinationRule'>[], domain: string) {
    for (const rule of all) {
      const host = fullHost(rule.spec.host, rule.namespace, domain);
      if (isWildcardHost(host)) this.#wildcard.push({ host, rule });
      else {
        const list = this.#exact.get(host);
        if (list) list.push(rule);
        else this.#exact.set(host, [rule]);
      }
    }
  }

  /** All that are for a host, exactly or by a wildcard, in every namespace. */
  covering(host: string): readonly Resource<'DestinationRule'>[] {
    return [
      ...(this.#exact.get(host) ?? []),
      ...this.#wildcard.filter((entry) => hostCovers(entry.host, host)).map(({ rule }) => rule),
    ];
  }
}

/** The DestinationRules of a mesh by host, worked out once. */
export const rulesByHost = perGraph(
  (graph): RulesByHost => new RulesByHost(graph.of('DestinationRule'), graph.settings.clusterDomain),
);

/**
 * Which of these namespaces have clients that do not get a subset of a host. A DestinationRule in the namespace of a
 * client comes first, then those of the namespace of the host, then those of the root namespace; the first namespace
 * with any wins.
 */
export function clientsWithoutSubset(
  graph: MeshGraph,
  host: string,
  subset: string,
  clients: readonly string[],
): readonly string[] {
  const rules = rulesByHost(graph).covering(host);
  const owner = (graph.hostsNamed(host)[0] ?? graph.lookUp(host, clients[0] ?? ''))?.namespace;
  const own = new Set(rules.map(({ namespace }) => namespace));
  const isSame = rules.every(
    ({ spec, namespace }) =>
      isPublic(spec.exportTo ?? []) && (namespace === owner || namespace === graph.settings.rootNamespace),
  );
  if (isSame) {
    const [any] = clients;
    const found = any === undefined ? undefined : graph.destinationRuleFor({ namespace: any }, host);
    return found?.subsets.some(({ name }) => name === subset) ? [] : clients;
  }
  // All who have no rule of their own and see all rules of the host get the same: asking one of them is enough.
  const answers = new Map<string, boolean>();
  return clients.filter((namespace) => {
    const hidden = rules.filter(({ spec, namespace: from }) => !isExportedTo(spec.exportTo ?? [], from, namespace));
    const key = own.has(namespace) || namespace === owner || hidden.length > 0 ? `in ${namespace}` : '';
    const known = answers.get(key);
    if (known !== undefined) return known;
    const found = graph.destinationRuleFor({ namespace }, host);
    const isMissing = !(found?.subsets.some(({ name }) => name === subset) ?? false);
    answers.set(key, isMissing);
    return isMissing;
  });
}

const isPublic = (exportTo: readonly string[]): boolean => exportTo.length === 0 || exportTo.includes('*');
