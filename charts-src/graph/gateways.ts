import type { Server } from '../imports/istio.ts';
import { hostCovers } from '../model/host.ts';
import type { Path } from '../model/schema.ts';
import type { LabelIndex } from './labels.ts';
import type { Resource } from './resource.ts';
import { virtualServiceHosts } from './virtual-services.ts';
import type { Workload } from './workload.ts';

/** A Gateway and the pods that serve it. */
export interface GatewayNode {
  readonly gateway: Resource<'Gateway'>;
  /** `namespace/name`, as VirtualServices name it. */
  readonly key: string;
  /** Pods that its selector finds, in all namespaces. Empty when they are not among the files. */
  readonly workloads: readonly Workload[];
  readonly servers: readonly GatewayServer[];
}

/** One server of a Gateway. */
export interface GatewayServer {
  readonly server: Server;
  readonly at: Path;
  readonly hosts: readonly ServerHost[];
}

/** A host of a server, and the namespace whose VirtualServices may use it; `*` for all. */
export interface ServerHost {
  readonly namespace: string;
  readonly host: string;
}

/** A Gateway with its pods. */
export const gatewayNode = (gateway: Resource<'Gateway'>, pods: LabelIndex<Workload>): GatewayNode => ({
  gateway,
  key: `${gateway.namespace}/${gateway.name}`,
  workloads: pods.select(gateway.spec.selector ?? {}).filter(() => Object.keys(gateway.spec.selector ?? {}).length > 0),
  servers: (gateway.spec.servers ?? []).map((server, index) => ({
    server,
    at: ['spec', 'servers', index],
    hosts: server.hosts.map((entry) => serverHost(entry, gateway.namespace)),
  })),
});

// `ns/host`, `./host` or `host`; `*` stands for any namespace.
function serverHost(entry: string, namespace: string): ServerHost {
  const slash = entry.indexOf('/');
  if (slash < 0) return { namespace: '*', host: entry.toLowerCase() };
  const owner = entry.slice(0, slash);
  return { namespace: owner === '.' ? namespace : owner, host: entry.slice(slash + 1).toLowerCase() };
}

/** Hosts that both a server and a VirtualService name; of two that cover each other, the narrower. */
export function sharedHosts(
  { hosts }: GatewayServer,
  virtualService: Resource<'VirtualService'>,
  domain: string,
): readonly string[] {
  const shared = new Set<string>();
  for (const { namespace, host } of hosts) {
    if (namespace !== '*' && namespace !== virtualService.namespace) continue;
    for (const wanted of virtualServiceHosts(virtualService, domain)) {
      if (hostCovers(host, wanted)) shared.add(wanted);
      else if (hostCovers(wanted, host)) shared.add(host);
    }
  }
  return [...shared];
}
