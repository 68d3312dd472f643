import type { Subset, TrafficPolicy } from '../imports/istio.ts';
import { bySpecificity, fullHost, hostCovers, isWildcardHost } from '../model/host.ts';
import type { Path } from '../model/schema.ts';
import { isExportedTo, isPrivate } from './export-to.ts';
import { selects, type Labels } from './labels.ts';
import type { MeshSettings } from './mesh-settings.ts';
import { byAge, type Resource } from './resource.ts';

/** A subset, and the DestinationRule that declares it. */
export interface DeclaredSubset {
  readonly name: string;
  readonly subset: Subset;
  readonly rule: Resource<'DestinationRule'>;
  readonly at: Path;
}

/**
 * What one client knows of one host: one DestinationRule, or several of the same host in one namespace, which Istio
 * merges. The oldest is the base; younger ones add subsets, and their policy only where the base has none.
 */
export interface EffectiveDestinationRule {
  /** The host as the rules name it, completed: it may be a wildcard that covers the host that was asked for. */
  readonly host: string;
  readonly namespace: string;
  /** The oldest first. */
  readonly rules: readonly [Resource<'DestinationRule'>, ...Resource<'DestinationRule'>[]];
  readonly subsets: readonly DeclaredSubset[];
  /** The policy for the host as a whole, and the rule that it stands in. */
  readonly policy:
    { readonly value: TrafficPolicy; readonly rule: Resource<'DestinationRule'>; readonly at: Path } | undefined;
}

/** Who asks: a proxy in a namespace, with the labels of its pod. */
export interface Client {
  readonly namespace: string;
  /** Labels of the pod, for rules with a `workloadSelector`.
   * @default - none */
  readonly labels?: Labels;
  /** Whether it is the proxy of a gateway.
   * @default false */
  readonly isGateway?: boolean;
}

/** Rules of one host in one namespace that act as one. */
interface Merged {
  readonly exportTo: ReadonlySet<string>;
  readonly selector: Labels | undefined;
  readonly rules: Resource<'DestinationRule'>[];
}

/** The rules of one namespace by host. */
class HostTable {
  readonly #exact = new Map<string, Merged[]>();
  readonly #wildcard = new Map<string, Merged[]>();
  /** Hosts of `#wildcard`, the most specific first. */
  #ordered: readonly string[] | undefined;

  /** Source: Istio's mergeDestinationRule */
  add(host: string, rule: Resource<'DestinationRule'>, exportTo: ReadonlySet<string>): void {
    const table = isWildcardHost(host) ? this.#wildcard : this.#exact;
    const selector = rule.spec.workloadSelector?.matchLabels;
    const list = table.get(host) ?? [];
    let standsAlone = true;
    for (const merged of list) {
      const isSame = sameSet(exportTo, merged.exportTo);
      if (isSame) standsAlone = false;
      else if (merged.exportTo.size > 0 && [...merged.exportTo].every((to) => exportTo.has(to))) standsAlone = true;
      else {
        standsAlone = true;
        continue;
      }
      const bothSelect = merged.selector !== undefined && selector !== undefined;
      if (bothSelect && !sameLabels(merged.selector, selector)) {
        standsAlone = true;
        continue;
      }
      if (bothSelect || (merged.selector === undefined && selector === undefined)) standsAlone = false;
      merged.rules.push(rule);
    }
    if (standsAlone) list.push({ exportTo, selector, rules: [rule] });
    table.set(host, list);
    this.#ordered = undefined;
  }

  /** What stands under the most specific host that covers this one. */
  find(host: string): { readonly host: string; readonly all: readonly Merged[] } | undefined {
    const exact = this.#exact.get(host);
    if (exact) return { host, all: exact };
    this.#ordered ??= [...this.#wildcard.keys()].sort(bySpecificity);
    const covering = this.#ordered.find((wildcard) => hostCovers(wildcard, host));
    const found = covering === undefined ? undefined : this.#wildcard.get(covering);
    return covering === undefined || found === undefined ? undefined : { host: covering, all: found };
  }
}

/** All DestinationRules of a mesh, ready to be asked by clients. */
export class DestinationRules {
  readonly #local = new Map<string, HostTable>();
  readonly #exported = new Map<string, HostTable>();
  readonly #rootPrivate = new HostTable();
  readonly #settings: MeshSettings;

  /** Source: Istio's setDestinationRules */
  constructor(all: readonly Resource<'DestinationRule'>[], settings: MeshSettings) {
    this.#settings = settings;
    const ordered = [...all].sort((a, b) => Number(hasSelector(b)) - Number(hasSelector(a)) || byAge(a, b));
    for (const rule of ordered) {
      const host = fullHost(rule.spec.host, rule.namespace, settings.clusterDomain);
      const exportTo = hasSelector(rule) ? ['.'] : (rule.spec.exportTo ?? []);
      const set = new Set(exportTo);
      if (isExportedTo(exportTo, rule.namespace, rule.namespace))
        tableOf(this.#local, rule.namespace).add(host, rule, set);
      if (!isPrivate(exportTo, rule.namespace)) tableOf(this.#exported, rule.namespace).add(host, rule, set);
      else if (rule.namespace === settings.rootNamespace) this.#rootPrivate.add(host, rule, set);
    }
  }

  /**
   * The DestinationRule that a client's proxy uses for a host: from the client's own namespace, else from the
   * namespace of the service, else from the root namespace. The first one with any rule for the host wins as a whole.
   *
   * @param serviceNamespace - namespace of the Service or ServiceEntry of the host; undefined when it is not known
   */
  for(client: Client, host: string, serviceNamespace: string | undefined): EffectiveDestinationRule | undefined {
    const { rootNamespace } = this.#settings;
    const own =
      client.namespace === rootNamespace ? this.#rootPrivate.find(host) : this.#local.get(client.namespace)?.find(host);
    if (own) return effective(own.host, client.namespace, own.all, client);
    for (const namespace of serviceNamespace === undefined ? [rootNamespace] : [serviceNamespace, rootNamespace]) {
      const found = this.#exported.get(namespace)?.find(host);
      if (!found) continue;
      const visible = found.all.filter(({ exportTo }) => isExportedTo([...exportTo], namespace, client.namespace));
      if (visible.length > 0) return effective(found.host, namespace, visible, client);
    }
    return undefined;
  }
}

/** Of several that stand side by side: one whose selector fits the client, else the last one without a selector. */
function effective(
  host: string,
  namespace: string,
  all: readonly Merged[],
  client: Client,
): EffectiveDestinationRule | undefined {
  const fitting =
    namespace === client.namespace
      ? all.find(
          ({ selector }) => selector !== undefined && client.labels !== undefined && selects(selector, client.labels),
        )
      : undefined;
  const chosen = fitting ?? all.findLast(({ selector }) => selector === undefined);
  const [base, ...younger] = chosen?.rules ?? [];
  if (base === undefined) return undefined;
  const rules = [base, ...younger] as const;
  const subsets: DeclaredSubset[] = [];
  for (const rule of rules)
    for (const [index, subset] of (rule.spec.subsets ?? []).entries())
      // The oldest one that declares a name keeps it; within one rule the API refuses a second one.
      if (!subsets.some(({ name }) => name === subset.name))
        subsets.push({ name: subset.name, subset, rule, at: ['spec', 'subsets', index] });
  const rule = rules.find(({ spec }) => spec.trafficPolicy !== undefined);
  const value = rule?.spec.trafficPolicy;
  return {
    host,
    namespace,
    rules: [...rules],
    subsets,
    policy: rule === undefined || value === undefined ? undefined : { value, rule, at: ['spec', 'trafficPolicy'] },
  };
}

const hasSelector = ({ spec }: Resource<'DestinationRule'>): boolean => spec.workloadSelector !== undefined;

function tableOf(tables: Map<string, HostTable>, namespace: string): HostTable {
  const found = tables.get(namespace) ?? new HostTable();
  tables.set(namespace, found);
  return found;
}

const sameSet = (one: ReadonlySet<string>, other: ReadonlySet<string>): boolean =>
  one.size === other.size && [...one].every((item) => other.has(item));

const sameLabels = (one: Labels, other: Labels): boolean =>
  Object.keys(one).length === Object.keys(other).length && selects(one, other);

/** A block of a traffic policy that acts, and where it stands. */
export interface EffectiveBlock<V> {
  readonly value: V;
  readonly rule: Resource<'DestinationRule'>;
  readonly at: Path;
}

/** The blocks that act for one port of one subset, each from its own place. */
export type EffectivePolicy = {
  readonly [B in PolicyBlock]: EffectiveBlock<NonNullable<TrafficPolicy[B]>> | undefined;
};

/** The blocks of a traffic policy that are chosen one by one. */
export const POLICY_BLOCKS = [
  'connectionPool',
  'outlierDetection',
  'loadBalancer',
  'tls',
  'tunnel',
  'proxyProtocol',
  'retryBudget',
] as const;
export type PolicyBlock = (typeof POLICY_BLOCKS)[number];

/** Blocks that a `portLevelSettings` entry sets as a whole: what it leaves out falls back to Istio's defaults. */
const PORT_BLOCKS: readonly PolicyBlock[] = ['connectionPool', 'outlierDetection', 'loadBalancer', 'tls'];

/**
 * The policy for one port: that of the host, block by block replaced by that of the subset; and where one of them has
 * `portLevelSettings` for the port, all four of its blocks replaced, by nothing where it does not say.
 * Source: Istio's MergeTrafficPolicy, MergeSubsetTrafficPolicy
 */
export function effectivePolicy(
  found: Pick<EffectiveDestinationRule, 'policy' | 'subsets'>,
  subsetName: string | undefined,
  port: number,
): EffectivePolicy {
  const blocks: { [B in PolicyBlock]?: EffectiveBlock<unknown> | undefined } = {};
  const declared = found.subsets.find(({ name }) => name === subsetName);
  const layers = [
    found.policy,
    declared?.subset.trafficPolicy === undefined
      ? undefined
      : { value: declared.subset.trafficPolicy, rule: declared.rule, at: [...declared.at, 'trafficPolicy'] },
  ];
  for (const layer of layers) {
    if (layer === undefined) continue;
    for (const block of POLICY_BLOCKS) {
      const value = layer.value[block];
      if (value !== undefined) blocks[block] = { value, rule: layer.rule, at: [...layer.at, block] };
    }
    const index = layer.value.portLevelSettings?.findIndex((settings) => settings.port?.number === port) ?? -1;
    const settings = layer.value.portLevelSettings?.[index];
    if (settings === undefined) continue;
    for (const block of PORT_BLOCKS) {
      const value = (settings as TrafficPolicy)[block]; // both have these four
      blocks[block] =
        value === undefined
          ? undefined
          : { value, rule: layer.rule, at: [...layer.at, 'portLevelSettings', index, block] };
    }
  }
  // Each block was put under its own name just above.
  return Object.fromEntries(POLICY_BLOCKS.map((block) => [block, blocks[block]])) as EffectivePolicy;
}

/**
 * The TLS mode by which pods are marked for a client that leaves the choice to auto mTLS. Unlike the cluster's own
 * policy it looks through `portLevelSettings` that leave `tls` out: those of the subset, then those of the host.
 * Source: Istio's tlsModeForDestinationRule
 */
export function endpointTlsMode(
  { subsets, policy }: Pick<EffectiveDestinationRule, 'policy' | 'subsets'>,
  subset: string | undefined,
  port: number,
): string | undefined {
  const modeIn = (value: TrafficPolicy | undefined): string | undefined => {
    const own = value?.portLevelSettings?.find((one) => one.port?.number === port && one.tls !== undefined)?.tls;
    const tls = own ?? value?.tls;
    return tls === undefined ? undefined : (tls.mode ?? 'DISABLE');
  };
  const declared = subset === undefined || subset === '' ? undefined : subsets.find(({ name }) => name === subset);
  return modeIn(declared?.subset.trafficPolicy) ?? modeIn(policy?.value);
}
