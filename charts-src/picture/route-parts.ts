import { callsOf, type App } from '../graph/calls.ts';
import type { MeshGraph } from '../graph/mesh-graph.ts';
import type { MeshHost } from '../graph/mesh-host.ts';
import { routeDestinations } from '../graph/route-destinations.ts';
import { percent } from '../model/percent.ts';
import { idOf, type Picture, type PictureEdge, type PictureNode } from './picture.ts';

/** Gateways, and the services that their VirtualServices lead to. */
export function gatewayParts(graph: MeshGraph, apps: readonly App[]): Picture {
  const appOf = new Map(apps.flatMap((app) => app.hosts.map(({ host }) => [host, app] as const)));
  const nodes: PictureNode[] = [];
  const edges: PictureEdge[] = [];
  for (const { gateway, key, servers, workloads } of graph.gateways) {
    const id = `gateway:${key}`;
    const ports = [...new Set(servers.map(({ server }) => `${server.port.protocol} :${server.port.number}`))].join(
      ', ',
    );
    const hosts = [...new Set(servers.flatMap((server) => server.hosts.map(({ host }) => host)))];
    nodes.push({
      id,
      kind: 'gateway',
      name: gateway.name,
      group: gateway.namespace,
      speaks: ports,
      versions: [],
      exceptions: [
        ...(hosts.includes('*') ? ['every host'] : []),
        ...(servers.some(({ server }) => /^http$/i.test(server.port.protocol) && server.tls?.httpsRedirect !== true)
          ? ['plain HTTP']
          : []),
      ],
      by: { manifest: gateway.manifest, at: ['spec', 'servers'] },
    });
    const owner = workloads[0]?.namespace ?? graph.settings.rootNamespace;
    const targets = new Map<string, PictureEdge>();
    for (const virtualService of graph.virtualServices.visibleTo(owner, key))
      for (const { host, at, rule, isMirror } of routeDestinations(virtualService, graph.settings.clusterDomain)) {
        const app = appOf.get(host);
        if (app === undefined || targets.has(idOf(app))) continue;
        const http = virtualService.spec.http?.[rule];
        targets.set(idOf(app), {
          from: id,
          to: idOf(app),
          protocol: 'requests',
          calls: 1,
          timeout: http?.timeout ?? null,
          tries: http?.retries === undefined ? 3 : (http.retries.attempts ?? 0) + 1,
          exceptions: [],
          isDenied: false,
          isMirror,
          by: { manifest: virtualService.manifest, at },
        });
      }
    edges.push(...targets.values());
  }
  return { nodes, edges };
}

/** Copies of requests go from the service that they are meant for to the one that gets the copy. */
export function mirrors(graph: MeshGraph): readonly PictureEdge[] {
  const { appOfHost } = callsOf(graph);
  const { clusterDomain } = graph.settings;
  const hostOf = (name: string): MeshHost | undefined => graph.hostsNamed(name)[0];
  return graph.of('VirtualService').flatMap((virtualService) => {
    const all = routeDestinations(virtualService, clusterDomain);
    return all
      .filter(({ isMirror }) => isMirror)
      .flatMap((copy): readonly PictureEdge[] => {
        const original = all.find(({ rule, isMirror }) => rule === copy.rule && !isMirror);
        const [from, to] = [original && hostOf(original.host), hostOf(copy.host)];
        if (from === undefined || to === undefined || appOfHost(from) === appOfHost(to)) return [];
        return [
          {
            from: idOf(appOfHost(from)),
            to: idOf(appOfHost(to)),
            protocol: 'requests',
            calls: 1,
            timeout: null,
            tries: 1,
            exceptions: [`copy ${percent(copy.share)}`],
            isDenied: false,
            isMirror: true,
            by: { manifest: virtualService.manifest, at: copy.at },
          },
        ];
      });
  });
}
