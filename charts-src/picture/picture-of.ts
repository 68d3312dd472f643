import { callsOf, type App, type Call } from '../graph/calls.ts';
import type { MeshGraph } from '../graph/mesh-graph.ts';
import { containerPortOf, type MeshHost, type MeshPort } from '../graph/mesh-host.ts';
import { percent } from '../model/percent.ts';
import {
  compare,
  idOf,
  inOrder,
  type Picture,
  type PictureEdge,
  type PictureNode,
  type PictureVersion,
} from './picture.ts';
import { gatewayParts, mirrors } from './route-parts.ts';

/** What a route does with the requests of one caller: told by whoever can follow requests. */
export interface RouteFacts {
  readonly timeout: string | null;
  readonly tries: number;
  readonly shares: readonly { readonly subset: string | null; readonly share: number }[];
  readonly hasBreaker: boolean;
  readonly isDenied: boolean;
  /** Whether requests get no answer for another reason: no pods, no such subset. */
  readonly isBroken: boolean;
  readonly isPlain: boolean;
  /** Part of the requests that a fault hits, from 0 to 1. */
  readonly fault: number;
}

/** Follows the requests of a caller to a host; undefined where nothing can be said. */
export type FollowRoute = (
  call: Pick<Call, 'caller' | 'callee'>,
  host: MeshHost,
  port: MeshPort,
) => RouteFacts | undefined;

/** The boxes and arrows of a mesh. */
export function pictureOf(graph: MeshGraph, follow: FollowRoute): Picture {
  const { apps, calls } = callsOf(graph);
  const shares = new Map<App, RouteFacts['shares']>();
  const edges: PictureEdge[] = [];
  const facts = calls.map((call) => ({ call, ...routeOf(call, follow) }));
  // A breaker is worth a word where others have one.
  const breakers = facts.some(({ facts: found }) => found?.hasBreaker === true);
  for (const { call, port, facts: found } of facts) {
    const [evidence] = call.evidence;
    // A caller without a proxy meets no route, and so no shares.
    const isSplit = found?.shares.some(({ subset }) => subset !== null) ?? false;
    if (found && isSplit && !shares.has(call.callee)) shares.set(call.callee, found.shares);
    edges.push({
      from: idOf(call.caller),
      to: idOf(call.callee),
      protocol: call.isRequest ? (port?.protocol.startsWith('GRPC') ? 'gRPC' : 'requests') : 'bytes',
      calls: 1,
      timeout: found?.timeout ?? null,
      tries: found?.tries ?? 1,
      exceptions: found === undefined ? [] : edgeExceptions(found, breakers && call.isRequest),
      isDenied: found?.isDenied ?? false,
      isMirror: false,
      by: { manifest: evidence.manifest, at: evidence.at },
    });
  }
  const shown = apps.filter((app) => app.workloads.some((workload) => !workload.isGateway) || app.hosts.length > 0);
  const nodes = shown.map((app) => nodeOf(graph, app, shares.get(app) ?? ownShares(app, follow)));
  const gateways = gatewayParts(graph, shown);
  return inOrder({ nodes: [...nodes, ...gateways.nodes], edges: [...edges, ...gateways.edges, ...mirrors(graph)] });
}

/** Shares of versions that nobody is known to call: as one of their own pods would meet them. */
function ownShares(app: App, follow: FollowRoute): RouteFacts['shares'] | undefined {
  const [host] = app.hosts;
  const [port] = host?.ports ?? [];
  if (app.workloads.length < 2 || host === undefined || port === undefined) return undefined;
  return follow({ caller: app, callee: app }, host, port)?.shares;
}

/** The route of a call: to the port that is called, else to the first one that takes requests. */
function routeOf(
  call: Call,
  follow: FollowRoute,
): { readonly port: MeshPort | undefined; readonly facts: RouteFacts | undefined } {
  for (const host of call.callee.hosts) {
    const port = host.ports.find((one) => call.ports.has(one)) ?? (call.ports.size === 0 ? host.ports[0] : undefined);
    if (port !== undefined) return { port, facts: follow(call, host, port) };
  }
  return { port: undefined, facts: undefined };
}

function edgeExceptions(
  { isDenied, isBroken, isPlain, hasBreaker, fault }: RouteFacts,
  breakersMatter: boolean,
): readonly string[] {
  // How requests that nobody lets in are treated is no matter.
  if (isDenied) return ['denied'];
  return [
    ...(isBroken ? ['no answer'] : []),
    ...(isPlain ? ['plain text'] : []),
    ...(fault > 0 ? [`fault ${percent(fault)}`] : []),
    ...(breakersMatter && !hasBreaker ? ['no breaker'] : []),
  ];
}

function nodeOf(graph: MeshGraph, app: App, shares: RouteFacts['shares'] | undefined): PictureNode {
  const external =
    app.hosts.length > 0 && app.hosts.every(({ from }) => from.kind === 'ServiceEntry' && from.isExternal);
  const [host] = app.hosts;
  const [workload] = app.workloads;
  const [port] = host?.ports ?? [];
  return {
    id: idOf(app),
    // What nobody can call is no store, whatever its image is: a Job that sets one up.
    kind: external ? 'external' : app.hosts.length === 0 ? 'service' : (app.store ?? 'service'),
    name: external && host ? host.host : app.name,
    group: external ? '' : app.namespace,
    speaks: port === undefined ? '' : `${port.protocol === 'sniffed' ? '' : `${port.protocol} `}:${port.number}`,
    versions: versionsOf(app, shares),
    exceptions: nodeExceptions(graph, app),
    by: workload
      ? { manifest: workload.manifest, at: ['metadata', 'name'] }
      : host && { manifest: host.manifest, at: ['metadata', 'name'] },
  };
}

function versionsOf({ workloads }: App, shares: RouteFacts['shares'] | undefined): readonly PictureVersion[] {
  const versions = new Map<string, number | null>();
  for (const { labels, name, replicas } of workloads) {
    const version = labels['version'] ?? labels['app.kubernetes.io/version'] ?? name;
    const before = versions.get(version);
    versions.set(version, replicas === undefined || before === null ? null : (before ?? 0) + replicas);
  }
  return [...versions]
    .sort(([a], [b]) => compare(a, b))
    .map(([name, replicas]) => ({
      name,
      replicas,
      share:
        shares === undefined || shares.every(({ subset }) => subset === null)
          ? null
          : (shares.find(({ subset }) => subset === name)?.share ?? 0),
    }));
}

function nodeExceptions(graph: MeshGraph, { workloads, hosts }: App): readonly string[] {
  const found = new Set<string>();
  for (const workload of workloads) {
    if (workload.sidecar === 'no') {
      found.add('no sidecar');
      continue;
    }
    for (const { ports } of hosts)
      for (const port of ports) {
        const { mode } = graph.peerAuthentications.modeOf(workload, containerPortOf(port, workload));
        if (mode !== 'STRICT') found.add(mode === 'DISABLE' ? 'plain text only' : 'plain text allowed');
      }
    if (workload.replicas === 0) found.add('no pods');
  }
  return [...found].sort();
}
