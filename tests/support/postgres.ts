import { execFileSync } from 'node:child_process';
import { chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { toolPath } from '../../scripts/dev/provision/tools-file.ts';
import { freePort } from './free-port.ts';
import { end, hasEnded, serverFolder } from './server-folder.ts';
import { until } from './until.ts';

/** A database of its own, with a user of its own who may use no other. */
export interface Database {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
}

/** A server, and how its administrator gets in. */
export interface PostgresAddress {
  readonly host: string;
  readonly port: number;
  readonly adminPassword: string;
}

/** A real PostgreSQL 15 on loopback. */
export interface PostgresServer extends PostgresAddress {
  /** kill -9 of the server: all connections break, what was committed stays. */
  kill(): Promise<void>;
  /** Starts it again after `kill`, on the same port with the same data. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const ADMIN = 'postgres';

const run = async (connection: pg.ClientConfig, statements: readonly string[], values: readonly unknown[] = []) => {
  const client = new pg.Client(connection);
  client.on('error', () => undefined);
  await client.connect();
  try {
    const rows: unknown[] = [];
    for (const sql of statements) rows.push(...(await client.query(sql, [...values])).rows);
    return rows;
  } finally {
    await client.end();
  }
};

const asAdmin = ({ host, port, adminPassword }: PostgresAddress): pg.ClientConfig => ({
  ...{ host, port },
  ...{ user: ADMIN, password: adminPassword, database: 'postgres' },
});

/** Makes a database and its user, both of this name. */
export const createDatabase = async (server: PostgresAddress, name: string): Promise<Database> => {
  const password = `of ${name}`;
  const [quoted, secret] = [pg.escapeIdentifier(name), pg.escapeLiteral(password)];
  await run(asAdmin(server), [
    `CREATE ROLE ${quoted} LOGIN PASSWORD ${secret}`,
    `CREATE DATABASE ${quoted} OWNER ${quoted}`,
    `REVOKE CONNECT ON DATABASE ${quoted} FROM PUBLIC`,
  ]);
  return { host: server.host, port: server.port, database: name, user: name, password };
};

/** Runs SQL as the owner of a database, and gives the rows. */
export const query = async <Row>(database: Database, sql: string, values?: readonly unknown[]): Promise<Row[]> =>
  // The caller knows the columns of its own statement.
  (await run({ ...database }, [sql], values)) as Row[];

/** Ends all connections to one database, and lets nobody in until `giveBack`. */
export const takeAway = async (server: PostgresAddress, database: string): Promise<void> =>
  void (await run(asAdmin(server), [
    `ALTER DATABASE ${pg.escapeIdentifier(database)} ALLOW_CONNECTIONS false`,
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ${pg.escapeLiteral(database)}`,
  ]));

export const giveBack = async (server: PostgresAddress, database: string): Promise<void> =>
  void (await run(asAdmin(server), [`ALTER DATABASE ${pg.escapeIdentifier(database)} ALLOW_CONNECTIONS true`]));

/** What PostgreSQL answers as long as processes of a killed server still hold its memory. */
const STILL_IN_USE = /still in use|lock file "postmaster.pid" already exists/;

/** Starts a PostgreSQL server with nothing in it.
 * @throws Error with the end of its log when it does not start */
export const startPostgres = async (): Promise<PostgresServer> => {
  const servers = serverFolder('postgres');
  const program = toolPath('postgres');
  const data = join(servers.path, 'data');
  // PostgreSQL refuses to run as root; Debian's package brings the user.
  const user = process.getuid?.() === 0 ? 'postgres' : undefined;
  try {
    const adminPassword = 'for tests';
    const passwordFile = join(servers.path, 'password');
    writeFileSync(passwordFile, adminPassword);
    mkdirSync(data, { mode: 0o700 });
    const initdb = [
      join(dirname(program), 'initdb'),
      ...['--pgdata', data, '--username', ADMIN, '--pwfile', passwordFile, '--auth', 'scram-sha-256'],
      ...['--encoding', 'UTF8', '--no-locale', '--no-sync'],
    ];
    if (user !== undefined) {
      const [uid, gid] = ['-u', '-g'].map((flag) => Number(execFileSync('id', [flag, user], { encoding: 'utf8' })));
      // `id` prints a number or fails.
      chownSync(data, uid as number, gid as number);
      chownSync(servers.path, uid as number, gid as number);
    }
    const asUser = user === undefined ? [] : ['--reuid', user, '--regid', user, '--init-groups', '--'];
    execFileSync(toolPath('setpriv'), [...asUser, ...initdb], {
      cwd: servers.path,
      stdio: ['ignore', 'ignore', 'pipe'],
    });

    const port = await freePort();
    const address = { host: '127.0.0.1', port, adminPassword };
    const settings = {
      listen_addresses: address.host,
      port: String(port),
      unix_socket_directories: '',
      // Processes are killed here, the machine is not: what is written stays without being forced to the disk.
      fsync: 'off',
      full_page_writes: 'off',
      max_connections: '300',
      log_min_messages: 'warning',
    };
    const answers = (): Promise<boolean> =>
      run(asAdmin(address), ['SELECT 1']).then(
        () => true,
        () => false,
      );
    const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const launch = () => servers.start('postgres', program, ['-D', data, ...flags], user === undefined ? {} : { user });
    let server = launch();
    /** Waits until the server answers, and starts it again as long as it has to wait for a killed one to be gone. */
    const ready = async (seen: number): Promise<void> => {
      const details = () => servers.endOfLog('postgres');
      await until('PostgreSQL answers', { timeoutMs: 60_000, details }, async () => {
        if (!hasEnded(server)) return answers();
        if (!STILL_IN_USE.test(servers.log('postgres').slice(seen))) {
          throw new Error(`PostgreSQL did not start:\n${details()}`);
        }
        server = launch();
        return false;
      });
    };
    await ready(0);

    return {
      ...address,
      kill: () => end(server),
      restart: async () => {
        const seen = servers.log('postgres').length;
        server = launch();
        await ready(seen);
      },
      stop: () => servers.stop(),
    };
  } catch (error) {
    await servers.stop();
    throw error;
  }
};
