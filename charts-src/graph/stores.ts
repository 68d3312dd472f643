import type { MeshHost } from './mesh-host.ts';
import type { Workload } from './workload.ts';

/** What keeps data for services: `database` is where it lives, `cache` may lose it, `broker` passes it on. */
export type StoreKind = 'database' | 'cache' | 'broker';

/** Words in the names of images. */
const KINDS: readonly (readonly [StoreKind, RegExp])[] = [
  [
    'database',
    /^(?:postgres(?:ql)?|postgis|timescaledb?|pgvector|spilo|mysql|mysqldb|mariadb|percona|mongo(?:db)?|cassandra|scylla|cockroach(?:db)?|yugabyte|mssql|clickhouse|elasticsearch|opensearch|couchdb|couchbase|neo4j|influxdb|etcd|dynamodb|arangodb|tidb|rethinkdb|eventstore)$/,
  ],
  ['cache', /^(?:redis|valkey|memcached|keydb|dragonfly|hazelcast)$/],
  ['broker', /^(?:kafka|rabbitmq|nats|activemq|artemis|pulsar|zookeeper|mosquitto|redpanda)$/],
];

/** Words that say that an image only has to do with a store. */
const ABOUT =
  /^(?:exporter|operator|proxy|admin|pgadmin|ui|connect|client|backup|bouncer|tools|console|init|agent|sidecar|api|app|service|migrate|migrations?|express|dashboards?|commander|insight|manager|schema|registry|bridge|rest)$/;

/** Ports by which a store is known where nothing else says what it is. */
const PORT_KINDS: Readonly<Record<number, StoreKind>> = {
  5432: 'database',
  3306: 'database',
  27017: 'database',
  26257: 'database',
  9042: 'database',
  1433: 'database',
  1521: 'database',
  6379: 'cache',
  11211: 'cache',
  5672: 'broker',
  9092: 'broker',
  4222: 'broker',
};

/** What a workload is, told by the images of its containers. */
export function storeOf({ pod }: Pick<Workload, 'pod'>): StoreKind | undefined {
  for (const { image = '', name } of pod.containers ?? []) {
    const kind = name === 'istio-proxy' ? undefined : kindOfImage(image);
    if (kind) return kind;
  }
  return undefined;
}

function kindOfImage(image: string): StoreKind | undefined {
  const words = repositoryOf(image).split('/').at(-1)?.toLowerCase().split(/[-_.]/) ?? [];
  if (words.some((word) => ABOUT.test(word))) return undefined;
  return KINDS.find(([, pattern]) => words.some((word) => pattern.test(word)))?.[0];
}

/** An image without tag and digest. */
export const repositoryOf = (image: string): string => image.replace(/@.*$/, '').replace(/:[^/:]*$/, '');

/** What a host is, told by its ports: for those whose pods are not among the files, or have images of another name. */
export function storeOfPorts({ ports }: Pick<MeshHost, 'ports'>): StoreKind | undefined {
  for (const { number, protocol } of ports) {
    if (protocol === 'Mongo' || protocol === 'MySQL') return 'database';
    if (protocol === 'Redis') return 'cache';
    const kind = protocol === 'TCP' || protocol === 'sniffed' || protocol === 'TLS' ? PORT_KINDS[number] : undefined;
    if (kind) return kind;
  }
  return undefined;
}
