import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toolPath } from '../../scripts/dev/provision/tools-file.ts';
import { freePort } from './free-port.ts';
import { end, hasEnded, serverFolder } from './server-folder.ts';
import { until } from './until.ts';

/** A virtual host of its own, with a user that may use no other. */
export interface VirtualHost {
  readonly host: string;
  readonly port: number;
  readonly vhost: string;
  readonly user: string;
  readonly password: string;
}

/** A queue as the broker's own management sees it. */
export interface Queue {
  readonly name: string;
  readonly messages: number;
  readonly durable: boolean;
  readonly consumers: number;
}

/** A broker, and where its administrator gets in. */
export interface RabbitMqAddress {
  readonly host: string;
  readonly port: number;
  readonly managementPort: number;
}

/** A real RabbitMQ on loopback. */
export interface RabbitMqServer extends RabbitMqAddress {
  /** kill -9 of the broker: all connections break, what is on its disk stays. */
  kill(): Promise<void>;
  /** Starts it again after `kill`, on the same ports with the same data. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const ADMIN = 'for-tests';

/** A request to the management API below /api, as administrator. */
export const manage = async (
  { host, managementPort }: RabbitMqAddress,
  method: string,
  path: string,
  body?: unknown,
): Promise<unknown> => {
  const answer = await fetch(`http://${host}:${managementPort}/api${path}`, {
    method,
    headers: {
      authorization: `Basic ${Buffer.from(`${ADMIN}:${ADMIN}`).toString('base64')}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(20_000),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`RabbitMQ: ${method} ${path}: ${answer.status} ${text}`);
  return text === '' ? undefined : JSON.parse(text);
};

/** Makes a virtual host and its user, both of this name. */
export const createVirtualHost = async (broker: RabbitMqAddress, name: string): Promise<VirtualHost> => {
  const [password, encoded] = [`of ${name}`, encodeURIComponent(name)];
  await manage(broker, 'PUT', `/vhosts/${encoded}`);
  await manage(broker, 'PUT', `/users/${encoded}`, { password, tags: '' });
  await manage(broker, 'PUT', `/permissions/${encoded}/${encoded}`, { configure: '.*', write: '.*', read: '.*' });
  return { host: broker.host, port: broker.port, vhost: name, user: name, password };
};

/** The queues of a virtual host, counted a moment ago. */
export const queuesOf = async (broker: RabbitMqAddress, { vhost }: VirtualHost): Promise<readonly Queue[]> =>
  // What the management API of RabbitMQ gives for each queue, and more.
  (await manage(broker, 'GET', `/queues/${encodeURIComponent(vhost)}`)) as readonly Queue[];

/** Starts a RabbitMQ server with nothing in it, and with its management API.
 * @throws Error with the end of its log when it does not start */
export const startRabbitMq = async (): Promise<RabbitMqServer> => {
  const servers = serverFolder('rabbitmq');
  const at = (name: string): string => join(servers.path, name);
  try {
    const [port, managementPort, distributionPort, epmdPort] = await Promise.all([
      freePort(),
      freePort(),
      freePort(),
      freePort(),
    ]);
    for (const folder of ['mnesia', 'log', 'home']) mkdirSync(at(folder));
    writeFileSync(at('enabled_plugins'), '[rabbitmq_management].\n');
    writeFileSync(at('advanced.config'), '[].\n');
    writeFileSync(
      at('rabbitmq.conf'),
      [
        `listeners.tcp.1 = 127.0.0.1:${port}`,
        'management.tcp.ip = 127.0.0.1',
        `management.tcp.port = ${managementPort}`,
        `default_user = ${ADMIN}`,
        `default_pass = ${ADMIN}`,
        'log.console = true',
        'log.console.level = warning',
        'log.file = false',
        // Tests look at queues often, and right after something happened.
        'collect_statistics_interval = 1000',
        // What other tests have on this disk is none of this broker's business.
        'disk_free_limit.absolute = 50MB',
        '',
      ].join('\n'),
    );
    const env = {
      PATH: process.env['PATH'],
      HOME: at('home'),
      LANG: 'C.UTF-8',
      ERL_EPMD_PORT: String(epmdPort),
      ERL_EPMD_ADDRESS: '127.0.0.1',
      RABBITMQ_NODENAME: 'weft@localhost',
      RABBITMQ_DIST_PORT: String(distributionPort),
      RABBITMQ_MNESIA_BASE: at('mnesia'),
      RABBITMQ_LOG_BASE: at('log'),
      RABBITMQ_PID_FILE: at('pid'),
      RABBITMQ_CONF_ENV_FILE: at('no-file-of-the-system'),
      RABBITMQ_CONFIG_FILE: at('rabbitmq.conf'),
      RABBITMQ_ADVANCED_CONFIG_FILE: at('advanced.config'),
      RABBITMQ_ENABLED_PLUGINS_FILE: at('enabled_plugins'),
      RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1} +S 1:1 +sbwt none',
      // Its script then becomes the broker, rather than waiting for it: what is killed is the broker itself.
      RUNNING_UNDER_SYSTEMD: 'true',
    };
    // Erlang's registry of names would otherwise be started by the broker, and outlive it.
    const epmd = servers.start('epmd', toolPath('epmd'), [], { env });
    const launch = () => servers.start('rabbitmq', toolPath('rabbitmq-server'), [], { env });

    const address = { host: '127.0.0.1', port, managementPort };
    let broker = launch();
    const ready = (): Promise<void> =>
      until(
        'RabbitMQ answers',
        { timeoutMs: 120_000, everyMs: 100, details: () => servers.endOfLog('rabbitmq') },
        async () => {
          for (const [name, child] of [
            ['epmd', epmd],
            ['rabbitmq', broker],
          ] as const) {
            if (hasEnded(child)) throw new Error(`${name} ended:\n${servers.endOfLog(name)}`);
          }
          return manage(address, 'GET', `/health/checks/port-listener/${port}`).then(
            () => true,
            () => false,
          );
        },
      );
    await ready();

    return {
      ...address,
      kill: () => end(broker),
      restart: async () => {
        broker = launch();
        await ready();
      },
      stop: () => servers.stop(),
    };
  } catch (error) {
    await servers.stop();
    throw error;
  }
};
