import type { Manifest } from '../manifest/manifest.ts';
import { fieldsOf, itemsOf, textOf, type Fields } from '../manifest/raw.ts';
import type { Path } from '../model/schema.ts';
import { selectorMatches } from './labels.ts';
import type { MeshGraph } from './mesh-graph.ts';
import { SelectorIndex } from './selector-index.ts';
import type { LabelSelectorSpec } from './shapes.ts';
import type { Workload } from './workload.ts';

/** Which way connections go. */
export type Side = 'ingress' | 'egress';

/** One peer and port that NetworkPolicies let through; without both: everything. */
export interface Passage {
  readonly side: Side;
  readonly peer: Peer | undefined;
  readonly port: Port | undefined;
  readonly by: PolicyPlace | undefined;
}

/** A place in a NetworkPolicy. */
export interface PolicyPlace {
  readonly manifest: Manifest;
  readonly at: Path;
}

/** Pods by their labels, or addresses. */
export type Peer =
  | { readonly kind: 'pods'; readonly namespaces: LabelSelectorSpec; readonly pods: LabelSelectorSpec }
  | { readonly kind: 'addresses'; readonly cidr: string; readonly except: readonly string[] };

/** Ports of pods: one by number or name, or all from one to another; all where nothing is said. */
export interface Port {
  readonly protocol: string;
  readonly from: number | string | undefined;
  readonly to: number | undefined;
}

/** The label that Kubernetes gives every namespace. */
export const NAME_LABEL = 'kubernetes.io/metadata.name';

export const SIDES = ['ingress', 'egress'] as const;

/** All that passes at some pods, and a policy that says so. */
export interface Passages {
  readonly all: readonly Passage[];
  readonly by: PolicyPlace | undefined;
}

/** All NetworkPolicies of a mesh. */
export class NetworkPolicies {
  readonly #byNamespace = new Map<string, Manifest[]>();
  readonly #indexes = new Map<string, SelectorIndex<Manifest>>();
  readonly #selectors = new Map<Manifest, LabelSelectorSpec>();
  readonly #passages = new Map<Manifest, ReadonlyMap<Side, readonly Passage[]>>();

  constructor(graph: Pick<MeshGraph, 'objects'>) {
    for (const policy of graph.objects('NetworkPolicy', 'networking.k8s.io')) {
      const list = this.#byNamespace.get(policy.namespace);
      if (list) list.push(policy);
      else this.#byNamespace.set(policy.namespace, [policy]);
    }
  }

  get isEmpty(): boolean {
    return this.#byNamespace.size === 0;
  }

  /** Every policy of every namespace. */
  get all(): readonly Manifest[] {
    return [...this.#byNamespace.values()].flat();
  }

  /** Policies add up; pods that none of them selects are open. */
  for({ namespace, labels }: Pick<Workload, 'namespace' | 'labels'>, side: Side): Passages {
    const selecting = this.#indexOf(namespace)
      .matching(labels)
      .filter((policy) => this.of(policy).has(side) && selectorMatches(this.selectorOf(policy), labels));
    const [first] = selecting;
    if (first === undefined) return { all: [{ side, peer: undefined, port: undefined, by: undefined }], by: undefined };
    return {
      all: selecting.flatMap((policy) => this.of(policy).get(side) ?? []),
      by: { manifest: first, at: ['spec', side] },
    };
  }

  /** Policies by the labels that they ask for; their expressions are looked at afterwards. */
  #indexOf(namespace: string): SelectorIndex<Manifest> {
    const known =
      this.#indexes.get(namespace) ??
      new SelectorIndex(this.#byNamespace.get(namespace) ?? [], (policy) => this.selectorOf(policy).matchLabels ?? {});
    this.#indexes.set(namespace, known);
    return known;
  }

  /** The pods of its namespace that a policy is about. */
  selectorOf(policy: Manifest): LabelSelectorSpec {
    const known = this.#selectors.get(policy) ?? selectorIn(specOf(policy)['podSelector']);
    this.#selectors.set(policy, known);
    return known;
  }

  /** What a policy lets through, by the sides that it is about. */
  of(policy: Manifest): ReadonlyMap<Side, readonly Passage[]> {
    const known = this.#passages.get(policy) ?? passagesOf(policy);
    this.#passages.set(policy, known);
    return known;
  }
}

function passagesOf(policy: Manifest): ReadonlyMap<Side, readonly Passage[]> {
  const spec = specOf(policy);
  const types = itemsOf(spec['policyTypes']);
  const isAbout = (side: Side): boolean =>
    types.length > 0
      ? types.includes(side === 'ingress' ? 'Ingress' : 'Egress')
      : side === 'ingress' || 'egress' in spec;
  return new Map(
    SIDES.filter(isAbout).map((side) => [
      side,
      itemsOf(spec[side]).flatMap((rule, index): readonly Passage[] => {
        const { [side === 'ingress' ? 'from' : 'to']: peers, ports } = fieldsOf(rule);
        return orOpen(itemsOf(peers).flatMap((peer) => peerOf(peer, policy.namespace))).flatMap((peer) =>
          orOpen(itemsOf(ports).map(portOf)).map((port) => ({
            side,
            peer,
            port,
            by: { manifest: policy, at: ['spec', side, index] },
          })),
        );
      }),
    ]),
  );
}

/** An empty list leaves everything open. */
const orOpen = <T>(list: readonly T[]): readonly (T | undefined)[] => (list.length === 0 ? [undefined] : list);

function peerOf(value: unknown, namespace: string): Peer {
  const { podSelector, namespaceSelector, ipBlock } = fieldsOf(value);
  if (ipBlock !== undefined) {
    const { cidr, except } = fieldsOf(ipBlock);
    return { kind: 'addresses', cidr: textOf(cidr), except: itemsOf(except).map(textOf) };
  }
  return {
    kind: 'pods',
    namespaces:
      namespaceSelector === undefined ? { matchLabels: { [NAME_LABEL]: namespace } } : selectorIn(namespaceSelector),
    pods: selectorIn(podSelector),
  };
}

function portOf(value: unknown): Port {
  const { protocol, port, endPort } = fieldsOf(value);
  return {
    protocol: typeof protocol === 'string' ? protocol : 'TCP',
    from: typeof port === 'number' || typeof port === 'string' ? port : undefined,
    to: typeof endPort === 'number' ? endPort : undefined,
  };
}

const specOf = ({ object }: Manifest): Fields => fieldsOf(object['spec']);

function selectorIn(value: unknown): LabelSelectorSpec {
  const { matchLabels, matchExpressions } = fieldsOf(value);
  return {
    matchLabels: Object.fromEntries(
      Object.entries(fieldsOf(matchLabels)).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    ),
    matchExpressions: itemsOf(matchExpressions).map((expression) => {
      const { key, operator, values } = fieldsOf(expression);
      return { key: textOf(key), operator: textOf(operator), values: itemsOf(values).map(textOf) };
    }),
  };
}
