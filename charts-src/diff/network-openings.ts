import { selectorMatches } from '../graph/labels.ts';
import type { MeshGraph } from '../graph/mesh-graph.ts';
import {
  NAME_LABEL,
  NetworkPolicies,
  SIDES,
  type Passage,
  type Passages,
  type Peer,
  type Port,
} from '../graph/network-policies.ts';
import type { LabelSelectorSpec } from '../graph/shapes.ts';
import { workloadName, type Workload } from '../graph/workload.ts';
import { objectName } from '../manifest/manifest.ts';
import type { Opening } from './opening.ts';
import type { Pairing } from './pairing.ts';

/** What passes between pods by the rules of the network that did not before. */
export function networkOpenings(was: MeshGraph, is: MeshGraph, pairing: Pairing): readonly Opening[] {
  const [before, after] = [new NetworkPolicies(was), new NetworkPolicies(is)];
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
function namespaceOpenings(was: MeshGraph, is: MeshGraph, policies: NetworkPolicies): readonly Opening[] {
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
