/** Writes the contract of the sample's events from their schemas: `npm run import:events`. */
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { stringify } from 'yaml';
import { z } from 'zod';
import { EXCHANGE, queues } from '../../apps/shared/bus/topology.ts';
import { eventCatalogue } from '../../apps/shared/events/catalogue.ts';
import type { EventDefinition } from '../../apps/shared/events/event.ts';
import { writeGenerated } from './generated-files.ts';

/** The document, relative to the root. */
export const EVENTS_DOCUMENT = 'apps/shared/events/asyncapi.yaml';

const USAGE = `Writes ${EVENTS_DOCUMENT} (AsyncAPI 3.0) from apps/<service>/contract/events.ts and the queues of apps/shared/bus/topology.ts.

  npm run import:events [-- --check]

  --check  write nothing; fail when the document is not what the code says`;

const definitions: readonly EventDefinition[] = Object.values(eventCatalogue);

const messageRef = (type: string) => ({ $ref: `#/components/messages/${type}` });
const messagesOf = (types: readonly string[]) => Object.fromEntries(types.map((type) => [type, messageRef(type)]));
const serversOf = (name: string) => [{ $ref: `#/servers/${name}` }];

/** As JSON Schema, in the draft that AsyncAPI reads; what a publisher adds is let through, as `readEvent` does. */
const schemaOf = ({ schema }: EventDefinition) => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { target: 'draft-7', io: 'input' });
  return rest;
};

/** A way on RabbitMQ from publishers: a routing key of the exchange. */
const routingKeyChannel = ({ type, routingKey }: EventDefinition) => ({
  address: routingKey,
  servers: serversOf('rabbitmq'),
  messages: messagesOf([type]),
  bindings: { amqp: { is: 'routingKey', exchange: { name: EXCHANGE, type: 'topic', durable: true } } },
});

/** A queue that a service reads, and the routing keys that lead to it. */
const queueChannel = (name: string, types: readonly string[]) => ({
  address: name,
  servers: serversOf('rabbitmq'),
  messages: messagesOf(types),
  bindings: { amqp: { is: 'queue', queue: { name, durable: true, exclusive: false, autoDelete: false } } },
});

const topicChannel = (topic: string) => ({
  address: topic,
  servers: serversOf('kafka'),
  messages: messagesOf(definitions.filter((one) => one.topic === topic).map(({ type }) => type)),
  bindings: { kafka: { topic } },
});

/** What an event is in a message: the same JSON on both brokers. */
const message = ({ type }: EventDefinition) => ({
  name: type,
  contentType: 'application/json',
  payload: { $ref: `#/components/schemas/${type}` },
  bindings: {
    amqp: { messageType: type },
    // Events about one subject are in one partition.
    kafka: { key: { type: 'string', format: 'uuid', description: "The event's subject_id." } },
  },
});

const byType = <Value>(made: (definition: EventDefinition) => Value): Readonly<Record<string, Value>> =>
  Object.fromEntries(definitions.map((definition) => [definition.type, made(definition)]));

/** The contract of all events: what they say, and the ways that they take. */
export const eventsDocument = () => ({
  asyncapi: '3.0.0',
  info: {
    title: 'Events of the shop',
    version: '1.0.0',
    description:
      'What the services tell each other. Delivery is at least once, in the order of each subject; a receiver knows by event_id what it has seen.',
    license: { name: 'Apache-2.0' },
  },
  defaultContentType: 'application/json',
  servers: {
    rabbitmq: { host: 'rabbitmq:5672', protocol: 'amqp' },
    kafka: { host: 'kafka:9092', protocol: 'kafka' },
  },
  channels: Object.fromEntries([
    ...definitions.map((definition) => [definition.routingKey, routingKeyChannel(definition)]),
    ...Object.entries(queues).map(([name, types]) => [name, queueChannel(name, types)]),
    ...[...new Set(definitions.map(({ topic }) => topic))].map((topic) => [topic, topicChannel(topic)]),
  ]),
  components: { messages: byType(message), schemas: byType(schemaOf) },
});

/** The document by its path, relative to `root`, as it should be. */
export async function eventsFiles(root: string): Promise<ReadonlyMap<string, string>> {
  const head = '# Generated from apps/<service>/contract/events.ts. Do not edit it: run `npm run import:events`.\n';
  const text = `${head}${stringify(eventsDocument(), { aliasDuplicateObjects: false })}`;
  const options = await resolveConfig(join(root, EVENTS_DOCUMENT));
  return new Map([[EVENTS_DOCUMENT, await format(text, { ...options, parser: 'yaml' })]]);
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url))
  process.exitCode = await writeGenerated(
    { command: 'npm run import:events', usage: USAGE, files: eventsFiles },
    process.cwd(),
    process.argv.slice(2),
  );
