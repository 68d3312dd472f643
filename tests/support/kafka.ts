import { Admin } from '@platformatic/kafka';
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { toolPath } from '../../scripts/dev/provision/tools-file.ts';
import { freePort } from './free-port.ts';
import { run } from './mesh-cluster.ts';
import { end, hasEnded, serverFolder } from './server-folder.ts';
import { until } from './until.ts';

/** A real Kafka on loopback: one node that is broker and controller, without ZooKeeper. */
export interface KafkaServer {
  /** `127.0.0.1:PORT`, as clients want it. */
  readonly bootstrapServers: string;
  /** Makes a topic as the mesh has it: 3 partitions, kept for 7 days; but one copy, as there is one node. */
  createTopic(name: string): Promise<void>;
  /** kill -9 of the broker: all connections break, what is on its disk stays. */
  kill(): Promise<void>;
  /** Starts it again after `kill`, on the same port with the same data. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const SEVEN_DAYS_MS = 604_800_000;

const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

/** Starts a Kafka server with no topic in it; it makes none by itself.
 * @throws Error with the end of its log when it does not start */
export const startKafka = async (): Promise<KafkaServer> => {
  const servers = serverFolder('kafka');
  try {
    const [port, controllerPort] = await Promise.all([freePort(), freePort()]);
    const data = join(servers.path, 'data');
    mkdirSync(data);
    const settings = {
      'process.roles': 'broker,controller',
      'node.id': '1',
      'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
      listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
      'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
      'controller.listener.names': 'CONTROLLER',
      'log.dirs': data,
      // Topics are made on purpose, as in the mesh.
      'auto.create.topics.enable': 'false',
      // One node cannot keep three copies.
      'offsets.topic.replication.factor': '1',
      'offsets.topic.num.partitions': '3',
      'transaction.state.log.replication.factor': '1',
      'transaction.state.log.min.isr': '1',
      'share.coordinator.state.topic.replication.factor': '1',
      'share.coordinator.state.topic.min.isr': '1',
      // After kill -9 the controller lets nobody in under this id until it has given up the one that was killed.
      'broker.heartbeat.interval.ms': '200',
      'broker.session.timeout.ms': '1000',
      // Consumers that come one after the other do not wait for each other.
      'group.initial.rebalance.delay.ms': '0',
      // A consumer that was killed is given up soon, where it asks for that.
      'group.min.session.timeout.ms': '1000',
    };
    const file = join(servers.path, 'server.properties');
    writeFileSync(
      file,
      Object.entries(settings)
        .map(([name, value]) => `${name}=${value}\n`)
        .join(''),
    );
    const java = toolPath('java');
    const jvm = ['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-cp', join(toolPath('kafka'), '*')];
    const cluster = randomBytes(16).toString('base64url');
    const format = ['kafka.tools.StorageTool', 'format', '--cluster-id', cluster, '--config', file];
    const formatted = await run([java, ...jvm, ...format]);
    if (formatted.code !== 0) throw new Error(`Kafka's storage was not formatted: ${formatted.stderr}`);

    const launch = () => servers.start('kafka', java, [...jvm, 'kafka.Kafka', file]);
    let broker = launch();
    const ready = (): Promise<void> =>
      until('Kafka listens', { timeoutMs: 60_000, details: () => servers.endOfLog('kafka') }, () => {
        if (hasEnded(broker)) throw new Error(`Kafka ended:\n${servers.endOfLog('kafka')}`);
        return listens(port);
      });
    await ready();

    const bootstrapServers = `127.0.0.1:${port}`;
    return {
      bootstrapServers,
      createTopic: async (name) => {
        const admin = new Admin({ clientId: 'for-tests', bootstrapBrokers: [bootstrapServers], retries: 10 });
        try {
          await admin.createTopics({
            topics: [name],
            partitions: 3,
            replicas: 1,
            configs: [{ name: 'retention.ms', value: String(SEVEN_DAYS_MS) }],
          });
        } finally {
          await admin.close();
        }
      },
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
