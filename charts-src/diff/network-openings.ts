import { selectorMatches } from '../graph/labels.ts';
import type { MeshGraph } from '../graph/mesh-graph.ts';
import type { LabelSelectorSpec } from '../graph/shapes.ts';
import { workloadName, type Workload } from '../graph/workload.ts';
import { objectName, type Manifest } from '../manifest/manifest.ts';
import type { Reference } from './change.ts';
import type { Opening } from './opening.ts';
import type { Pairing } from './pairing.ts';

type Side = 'ingress' | 'egress';

/** One peer and port that NetworkPolicies let through; without both: everything. */
interface Passage {
  readonly side: Side;
  readonly peer: Peer | undefined;
  readonly port: Port | undefined;
  readonly by: Reference | undefined;
}

/** Pods by their labels, or addresses. */
type Peer =
  | { readonly kind: 'pods'; readonly namespaces: LabelSelectorSpec; readonly pods: LabelSelectorSpec }
  | { readonly kind: 'addresses'; readonly cidr: string; readonly except: readonly string[] };

interface Port {
  readonly protocol: string;
  readonly from: number | string | undefined;
  readonly to: number | undefined;
}

/** The label that Kubernetes gives every namespace. */
const NAME_LABEL = 'kubernetes.io/metadata.name';

/** What passes between pods by the rules of the network that did not before. */
export function networkOpenings(was: MeshGraph, is: MeshGraph, pairing: Pairing): readonly Opening[] {
  const [before, after] = [new Policies(was), new Policies(is)];
  if (before.isEmpty && after.isEmpty) return [];
  return [
    ...is.workloads.flatMap((workload) => {
      const previous = pairing.counterpart(workload);
      return previous === undefined
        ? []
        : SIDES.flatMap((side) => openings(before.for(previous, side), after.for(workload, side), workload));
    }),
    ...namespaceOpenings(was, is, after),
  ];
}

const SIDES = ['ingress', 'egress'] as const;

function openings(was: Passages, is: Passages, workload: Workload): readonly Opening[] {
  const fresh = is.all.filter((one) => !was.all.some((wide) => passageCovers(wide, one)));
  return fresh.map(({ side, peer, port, by }): Opening => {
    const what = `${peerWords(peer)}${portWords(port)}`;
    const [verb, more] = side === 'ingress' ? ['lets in', 'from'] : ['lets out', 'to'];
    return {
      topic: 'network',
      subject: workloadName(workload),
      opened: `the network ${verb} connections ${more} ${what}`,
      closed: `the network ${verb} no more connections ${more} ${what}`,
      by: by ?? was.by,
    };
  });
}

/** All that passes at some pods, and a policy that says so. */
interface Passages {
  readonly all: readonly Passage[];
  readonly by: Reference | undefined;
}

class Policies {
  readonly #byNamespace = new Map<string, Manifest[]>();
  readonly #passages = new Map<Manifest, ReadonlyMap<Side, readonly Passage[]>>();

  constructor(graph: MeshGraph) {
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
  for({ namespace, labels }: Workload, side: Side): Passages {
    const selecting = (this.#byNamespace.get(namespace) ?? []).filter(
      (policy) => this.of(policy).has(side) && selectorMatches(selectorIn(specOf(policy)['podSelector']), labels),
    );
    const [first] = selecting;
    if (first === undefined) return { all: [{ side, peer: undefined, port: undefined, by: undefined }], by: undefined };
    return {
      all: selecting.flatMap((policy) => this.of(policy).get(side) ?? []),
      by: { manifest: first, at: ['spec', side] },
    };
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
  const types = listIn(spec['policyTypes']);
  const isAbout = (side: Side): boolean =>
    types.length > 0
      ? types.includes(side === 'ingress' ? 'Ingress' : 'Egress')
      : side === 'ingress' || 'egress' in spec;
  return new Map(
    SIDES.filter(isAbout).map((side) => [
      side,
      listIn(spec[side]).flatMap((rule, index): readonly Passage[] => {
        const { [side === 'ingress' ? 'from' : 'to']: peers, ports } = fieldsOf(rule);
        return orOpen(listIn(peers).flatMap((peer) => peerOf(peer, policy.namespace))).flatMap((peer) =>
          orOpen(listIn(ports).map(portOf)).map((port) => ({
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
    return { kind: 'addresses', cidr: textOf(cidr), except: listIn(except).map(textOf) };
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

const passageCovers = (wide: Passage, narrow: Passage): boolean =>
  (wide.peer === undefined || (narrow.peer !== undefined && peerCovers(wide.peer, narrow.peer))) &&
  (wide.port === undefined || (narrow.port !== undefined && portCovers(wide.port, narrow.port)));

function peerCovers(wide: Peer, narrow: Peer): boolean {
  if (wide.kind === 'addresses')
    return (
      narrow.kind === 'addresses' &&
      (wide.cidr === narrow.cidr || wide.cidr === '0.0.0.0/0') &&
      wide.except.every((block) => narrow.except.includes(block))
    );
  return (
    narrow.kind === 'pods' &&
    selectorCovers(wide.namespaces, narrow.namespaces) &&
    selectorCovers(wide.pods, narrow.pods)
  );
}

/** Whoever asks for less selects more. */
const selectorCovers = (wide: LabelSelectorSpec, narrow: LabelSelectorSpec): boolean =>
  Object.entries(wide.matchLabels ?? {}).every(([key, value]) => narrow.matchLabels?.[key] === value) &&
  (wide.matchExpressions ?? []).every((wanted) =>
    (narrow.matchExpressions ?? []).some((given) => JSON.stringify(given) === JSON.stringify(wanted)),
  );

function portCovers(wide: Port, narrow: Port): boolean {
  if (wide.protocol !== narrow.protocol) return false;
  if (wide.from === undefined) return true;
  if (typeof wide.from === 'string' || typeof narrow.from === 'string' || narrow.from === undefined)
    return wide.from === narrow.from;
  return wide.from <= narrow.from && (narrow.to ?? narrow.from) <= (wide.to ?? wide.from);
}

/** A namespace whose labels change may become one of those that a policy lets in. */
function namespaceOpenings(was: MeshGraph, is: MeshGraph, policies: Policies): readonly Opening[] {
  const relabelled = [...is.namespaces.values()].filter(
    ({ name, labels }) => JSON.stringify(was.namespaces.get(name)?.labels ?? labels) !== JSON.stringify(labels),
  );
  if (relabelled.length === 0) return [];
  return policies.all.flatMap((policy) =>
    SIDES.flatMap((side) =>
      (policies.of(policy).get(side) ?? []).flatMap(({ peer, by }) =>
        peer?.kind !== 'pods'
          ? []
          : relabelled
              .filter(({ name, labels }) => {
                const before = { [NAME_LABEL]: name, ...was.namespaces.get(name)?.labels };
                const now = { [NAME_LABEL]: name, ...labels };
                return selectorMatches(peer.namespaces, now) && !selectorMatches(peer.namespaces, before);
              })
              .map(({ name }): Opening => ({
                topic: 'network',
                subject: objectName(policy),
                opened: `its ${side} rule lets through the namespace ${name}, whose labels fit now`,
                closed: `its ${side} rule lets through the namespace ${name} no more, whose labels fit no more`,
                by,
              })),
      ),
    ),
  );
}

function peerWords(peer: Peer | undefined): string {
  if (peer === undefined) return 'everywhere';
  if (peer.kind === 'addresses')
    return `${peer.cidr}${peer.except.length === 0 ? '' : ` but ${peer.except.join(', ')}`}`;
  const pods = selectorWords(peer.pods);
  const namespace = peer.namespaces.matchLabels?.[NAME_LABEL];
  const isNamed = namespace !== undefined && Object.keys(peer.namespaces.matchLabels ?? {}).length === 1;
  const namespaces = isNamed ? `namespace ${namespace}` : selectorWords(peer.namespaces) || 'every namespace';
  return `${pods === '' ? 'all pods' : `pods with ${pods}`} of ${isNamed || namespaces === 'every namespace' ? namespaces : `namespaces with ${namespaces}`}`;
}

const selectorWords = ({ matchLabels = {}, matchExpressions = [] }: LabelSelectorSpec): string =>
  [
    ...Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`),
    ...matchExpressions.map(({ key = '', operator = '', values = [] }) =>
      `${key} ${operator} ${values.join(' ')}`.trim(),
    ),
  ].join(', ');

const portWords = (port: Port | undefined): string =>
  port === undefined
    ? ''
    : ` on ${port.protocol === 'TCP' ? '' : `${port.protocol} `}port ${port.from ?? 'any'}${port.to === undefined ? '' : ` to ${port.to}`}`;

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {}; // an object of JSON
const listIn = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const specOf = ({ object }: Manifest): Fields => fieldsOf(object['spec']);

function selectorIn(value: unknown): LabelSelectorSpec {
  const { matchLabels, matchExpressions } = fieldsOf(value);
  return {
    matchLabels: Object.fromEntries(
      Object.entries(fieldsOf(matchLabels)).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    ),
    matchExpressions: listIn(matchExpressions).map((expression) => {
      const { key, operator, values } = fieldsOf(expression);
      return { key: textOf(key), operator: textOf(operator), values: listIn(values).map(textOf) };
    }),
  };
}
