import type { Construct } from 'constructs';
import { given, type StandIns } from '../model/given.ts';
import type { ObjectSchema, Schema } from '../model/schema.ts';
import type { SecretReference } from '../model/service.ts';
import { secretSchema, STAND_IN_IMAGE } from '../model/word-schemas.ts';
import { unknownNames, type Broker } from './broker.ts';
import type { Client } from './client.ts';
import { StatefulCluster, statefulFields, type StatefulProps } from './stateful-cluster.ts';

const PORT = 5672;

/** A RabbitMQ with one topic exchange. */
export interface RabbitMqProps<E extends string, Q extends string> extends StatefulProps {
  /** Name of the topic exchange. */
  readonly exchange: string;
  /** Routing key of each event. */
  readonly events: { readonly [event in E]: string };
  /** The events that each durable queue receives. */
  readonly queues: { readonly [queue in Q]: readonly NoInfer<E>[] };
  /** User name that clients connect as. @default 'shop' */
  readonly user?: string;
  /** Password of that user. */
  readonly password: SecretReference;
  /** A Secret whose key holds lines of rabbitmq.conf: `default_user = …` and `default_pass = …`. RabbitMQ reads a
   * user from no other kind of file. */
  readonly credentials: SecretReference;
}

/** Messages have one as a text of at most 255 bytes; words are parted by dots, `*` and `#` are for bindings, and
 * clients are given them in a list with commas.
 * Source: AMQP 0-9-1, basic.publish routing-key; RabbitMQ, topic exchange */
const routingKeySchema: Schema = {
  type: 'string',
  minLength: 1,
  maxLength: 255,
  pattern: '^[^*#,\\s]+$',
  expects: 'the routing key of a message, such as "order.created"',
};

const rabbitMqSchema: ObjectSchema = {
  type: 'object',
  fields: {
    ...statefulFields,
    exchange: { type: 'string', minLength: 1 },
    events: { type: 'map', values: routingKeySchema },
    queues: { type: 'map', values: { type: 'list', items: 'string' } },
    user: { type: 'string', minLength: 1 },
    password: secretSchema,
    credentials: secretSchema,
  } satisfies Record<keyof RabbitMqProps<string, string>, Schema>,
  required: ['image', 'exchange', 'events', 'queues', 'password', 'credentials'],
};

const rabbitMqStandIns: StandIns = {
  image: STAND_IN_IMAGE,
  exchange: 'not-given',
  events: {},
  queues: {},
  password: { secret: 'not-given', key: 'not-given' },
  credentials: { secret: 'not-given', key: 'not-given.conf' },
};

/**
 * RabbitMQ in the mesh. Publishers and consumers get RABBITMQ_HOST, _PORT, _EXCHANGE, _USER, _PASSWORD_FILE;
 * consumers also RABBITMQ_QUEUE and RABBITMQ_ROUTING_KEYS.
 */
export class RabbitMq<E extends string, Q extends string> extends StatefulCluster implements Broker<E, Q> {
  readonly #props: RabbitMqProps<E, Q>;
  readonly #clients = new Set<Client>();
  /** What clients asked for that is not there. */
  readonly #unknown: string[] = [];
  readonly #wrong: ReadonlySet<string>;

  constructor(scope: Construct, id: string, props: RabbitMqProps<E, Q>) {
    const checked = given(rabbitMqSchema, props, rabbitMqStandIns);
    ({ props } = checked);
    const { credentials } = props;
    super(scope, id, checked, {
      version: '3.12',
      replicas: 1,
      ports: [{ name: 'tcp-amqp', number: PORT, targetPort: PORT, protocol: 'tcp' }],
      environment: [{ name: 'HOME', value: '/var/lib/rabbitmq' }],
      dataPath: '/var/lib/rabbitmq',
      writableFolders: ['/tmp', '/var/log/rabbitmq'],
      volumes: [{ kind: 'secret', name: 'credentials', secret: credentials.secret }],
      mounts: [{ volume: 'credentials', path: '/etc/rabbitmq/conf.d', isReadOnly: true }],
      liveness: { kind: 'tcp', port: PORT },
      readiness: { kind: 'exec', command: ['rabbitmq-diagnostics', '--quiet', 'check_port_connectivity'] },
      probeSeconds: 20,
      startSeconds: 120,
      graceSeconds: 60,
      defaultResources: { cpuMillis: 250, memoryMib: 512, ephemeralStorageMib: 128 },
    });
    this.#props = props;
    this.#wrong = checked.wrong;
    this.node.addValidation({
      validate: () => [
        ...this.#unknown,
        ...Object.entries<readonly string[]>(props.queues).flatMap(([queue, events]) =>
          events
            .filter((event) => !checked.wrong.has('events') && !Object.hasOwn(props.events, event))
            .map(
              (event) =>
                `queues.${queue}: "${event}" is no event (there are ${Object.keys(props.events).join(', ')}), so it would receive nothing.`,
            ),
        ),
        ...(/\.conf$/.test(credentials.key)
          ? []
          : [
              `credentials.key: "${credentials.key}" does not end in .conf, so RabbitMQ would not read it. Name the key 10-credentials.conf.`,
            ]),
      ],
    });
  }

  addPublisher(client: Client, events: readonly E[]): void {
    if (!this.#wrong.has('events'))
      this.#unknown.push(...unknownNames('publishes', client, events, Object.keys(this.#props.events), 'event'));
    this.#connect(client);
    client.addEnvironment({ RABBITMQ_PUBLISHES: events.map((event) => this.#props.events[event]).join(',') });
  }

  addConsumer(client: Client, queues: readonly Q[]): void {
    const { queues: known, events } = this.#props;
    if (!this.#wrong.has('queues'))
      this.#unknown.push(...unknownNames('consumes', client, queues, Object.keys(known), 'queue'));
    this.#connect(client);
    client.addEnvironment({
      RABBITMQ_QUEUE: queues.join(','),
      RABBITMQ_ROUTING_KEYS: [
        ...new Set(
          queues.flatMap((queue) => (Object.hasOwn(known, queue) ? known[queue].map((event) => events[event]) : [])),
        ),
      ].join(','),
    });
  }

  #connect(client: Client): void {
    if (this.#clients.has(client)) return;
    this.#clients.add(client);
    this.mesh.connect({ kind: 'connection', caller: client.party, callee: this.callee, ports: ['tcp-amqp'] });
    const { exchange, user = 'shop', password } = this.#props;
    client.addEnvironment(
      {
        RABBITMQ_HOST: this.callee.host,
        RABBITMQ_PORT: String(PORT),
        RABBITMQ_EXCHANGE: exchange,
        RABBITMQ_USER: user,
      },
      { RABBITMQ_PASSWORD: password },
    );
  }
}
