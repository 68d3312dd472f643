import { inMesh } from '../explain/in-mesh.ts';
import type { MeshGraph } from '../graph/mesh-graph.ts';
import type { SidecarScope } from '../graph/sidecars.ts';
import { workloadName } from '../graph/workload.ts';
import { objectName, type Manifest } from '../manifest/manifest.ts';
import { hostCovers } from '../model/host.ts';
import type { Reference } from './change.ts';
import type { Opening } from './opening.ts';
import type { Pairing } from './pairing.ts';

/** Ways out that were not there before: hosts outside of the mesh, and what the proxies of callers know. */
export const egressOpenings = (was: MeshGraph, is: MeshGraph, pairing: Pairing): readonly Opening[] => [
  ...externalHosts(was, is),
  ...scopes(was, is, pairing),
];

function externalHosts(was: MeshGraph, is: MeshGraph): readonly Opening[] {
  const known = new Set(outside(was).map(({ key }) => key));
  return outside(is)
    .filter(({ key }) => !known.has(key))
    .map(({ host, port, by }): Opening => ({
      topic: 'egress',
      subject: objectName(by.manifest),
      opened: `${host} on port ${port}, outside of the mesh, becomes known`,
      closed: `${host} on port ${port}, outside of the mesh, is known no more`,
      by,
    }));
}

/** Every port of every host outside of the mesh. */
const outside = (graph: MeshGraph) =>
  graph.hosts.flatMap(({ host, namespace, manifest, ports, from, exportTo }) =>
    from.kind !== 'ServiceEntry' || !from.isExternal
      ? []
      : ports.map(({ number, at }) => ({
          key: `${namespace} ${host} ${number} ${[...exportTo].sort().join(',')}`,
          host,
          port: number,
          by: { manifest, at } satisfies Reference,
        })),
  );

/** What a scope lets in, as `namespace/host`, and for which port. */
interface Entry {
  readonly namespace: string;
  readonly host: string;
  readonly port: number | undefined;
  readonly isExcluded: boolean;
}

function scopes(was: MeshGraph, is: MeshGraph, pairing: Pairing): readonly Opening[] {
  const compared = new Map<SidecarScope, Map<SidecarScope, readonly Omit<Opening, 'subject'>[]>>();
  return is.workloads.flatMap((workload) => {
    const previous = pairing.counterpart(workload);
    // Gateways ignore every Sidecar, and pods without a proxy know no limit.
    if (previous === undefined || workload.isGateway || !inMesh(workload) || !inMesh(previous)) return [];
    const [old, now] = [was.sidecars.scopeOf(previous), is.sidecars.scopeOf(workload)];
    if (
      old.sidecar === undefined &&
      now.sidecar === undefined &&
      old.namespace === now.namespace &&
      old.outboundTrafficPolicy === now.outboundTrafficPolicy
    )
      return [];
    const byOld = compared.get(now) ?? new Map<SidecarScope, readonly Omit<Opening, 'subject'>[]>();
    compared.set(now, byOld);
    const found = byOld.get(old) ?? scopeOpenings(old, now, pairing, (is.meshConfig ?? was.meshConfig)?.configMap);
    byOld.set(old, found);
    return found.map((opening) => ({ ...opening, subject: workloadName(workload) }));
  });
}

function scopeOpenings(
  old: SidecarScope,
  now: SidecarScope,
  pairing: Pairing,
  meshConfig: Manifest | undefined,
): readonly Omit<Opening, 'subject'>[] {
  const sidecar = now.sidecar ?? old.sidecar;
  const by = (field: string): Reference | undefined => sidecar && { manifest: sidecar.manifest, at: ['spec', field] };
  const [before, after] = [entriesOf(old), entriesOf(now)];
  const isKnown = (entry: Entry): boolean =>
    before.some((wide) => !wide.isExcluded && entryCovers(wide, { ...entry, host: pairing.hostThere(entry.host) }));
  const letIn = (entries: readonly Entry[], entry: Entry): boolean =>
    entries.some((one) => !one.isExcluded && (entryCovers(one, entry) || entryCovers(entry, one)));
  const fresh = [
    ...after.filter((entry) => !entry.isExcluded && !isKnown(entry)),
    // What was kept out of something that was let in, and is no more.
    ...before.filter(
      (entry) =>
        entry.isExcluded &&
        letIn(before, entry) &&
        letIn(after, entry) &&
        !after.some((one) => one.isExcluded && entryCovers(one, entry)),
    ),
  ];
  const hosts = [...new Set(fresh.map(entryWords))].sort().join(', ');
  return [
    ...(fresh.length === 0
      ? []
      : [
          {
            topic: 'egress' as const,
            opened: `its proxy gets to know ${hosts}`,
            closed: `its proxy forgets ${hosts}`,
            by: by('egress'),
          },
        ]),
    ...(old.outboundTrafficPolicy === 'REGISTRY_ONLY' && now.outboundTrafficPolicy === 'ALLOW_ANY'
      ? [
          {
            topic: 'egress' as const,
            opened: 'may call what its proxy does not know: outboundTrafficPolicy REGISTRY_ONLY becomes ALLOW_ANY',
            closed: 'may call only what its proxy knows: outboundTrafficPolicy ALLOW_ANY becomes REGISTRY_ONLY',
            by: by('outboundTrafficPolicy') ?? (meshConfig && { manifest: meshConfig, at: ['data', 'mesh'] }),
          },
        ]
      : []),
  ];
}

const entriesOf = ({ egress, namespace }: SidecarScope): readonly Entry[] =>
  egress.flatMap(({ listener, port }) =>
    (listener?.hosts ?? ['*/*']).map((entry): Entry => {
      const slash = entry.indexOf('/');
      const isExcluded = entry.startsWith('~');
      const owner = isExcluded ? entry.slice(1, slash) || '*' : entry.slice(0, slash);
      return {
        namespace: owner === '.' ? namespace : owner,
        host: entry.slice(slash + 1).toLowerCase(),
        port,
        isExcluded,
      };
    }),
  );

const entryCovers = (wide: Entry, narrow: Entry): boolean =>
  (wide.namespace === '*' || wide.namespace === narrow.namespace) &&
  (wide.port === undefined || wide.port === narrow.port) &&
  hostCovers(wide.host, narrow.host);

const entryWords = ({ namespace, host, port }: Entry): string =>
  `${namespace}/${host}${port === undefined ? '' : ` on port ${port}`}`;
