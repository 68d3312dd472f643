import { Construct } from 'constructs';
import { durationMs, type Duration } from '../model/duration.ts';
import { given, type StandIns } from '../model/given.ts';
import type { Party } from '../model/party.ts';
import type { ObjectSchema, Schema } from '../model/schema.ts';
import { durationSchema, STAND_IN_IMAGE } from '../model/word-schemas.ts';
import { unknownNames, type Broker } from './broker.ts';
import type { Client } from './client.ts';
import { ManifestObject } from './manifest-object.ts';
import { Mesh } from './mesh.ts';
import { fullResources, USER_ID } from './service-workload.ts';
import { StatefulCluster, statefulFields, type StatefulProps } from './stateful-cluster.ts';
import { workloadAcceptance } from './workload-acceptance.ts';
import { jobContent } from './workload-shape.ts';

const CLIENT_PORT = 9092;
const CONTROLLER_PORT = 9093;

/** A topic. */
export interface KafkaTopic {
  /** How many consumers of one group can share the work, at least 1. */
  readonly partitions: number;
  /** Brokers that hold a copy, at most as many as there are. */
  readonly replicationFactor: number;
  /** How long messages are kept: `retention.ms`. */
  readonly retention: Duration;
}

/** A Kafka cluster without ZooKeeper (KRaft), and its topics. */
export interface KafkaProps<T extends string> extends StatefulProps {
  readonly topics: { readonly [topic in T]: KafkaTopic };
  /** Brokers, each of them a controller too; an odd number keeps a majority when one fails. @default 3 */
  readonly brokers?: number;
  /** 22 letters that name the cluster for ever (`kafka-storage random-uuid`). */
  readonly clusterId: string;
}

const kafkaSchema: ObjectSchema = {
  type: 'object',
  fields: {
    ...statefulFields,
    topics: {
      type: 'map',
      values: {
        type: 'object',
        fields: { partitions: 'number', replicationFactor: 'number', retention: durationSchema } satisfies Record<
          keyof KafkaTopic,
          Schema
        >,
        required: ['partitions', 'replicationFactor', 'retention'],
      },
    },
    brokers: { type: 'integer', min: 1, max: 1000 },
    clusterId: { type: 'string', minLength: 1 },
  } satisfies Record<keyof KafkaProps<string>, Schema>,
  required: ['image', 'topics', 'clusterId'],
};

const kafkaStandIns: StandIns = { image: STAND_IN_IMAGE, topics: {}, clusterId: 'not-given' };

/**
 * Kafka in the mesh. Producers get KAFKA_BOOTSTRAP_SERVERS; consumers also KAFKA_TOPIC and KAFKA_CONSUMER_GROUP, which
 * is the service's name. A Job makes the topics.
 */
export class Kafka<T extends string> extends StatefulCluster implements Broker<T, T> {
  readonly #clients = new Set<Client>();
  /** Names of the topics; undefined when nobody can tell. */
  readonly #topics: readonly string[] | undefined;
  /** What clients asked for that is not there. */
  readonly #unknown: string[] = [];

  constructor(scope: Construct, id: string, props: KafkaProps<T>) {
    const checked = given(kafkaSchema, props, kafkaStandIns);
    ({ props } = checked);
    const brokers = props.brokers ?? 3;
    const mesh = Mesh.of(scope);
    const namespace = props.namespace ?? mesh.namespaces[0];
    const bootstrap = `${mesh.host(id, namespace)}:${CLIENT_PORT}`;
    const members = mesh.host(`${id}-headless`, namespace);
    const voters = Array.from(
      { length: brokers },
      (_, index) => `${index}@${id}-${index}.${members}:${CONTROLLER_PORT}`,
    ).join(',');
    const replication = String(Math.min(3, brokers));
    super(scope, id, checked, {
      version: '3',
      replicas: brokers,
      ports: [
        { name: 'tcp-kafka', number: CLIENT_PORT, targetPort: CLIENT_PORT, protocol: 'tcp' },
        { name: 'tcp-controller', number: CONTROLLER_PORT, targetPort: CONTROLLER_PORT, protocol: 'tcp' },
      ],
      environment: [
        { name: 'POD_NAME', kind: 'pod-name' },
        { name: 'KAFKA_NODE_ID', kind: 'pod-index' },
        { name: 'CLUSTER_ID', value: props.clusterId },
        { name: 'KAFKA_PROCESS_ROLES', value: 'broker,controller' },
        { name: 'KAFKA_CONTROLLER_QUORUM_VOTERS', value: voters },
        { name: 'KAFKA_LISTENERS', value: `PLAINTEXT://:${CLIENT_PORT},CONTROLLER://:${CONTROLLER_PORT}` },
        // Plain text to the application only: its proxy makes mutual TLS of it.
        { name: 'KAFKA_ADVERTISED_LISTENERS', value: `PLAINTEXT://$(POD_NAME).${members}:${CLIENT_PORT}` },
        { name: 'KAFKA_LISTENER_SECURITY_PROTOCOL_MAP', value: 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT' },
        { name: 'KAFKA_CONTROLLER_LISTENER_NAMES', value: 'CONTROLLER' },
        { name: 'KAFKA_INTER_BROKER_LISTENER_NAME', value: 'PLAINTEXT' },
        { name: 'KAFKA_AUTO_CREATE_TOPICS_ENABLE', value: 'false' },
        { name: 'KAFKA_DEFAULT_REPLICATION_FACTOR', value: replication },
        { name: 'KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR', value: replication },
        { name: 'KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR', value: replication },
        { name: 'KAFKA_MIN_INSYNC_REPLICAS', value: String(Math.max(1, Math.min(3, brokers) - 1)) },
        { name: 'KAFKA_LOG_DIRS', value: '/var/lib/kafka/data/logs' },
        { name: 'LOG_DIR', value: '/tmp/kafka-logs' },
      ],
      dataPath: '/var/lib/kafka/data',
      writableFolders: ['/opt/kafka/config', '/mnt/shared/config', '/tmp'],
      volumes: [],
      mounts: [],
      liveness: { kind: 'tcp', port: CONTROLLER_PORT },
      readiness: { kind: 'tcp', port: CLIENT_PORT },
      startSeconds: 180,
      graceSeconds: 120,
      defaultResources: { cpuMillis: 500, memoryMib: 1024, ephemeralStorageMib: 256 },
    });
    this.#topics = checked.wrong.has('topics') ? undefined : Object.keys(props.topics);
    this.bootstrapServers = bootstrap;
    this.#addTopicsJob(props, bootstrap);
    this.node.addValidation({
      validate: () => [
        ...this.#unknown,
        ...Object.entries<KafkaTopic>(props.topics).flatMap(([topic, { partitions, replicationFactor, retention }]) => [
          ...(/^[\w.-]{1,249}$/.test(topic)
            ? []
            : [`topics: "${topic}" is no topic name: use letters, digits, ".", "_" and "-".`]),
          ...(partitions >= 1 && Number.isInteger(partitions)
            ? []
            : [`topics.${topic}.partitions: ${partitions} is no whole number above 0.`]),
          ...(replicationFactor >= 1 && Number.isInteger(replicationFactor)
            ? []
            : [`topics.${topic}.replicationFactor: ${replicationFactor} is no whole number above 0.`]),
          ...(replicationFactor <= brokers
            ? []
            : [
                `topics.${topic}.replicationFactor: ${replicationFactor} copies do not fit on ${brokers} brokers, so Kafka would refuse the topic. Add brokers or take fewer copies.`,
              ]),
          ...(durationMs(retention) === undefined ? [`topics.${topic}.retention: "${retention}" is no duration.`] : []),
        ]),
      ],
    });
  }

  /** Where clients start: `host:port`. */
  readonly bootstrapServers: string;

  addPublisher(client: Client, topics: readonly T[]): void {
    this.#unknown.push(...unknownNames('publishes', client, topics, this.#topics ?? topics, 'topic'));
    this.#connect(client);
    client.addEnvironment({ KAFKA_PUBLISHES: topics.join(',') });
  }

  addConsumer(client: Client, topics: readonly T[]): void {
    this.#unknown.push(...unknownNames('consumes', client, topics, this.#topics ?? topics, 'topic'));
    this.#connect(client);
    client.addEnvironment({ KAFKA_TOPIC: topics.join(','), KAFKA_CONSUMER_GROUP: client.party.name });
  }

  #connect(client: Client): void {
    if (this.#clients.has(client)) return;
    this.#clients.add(client);
    this.mesh.connect({ kind: 'connection', caller: client.party, callee: this.callee, ports: ['tcp-kafka'] });
    client.addEnvironment({ KAFKA_BOOTSTRAP_SERVERS: this.bootstrapServers });
  }

  #addTopicsJob({ image, topics, accepts }: KafkaProps<T>, bootstrap: string): void {
    const name = `${this.node.id}-topics`;
    const party: Party = { ...this.party, name, podLabels: { app: name } };
    this.mesh.protect(new Construct(this, 'Topics'), { party });
    this.mesh.connect({ kind: 'connection', caller: party, callee: this.callee, ports: ['tcp-kafka'] });
    const lines = Object.entries<KafkaTopic>(topics).map(
      ([topic, { partitions, replicationFactor, retention }]) =>
        `/opt/kafka/bin/kafka-topics.sh --bootstrap-server ${bootstrap} --create --if-not-exists --topic ${topic}` +
        ` --partitions ${partitions} --replication-factor ${replicationFactor} --config retention.ms=${durationMs(retention) ?? 0}`,
    );
    const script = ['set -e', ...lines].join('\n');
    const { accepts: accepted, takesTag, annotations } = workloadAcceptance(this.mesh, image, accepts);
    new ManifestObject(
      this,
      'TopicsJob',
      { apiVersion: 'batch/v1', kind: 'Job', metadata: { name, namespace: this.party.namespace, annotations } },
      () =>
        jobContent(name, {
          kind: 'Job',
          pod: {
            labels: { app: name, 'app.kubernetes.io/name': name, 'sidecar.istio.io/inject': 'true' },
            annotations: {},
            selector: { app: name },
            serviceAccount: this.party.serviceAccount,
            userId: USER_ID,
            graceSeconds: 30,
            initContainers: [],
            containers: [
              {
                name: 'topics',
                image,
                imagePullPolicy: takesTag ? 'IfNotPresent' : 'Always',
                command: ['/bin/sh', '-c', script],
                ports: [],
                environment: [{ name: 'LOG_DIR', value: '/tmp/kafka-logs' }],
                mounts: [{ volume: 'tmp', path: '/tmp', isReadOnly: false }],
                resources: fullResources({ cpuMillis: 250, memoryMib: 512, ephemeralStorageMib: 64 }, accepted),
              },
            ],
            volumes: [{ kind: 'emptyDir', name: 'tmp', sizeMib: 64 }],
          },
        }),
    );
  }
}
