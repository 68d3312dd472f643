import { GatewayPods, selectorText } from '../../graph/gateway-pods.ts';
import type { GatewayNode, GatewayServer } from '../../graph/gateways.ts';
import type { MeshGraph } from '../../graph/mesh-graph.ts';
import { isHttp, parseProtocol } from '../../graph/protocol.ts';
import type { Hit, Rule } from '../rule.ts';

/**
 * Two servers of the same pods and port cannot both be. Istio joins servers of plain HTTP, and tells servers of TLS apart
 * by their hosts; of anything else, and of two servers of TLS with one host, the younger one is left out.
 * Source: Istio's mergeGateways
 */
export const gatewaysConflict = {
  code: 'W143',
  name: 'gateways-conflict',
  severity: 'error',
  summary: 'Two Gateways want the same port of the same pods for different things, and one is left out.',
  also: [],
  reads: ['Gateway', 'Deployment', 'Pod'],
  *check(graph) {
    const buckets = bucketsOf(graph);
    const pods = new GatewayPods(graph.gateways);
    for (const node of graph.gateways)
      for (const server of node.servers) {
        const rivals = pods
          .sharing(node)
          .flatMap((selector) => rivalsOf(buckets.get(bucketKey(server, selector)), node, server));
        const worst = rivals.find(({ isDropped }) => isDropped) ?? rivals[0];
        if (worst === undefined) continue;
        const others = [
          ...new Set(
            rivals.filter(({ isDropped }) => isDropped === worst.isDropped).map(({ node: other }) => other.key),
          ),
        ];
        yield { manifest: node.gateway.manifest, at: server.at, ...wordsFor(server, worst, rivals, others.sort()) };
      }
  },
} satisfies Rule;

/** What a server opens its port for. `other`: TCP and all that is not HTTP. */
type Opens = 'HTTP' | 'TLS' | 'other';

interface Entry {
  readonly node: GatewayNode;
  readonly server: GatewayServer;
}

/** The servers of one port and selector. */
interface Bucket {
  readonly byHost: Map<string, Entry[]>;
  readonly byKind: Map<Opens, Entry[]>;
}

interface Rival extends Entry {
  /** Whether one of the two is left out; else they are joined. */
  readonly isDropped: boolean;
  readonly sharesHost: boolean;
}

const opens = ({ server: { port, tls } }: GatewayServer): Opens => {
  if (tls !== undefined && tls.httpsRedirect !== true) return 'TLS';
  const protocol = parseProtocol(port.protocol);
  return protocol !== undefined && isHttp(protocol) ? 'HTTP' : 'other';
};

const bucketKey = ({ server }: GatewayServer, selector: string): string =>
  `${server.port.number} ${server.bind ?? ''} ${selector}`;

function bucketsOf(graph: MeshGraph): ReadonlyMap<string, Bucket> {
  const buckets = new Map<string, Bucket>();
  for (const node of graph.gateways)
    for (const server of node.servers) {
      if (server.server.port.number === 0) continue; // not written: it is refused
      const key = bucketKey(server, selectorText(node));
      const bucket = buckets.get(key) ?? { byHost: new Map<string, Entry[]>(), byKind: new Map<Opens, Entry[]>() };
      buckets.set(key, bucket);
      const entry = { node, server };
      for (const { host } of server.hosts) bucket.byHost.set(host, [...(bucket.byHost.get(host) ?? []), entry]);
      const kind = opens(server);
      bucket.byKind.set(kind, [...(bucket.byKind.get(kind) ?? []), entry]);
    }
  return buckets;
}

function rivalsOf(bucket: Bucket | undefined, node: GatewayNode, server: GatewayServer): readonly Rival[] {
  if (bucket === undefined) return [];
  const own = opens(server);
  const rivals: Rival[] = [];
  const isOther = (entry: Entry): boolean => entry.node.key !== node.key;
  for (const { host } of server.hosts)
    for (const entry of bucket.byHost.get(host)?.filter(isOther) ?? [])
      rivals.push({ ...entry, isDropped: own !== 'HTTP' || opens(entry.server) !== 'HTTP', sharesHost: true });
  for (const [kind, entries] of bucket.byKind) {
    // Servers of TLS are told apart by host; those of HTTP are joined.
    if (kind === own && kind !== 'other') continue;
    const other = entries.find(isOther);
    if (other && !rivals.some((rival) => rival.server === other.server))
      rivals.push({ ...other, isDropped: true, sharesHost: false });
  }
  return rivals;
}

function wordsFor(
  { server }: GatewayServer,
  worst: Rival,
  rivals: readonly Rival[],
  others: readonly string[],
): Pick<Hit, 'message' | 'fix' | 'severity' | 'also'> {
  const names =
    others.length > 3 ? `${others.slice(0, 3).join(', ')} and ${others.length - 3} more` : others.join(', ');
  const also = rivals.some(({ sharesHost }) => sharesHost) ? ['IST0145', 'KIA0301'] : [];
  const { number, protocol } = server.port;
  if (!worst.isDropped)
    return {
      severity: 'info',
      also,
      message: `Gateway ${names} opens port ${number} of the same pods for the same hosts (${server.hosts.join(', ')}): the rules of all VirtualServices of both are joined`,
      fix: 'nothing, if their VirtualServices take different paths; else give each a host of its own',
    };
  const theirs = worst.server.server.port.protocol;
  const clash =
    theirs === protocol
      ? `for ${protocol} and the same hosts (${server.hosts.join(', ')})`
      : `for ${theirs} where this one is for ${protocol}`;
  return {
    also,
    message: `Gateway ${names} opens port ${number} of the same pods too, ${clash}: Istio keeps the older server and leaves the other one out`,
    fix: theirs === protocol ? 'give each host to one Gateway only' : 'give each protocol a port of its own',
  };
}
