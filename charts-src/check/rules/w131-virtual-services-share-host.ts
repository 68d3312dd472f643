import type { MeshGraph } from '../../graph/mesh-graph.ts';
import type { Resource } from '../../graph/resource.ts';
import { gatewaysOf, isDelegate, MESH_GATEWAY } from '../../graph/virtual-services.ts';
import { objectName } from '../../manifest/manifest.ts';
import { fullHost, hostsOverlap, isWildcardHost } from '../../model/host.ts';
import type { Hit, Rule } from '../rule.ts';

/**
 * Two VirtualServices for sidecars are for the same host. They are not merged: the older one counts as a whole, the
 * other one is dropped. Where one is exported to fewer namespaces, it counts there.
 */
export const virtualServicesShareHost = {
  code: 'W131',
  name: 'virtual-services-share-host',
  severity: 'error',
  summary: 'Two VirtualServices for sidecars are for one host, and one of them is dropped.',
  also: ['IST0109', 'KIA1106'],
  reads: ['VirtualService'],
  *check(graph) {
    for (const [virtualService, clashes] of clashesOf(graph)) {
      const worst = clashes.find(({ kind }) => kind === 'same') ?? clashes[0];
      if (worst === undefined) continue;
      const others = [
        ...new Set(clashes.filter(({ kind }) => kind === worst.kind).map(({ other }) => objectName(other.manifest))),
      ];
      yield {
        manifest: virtualService.manifest,
        at: ['spec', 'hosts', worst.index],
        ...wordsFor(worst, others.sort()),
      };
    }
  },
} satisfies Rule;

/** With how many others a VirtualService for the same host is compared. */
const MOST_COMPARED = 50;

interface Clash {
  readonly other: Resource<'VirtualService'>;
  /** Of the host. */
  readonly index: number;
  readonly host: string;
  /** `same`: one of them is dropped. `narrower`: one counts where it is exported to. `wildcard`: the longer name counts. */
  readonly kind: 'same' | 'narrower' | 'wildcard' | 'other protocol';
}

/** One host of a VirtualService, and where it is seen. */
interface Entry {
  readonly virtualService: Resource<'VirtualService'>;
  readonly index: number;
  readonly host: string;
  /** Undefined for everywhere. */
  readonly scope: ReadonlySet<string> | undefined;
}

function clashesOf(graph: MeshGraph): ReadonlyMap<Resource<'VirtualService'>, readonly Clash[]> {
  const byHost = new Map<string, Entry[]>();
  const wildcards: Entry[] = [];
  for (const entry of entriesOf(graph)) {
    const list = byHost.get(entry.host);
    if (list) list.push(entry);
    else byHost.set(entry.host, [entry]);
    if (isWildcardHost(entry.host)) wildcards.push(entry);
  }
  const found = new Map<Resource<'VirtualService'>, Clash[]>();
  const add = (one: Entry, other: Entry, kind: Clash['kind']): void => {
    for (const [mine, theirs] of [
      [one, other],
      [other, one],
    ] as const) {
      const list = found.get(mine.virtualService) ?? [];
      list.push({ other: theirs.virtualService, index: mine.index, host: mine.host, kind });
      found.set(mine.virtualService, list);
    }
  };
  for (const entries of byHost.values())
    for (const [position, one] of entries.entries())
      // Of hundreds for one host a few say enough.
      for (const other of entries.slice(position + 1, position + 1 + MOST_COMPARED)) {
        const kind = isSameObject(one, other) ? undefined : kindOf(one, other);
        if (kind) add(one, other, kind);
      }
  // Istio warns of a private host below a public wildcard as well; for wildcards only, of which there are few.
  for (const narrow of wildcards)
    for (const wide of wildcards)
      if (
        narrow.host !== wide.host &&
        narrow.scope !== undefined &&
        wide.scope === undefined &&
        !isSameObject(narrow, wide) &&
        hostsOverlap(narrow.host, wide.host)
      )
        add(narrow, wide, 'wildcard');
  return found;
}

/** The same object in two files is one that replaces the other. */
const isSameObject = ({ virtualService: one }: Entry, { virtualService: other }: Entry): boolean =>
  one === other || (one.name === other.name && one.namespace === other.namespace);

function kindOf(one: Entry, other: Entry): Clash['kind'] | undefined {
  const isShared = (['http', 'tcp', 'tls'] as const).some(
    (kind) => (one.virtualService.spec[kind] ?? []).length > 0 && (other.virtualService.spec[kind] ?? []).length > 0,
  );
  const same = isShared ? 'same' : 'other protocol';
  if (one.scope === undefined || other.scope === undefined)
    return one.scope === other.scope ? same : isShared ? 'narrower' : 'other protocol';
  const { scope } = other;
  if (![...one.scope].some((namespace) => scope.has(namespace))) return undefined;
  // What is private to a namespace comes before what is exported to it.
  return isOwn(one) === isOwn(other) ? same : 'narrower';
}

const isOwn = ({ scope, virtualService }: Entry): boolean =>
  scope !== undefined && [...scope].every((namespace) => namespace === virtualService.namespace);

function* entriesOf(graph: MeshGraph): Iterable<Entry> {
  for (const virtualService of graph.of('VirtualService')) {
    const { spec, namespace } = virtualService;
    if (isDelegate(virtualService) || !gatewaysOf(virtualService).includes(MESH_GATEWAY)) continue;
    const exportTo = spec.exportTo ?? [];
    const scope =
      exportTo.length === 0 || exportTo.includes('*')
        ? undefined
        : new Set(exportTo.map((to) => (to === '.' ? namespace : to)));
    for (const [index, written] of (spec.hosts ?? []).entries())
      yield { virtualService, index, host: fullHost(written, namespace, graph.settings.clusterDomain), scope };
  }
}

function wordsFor({ kind, host }: Clash, others: readonly string[]): Pick<Hit, 'message' | 'fix' | 'severity'> {
  const names =
    others.length > 3 ? `${others.slice(0, 3).join(', ')} and ${others.length - 3} more` : others.join(', ');
  const verb = others.length === 1 ? 'is' : 'are';
  switch (kind) {
    case 'same':
      return {
        message: `${names} ${verb} for host "${host}" too: sidecars do not merge them, the oldest counts as a whole and the rules of the others are dropped`,
        fix: 'make one VirtualService of them, or let one delegate to the others',
      };
    case 'narrower':
      return {
        severity: 'info',
        message: `${names} ${verb} for host "${host}" too: in the namespaces that only one is exported to by name, that one counts, and the other one does not act there`,
        fix: 'nothing, if one is meant to replace the other there; else make one of them',
      };
    case 'wildcard':
      return {
        severity: 'info',
        message: `${names} ${verb} for a host that overlaps "${host}": the more specific one counts where it is seen`,
        fix: 'nothing, if that is meant; else make one of them',
      };
    case 'other protocol':
      return {
        severity: 'info',
        message: `${names} ${verb} for host "${host}" too, with rules for another protocol: both act, as long as neither gets rules for that of the other`,
        fix: 'make one VirtualService of them',
      };
  }
}
