import type { Manifest } from '../manifest/manifest.ts';
import { conform, type Conformed } from '../model/conform.ts';
import type { Path } from '../model/schema.ts';
import type { Labels } from './labels.ts';
import type { LabelSelectorSpec } from './shapes.ts';

const labels = { type: 'map', values: 'string' } as const;
const selector = {
  type: 'object',
  fields: {
    matchLabels: labels,
    matchExpressions: { type: 'list', items: { type: 'object', fields: { key: 'string', operator: 'string' } } },
  },
} as const;
const peers = {
  type: 'list',
  items: { type: 'object', fields: { podSelector: selector, namespaceSelector: selector } },
} as const;
const ports = { type: 'list', items: { type: 'object', fields: { port: 'any' } } } as const;

// Source: NetworkPolicy of networking.k8s.io/v1
const specShape = {
  type: 'object',
  fields: {
    podSelector: selector,
    ingress: { type: 'list', items: { type: 'object', fields: { from: peers, ports } } },
    egress: { type: 'list', items: { type: 'object', fields: { to: peers, ports } } },
  },
} as const;

/** Pods that may reach other pods, each told by labels alone, and where a NetworkPolicy says so. */
export interface NetworkPeer {
  readonly from: LabelledPods;
  readonly to: LabelledPods;
  /** Numbers or names of the ports; empty for all. */
  readonly ports: readonly (number | string)[];
  readonly at: Path;
}

/** Pods by their labels, in a namespace that is named. */
export interface LabelledPods {
  readonly namespace: string;
  readonly labels: Labels;
}

/** Who may reach whom by a NetworkPolicy; only where both sides are told by labels, not by expressions or addresses. */
export function networkPeers({ object, namespace }: Manifest): readonly NetworkPeer[] {
  const spec = conform(specShape, object['spec']) as Conformed<typeof specShape> | undefined; // `conform` leaves these types
  const own = labelled(spec?.podSelector, namespace);
  if (own === undefined) return [];
  return [
    ...(spec?.ingress ?? []).flatMap(({ from = [], ports: open = [] }, rule) =>
      from.flatMap(({ podSelector, namespaceSelector }, index) => {
        const other = labelled(podSelector, namespaceOf(namespaceSelector, namespace));
        return other === undefined
          ? []
          : [{ from: other, to: own, ports: numbers(open), at: ['spec', 'ingress', rule, 'from', index] }];
      }),
    ),
    ...(spec?.egress ?? []).flatMap(({ to = [], ports: open = [] }, rule) =>
      to.flatMap(({ podSelector, namespaceSelector }, index) => {
        const other = labelled(podSelector, namespaceOf(namespaceSelector, namespace));
        return other === undefined
          ? []
          : [{ from: own, to: other, ports: numbers(open), at: ['spec', 'egress', rule, 'to', index] }];
      }),
    ),
  ];
}

function labelled(pods: LabelSelectorSpec | undefined, namespace: string | undefined): LabelledPods | undefined {
  const { matchLabels = {}, matchExpressions = [] } = pods ?? {};
  if (namespace === undefined || Object.keys(matchLabels).length === 0 || matchExpressions.length > 0) return undefined;
  return { namespace, labels: matchLabels };
}

/** The one namespace of a selector; undefined where it can be several. */
const namespaceOf = (selected: LabelSelectorSpec | undefined, own: string): string | undefined =>
  selected === undefined ? own : selected.matchLabels?.['kubernetes.io/metadata.name'];

const numbers = (open: readonly { readonly port?: unknown }[]): readonly (number | string)[] =>
  open.flatMap(({ port }) => (typeof port === 'number' || typeof port === 'string' ? [port] : []));
