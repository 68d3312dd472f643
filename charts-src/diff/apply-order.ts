import type { MeshGraph } from '../graph/mesh-graph.ts';
import { routeDestinations, type RouteDestination } from '../graph/route-destinations.ts';
import { objectName } from '../manifest/manifest.ts';
import { fullHost } from '../model/host.ts';
import type { Reference, RolloutChange } from './change.ts';

/** What has to be applied before something else, so that no request falls in between. */
export const orderChanges = (before: MeshGraph, after: MeshGraph): readonly RolloutChange[] => [
  ...newSubsets(before, after),
  ...lostSubsets(before, after),
  ...newHosts(before, after),
];

/** What a mesh declares and uses, by `host subset`. */
interface Subsets {
  readonly declared: ReadonlyMap<string, Reference>;
  readonly used: ReadonlyMap<string, RouteDestination>;
}

function subsetsOf(graph: MeshGraph): Subsets {
  const { clusterDomain } = graph.settings;
  const declared = new Map<string, Reference>();
  for (const { spec, manifest, namespace } of graph.of('DestinationRule'))
    for (const [index, { name }] of (spec.subsets ?? []).entries())
      declared.set(`${fullHost(spec.host, namespace, clusterDomain)} ${name}`, {
        manifest,
        at: ['spec', 'subsets', index],
      });
  const used = new Map<string, RouteDestination>();
  for (const virtualService of graph.of('VirtualService'))
    for (const one of routeDestinations(virtualService, clusterDomain))
      // What gets nothing is as good as not there.
      if (one.destination.subset && one.share > 0) used.set(`${one.host} ${one.destination.subset}`, one);
  return { declared, used };
}

const subsetIn = (key: string): string => key.slice(key.indexOf(' ') + 1);
const placeOf = ({ virtualService, at }: RouteDestination): Reference => ({ manifest: virtualService.manifest, at });

/** A subset that is new has to be declared before a route sends there. */
function newSubsets(before: MeshGraph, after: MeshGraph): readonly RolloutChange[] {
  const [was, is] = [subsetsOf(before), subsetsOf(after)];
  return [...is.used].flatMap(([key, use]): readonly RolloutChange[] => {
    const rule = is.declared.get(key);
    if (was.declared.has(key) || rule === undefined) return [];
    return [
      {
        topic: 'order',
        subject: objectName(use.virtualService.manifest),
        message: `sends to the new subset "${subsetIn(key)}": apply ${objectName(rule.manifest)} first and wait until proxies have it and pods are ready, else requests are answered 503`,
        by: placeOf(use),
      },
    ];
  });
}

/** A subset that goes has to be left first. */
function lostSubsets(before: MeshGraph, after: MeshGraph): readonly RolloutChange[] {
  const [was, is] = [subsetsOf(before), subsetsOf(after)];
  return [...was.declared].flatMap(([key, by]): readonly RolloutChange[] => {
    const [left, still] = [was.used.get(key), is.used.get(key)];
    if (is.declared.has(key)) return [];
    if (still !== undefined)
      return [
        {
          topic: 'risk',
          subject: objectName(by.manifest),
          message: `declares the subset "${subsetIn(key)}" no more, but ${objectName(still.virtualService.manifest)} still sends there: those requests are answered 503`,
          by: placeOf(still),
        },
      ];
    if (left === undefined) return [];
    return [
      {
        topic: 'order',
        subject: objectName(by.manifest),
        message: `loses the subset "${subsetIn(key)}": apply ${objectName(left.virtualService.manifest)} first and wait until proxies have it, else requests are answered 503`,
        by,
      },
    ];
  });
}

/** A Service that is new has to be there before a route sends to it. */
function newHosts(before: MeshGraph, after: MeshGraph): readonly RolloutChange[] {
  const told = new Set<string>();
  return after.of('VirtualService').flatMap((virtualService) =>
    routeDestinations(virtualService, after.settings.clusterDomain).flatMap((one): readonly RolloutChange[] => {
      const [target] = after.hostsNamed(one.host);
      const key = `${objectName(virtualService.manifest)} ${one.host}`;
      if (target === undefined || one.share === 0 || told.has(key) || before.hostsNamed(one.host).length > 0) return [];
      told.add(key);
      return [
        {
          topic: 'order',
          subject: objectName(virtualService.manifest),
          message: `sends to ${one.host}, which is new: apply ${objectName(target.manifest)} and its pods first, else requests are answered 503`,
          by: placeOf(one),
        },
      ];
    }),
  );
}
