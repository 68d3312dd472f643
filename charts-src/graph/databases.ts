import { objectName, type Manifest } from '../manifest/manifest.ts';
import type { Path } from '../model/schema.ts';
import { callsOf, type App } from './calls.ts';
import type { ContainerSettings, Setting } from './environment.ts';
import { hostsIn, type HostMention } from './host-mentions.ts';
import type { MeshGraph } from './mesh-graph.ts';
import type { Workload } from './workload.ts';

/** An application that reads and writes a database. */
export interface DatabaseUse {
  readonly app: App;
  /** Where the database runs: an application of the mesh, a host, or what a Secret holds. */
  readonly server: string;
  /** What the database is called there; undefined where nothing says so. */
  readonly name: string | undefined;
  readonly manifest: Manifest;
  readonly at: Path;
  /** What says so: `DATABASE_HOST`. */
  readonly says: string;
}

/** Which applications use which databases, as their environment, policies and Sidecars say. */
export function databaseUses(graph: MeshGraph): readonly DatabaseUse[] {
  const calls = callsOf(graph);
  const uses: DatabaseUse[] = [];
  const told = new Set<string>();
  for (const workload of graph.workloads) {
    const app = calls.appOf(workload);
    if (app === undefined || app.store !== undefined || !isService(app)) continue;
    for (const container of calls.environments.of(workload))
      for (const use of [...usesOf(graph, app, workload, container), ...givenUses(graph, app, workload, container)]) {
        uses.push(use);
        told.add(keyOf(app, use.server));
      }
  }
  // Who may connect to a database does so, where its environment does not say.
  for (const { caller, callee, evidence } of calls.calls) {
    const server = serverOf(callee);
    if (callee.store !== 'database' || caller.store !== undefined || !isService(caller)) continue;
    if (told.has(keyOf(caller, server))) continue;
    const [{ manifest, at, says }] = evidence;
    uses.push({ app: caller, server, name: ownDatabase(callee), manifest, at, says });
  }
  return uses.sort(byPlace);
}

const byPlace = (one: DatabaseUse, other: DatabaseUse): number =>
  compare(keyOf(one.app, one.server), keyOf(other.app, other.server)) ||
  compare(objectName(one.manifest), objectName(other.manifest));
const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

const keyOf = ({ namespace, name }: App, server: string): string => `${namespace}/${name} ${server}`;
const serverOf = ({ namespace, name }: App): string => `${namespace}/${name}`;

/** Jobs, and what only works in the background, belong to some service: they have no data of their own. */
const isService = ({ hosts, workloads }: App): boolean => hosts.length > 0 && workloads.length > 0;

const SCHEMES = new Set([
  'postgres',
  'postgresql',
  'mysql',
  'mariadb',
  'mongodb',
  'mongodb+srv',
  'sqlserver',
  'cockroachdb',
  'oracle',
]);

/** A variable that holds where a database is, as a whole or as a host. */
const IS_DATABASE = /(?:database|datasource|(?:^|_)db|postgres|(?:^|_)pg|mysql|mongo|jdbc|(?:^|_)sql)/i;
const HOLDS_PLACE = /(?:url|uri|dsn|host|hostname|server|addr|address|connection(?:_?string)?)$/i;
const HOLDS_NAME = /(?:(?:^|_)(?:database|db|dbname|schema)(?:_?name)?|postgres_db|pgdatabase|mysql_database)$/i;

function* usesOf(
  graph: MeshGraph,
  app: App,
  { manifest, namespace }: Workload,
  { settings }: ContainerSettings,
): Iterable<DatabaseUse> {
  const names = settings.filter(({ name, value, isText }) => !isText && value !== undefined && HOLDS_NAME.test(name));
  for (const { name, value, source, at, isText } of settings) {
    if (isText) continue;
    const place = { app, manifest, at, says: source === undefined ? name : `${name}, ${source}` };
    if (value === undefined) {
      if (source !== undefined && IS_DATABASE.test(name) && /(?:url|uri|dsn|connection(?:_?string)?)$/i.test(name))
        yield { ...place, server: source, name: undefined };
      continue;
    }
    for (const mention of hostsIn(value, HOLDS_PLACE.test(name))) {
      const server = databaseServer(graph, namespace, mention, name);
      if (server === undefined) continue;
      yield { ...place, server: server.key, name: mention.path ?? nameBeside(name, names) ?? server.own };
    }
  }
}

/** What comes from a ConfigMap or Secret as a whole: it says something where it names one database, not all there are. */
function givenUses(
  graph: MeshGraph,
  app: App,
  workload: Workload,
  container: ContainerSettings,
): readonly DatabaseUse[] {
  return callsOf(graph)
    .environments.given(container, workload.namespace)
    .flatMap(({ source, at, data }) => {
      if (data === undefined)
        return source.startsWith('Secret ') && IS_DATABASE.test(source.replace(/^.*\//, '').replaceAll('-', '_'))
          ? [{ app, manifest: workload.manifest, at, says: source, server: source, name: undefined }]
          : [];
      const settings = Object.entries(data).map(([name, value]): Setting => {
        return { name, value, source: `${source} key ${name}`, at, isText: value.includes('\n') };
      });
      const found = [...usesOf(graph, app, workload, { ...container, settings })];
      const [first] = found;
      return first && found.every(({ server, name }) => server === first.server && name === first.name) ? [first] : [];
    });
}

interface Server {
  readonly key: string;
  /** The database that its own environment makes. */
  readonly own: string | undefined;
}

function databaseServer(
  graph: MeshGraph,
  namespace: string,
  { host, scheme }: HostMention,
  variable: string,
): Server | undefined {
  const calls = callsOf(graph);
  const found = calls.hostOf(host, namespace);
  if (found === undefined)
    // Outside of the mesh, or not among the files: then only the text says that it is one.
    return (scheme === undefined ? IS_DATABASE.test(variable) && host.includes('.') : SCHEMES.has(scheme))
      ? { key: host.includes('.') ? host : `${host}.${namespace}`, own: undefined }
      : undefined;
  const app = calls.appOfHost(found);
  const isOne = app.store === 'database' || (app.store === undefined && scheme !== undefined && SCHEMES.has(scheme));
  return isOne ? { key: serverOf(app), own: ownDatabase(app) } : undefined;
}

/** The database that the image of a server makes when it starts for the first time. */
function ownDatabase({ workloads }: App): string | undefined {
  for (const { pod } of workloads)
    for (const { env = [] } of pod.containers ?? [])
      for (const { name, value } of env)
        if (
          value !== undefined &&
          /^(?:POSTGRES_DB|POSTGRESQL_DATABASE|(?:MYSQL|MARIADB)_DATABASE|MONGO_INITDB_DATABASE)$/.test(name ?? '')
        )
          return value;
  return undefined;
}

/** The name that belongs to a host: `ORDERS_DB_NAME` to `ORDERS_DB_HOST`, else the only one there is. */
function nameBeside(variable: string, names: readonly Setting[]): string | undefined {
  const prefix = variable.replace(/_?[A-Za-z]+$/, '');
  const near = names.filter(({ name }) => prefix !== '' && name.startsWith(prefix));
  const [only, ...others] = near.length > 0 ? near : names;
  return others.length === 0 ? only?.value : undefined;
}
