import type { MeshGraph } from '../../graph/mesh-graph.ts';
import type { Resource } from '../../graph/resource.ts';
import { objectName } from '../../manifest/manifest.ts';
import type { Rule } from '../rule.ts';

/** Two ServiceEntries give one host and port different protocols: which one counts depends on their age. */
export const serviceEntryProtocolsDiffer = {
  code: 'W151',
  name: 'service-entry-protocols-differ',
  severity: 'warning',
  summary: 'Two ServiceEntries give the same port of a host different protocols.',
  also: ['IST0177'],
  reads: ['ServiceEntry'],
  *check(graph) {
    const index = portsByHost(graph);
    for (const entry of graph.of('ServiceEntry')) {
      const found = conflictOf(entry, index);
      if (found === undefined) continue;
      const { port, host, other, protocol } = found;
      yield {
        manifest: entry.manifest,
        at: ['spec', 'ports', port, 'protocol'],
        message: `port ${entry.spec.ports?.[port]?.number ?? ''} of "${host}" is ${entry.spec.ports?.[port]?.protocol ?? ''} here and ${protocol} in ${objectName(other.manifest)}: proxies use the one that is older`,
        fix: 'write the same protocol in both, or make one ServiceEntry of them',
      };
    }
  },
} satisfies Rule;

interface PortEntry {
  readonly entry: Resource<'ServiceEntry'>;
  readonly protocol: string;
}

type PortIndex = ReadonlyMap<string, readonly PortEntry[]>;

function portsByHost(graph: MeshGraph): PortIndex {
  const index = new Map<string, PortEntry[]>();
  for (const entry of graph.of('ServiceEntry'))
    for (const host of entry.spec.hosts)
      for (const { number, protocol = '' } of entry.spec.ports ?? []) {
        const key = `${host} ${number}`;
        const list = index.get(key);
        if (list) list.push({ entry, protocol: protocol.toUpperCase() });
        else index.set(key, [{ entry, protocol: protocol.toUpperCase() }]);
      }
  return index;
}

function conflictOf(
  entry: Resource<'ServiceEntry'>,
  index: PortIndex,
):
  | {
      readonly port: number;
      readonly host: string;
      readonly other: Resource<'ServiceEntry'>;
      readonly protocol: string;
    }
  | undefined {
  for (const [port, { number, protocol = '' }] of (entry.spec.ports ?? []).entries())
    for (const host of entry.spec.hosts) {
      const other = (index.get(`${host} ${number}`) ?? []).find(
        (one) => one.entry !== entry && one.protocol !== protocol.toUpperCase() && scopesOverlap(one.entry, entry),
      );
      if (other) return { port, host, other: other.entry, protocol: other.protocol };
    }
  return undefined;
}

function scopesOverlap(one: Resource<'ServiceEntry'>, other: Resource<'ServiceEntry'>): boolean {
  const [left, right] = [scopeOf(one), scopeOf(other)];
  return left === undefined || right === undefined || left.some((namespace) => right.includes(namespace));
}

/** Undefined for everywhere. */
function scopeOf({ spec, namespace }: Resource<'ServiceEntry'>): readonly string[] | undefined {
  const exportTo = spec.exportTo ?? [];
  return exportTo.length === 0 || exportTo.includes('*')
    ? undefined
    : exportTo.map((to) => (to === '.' ? namespace : to));
}
