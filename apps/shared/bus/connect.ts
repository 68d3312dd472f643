import type { Connection } from '../runtime/run.ts';
import { eventCatalogue } from '../events/catalogue.ts';
import type { Log } from '../runtime/log.ts';
import type { ServiceSettings } from '../runtime/settings.ts';
import { kafkaBus } from './kafka-bus.ts';
import { rabbitMqBus } from './rabbit-mq-bus.ts';

/**
 * The brokers that the settings name: one or both. With both, an event comes twice, and the inbox lets one through. What
 * goes where is said by RABBITMQ_PUBLISHES and KAFKA_PUBLISHES; unsaid, all goes to the one broker that there is, and
 * Kafka beside RabbitMQ gets nothing.
 */
export function connect(settings: ServiceSettings, tools: { readonly log: Log }): readonly Connection[] {
  const connections: Connection[] = [];
  const { RABBITMQ_HOST: rabbitMqHost, RABBITMQ_PUBLISHES: keys, KAFKA_PUBLISHES: topics } = settings;
  if (rabbitMqHost !== undefined)
    connections.push({
      lane: {
        name: 'rabbitmq',
        takes: (type) => keys.length === 0 || keys.includes(eventCatalogue[type].routingKey),
      },
      bus: rabbitMqBus(
        {
          host: rabbitMqHost,
          port: settings.RABBITMQ_PORT,
          vhost: settings.RABBITMQ_VHOST,
          user: settings.RABBITMQ_USER,
          password: settings.RABBITMQ_PASSWORD ?? '',
          exchange: settings.RABBITMQ_EXCHANGE,
          name: settings.SERVICE_NAME,
        },
        tools,
      ),
    });
  if (settings.KAFKA_BOOTSTRAP_SERVERS.length > 0)
    connections.push({
      lane: {
        name: 'kafka',
        takes: (type) =>
          topics.length === 0 ? rabbitMqHost === undefined : topics.includes(eventCatalogue[type].topic),
      },
      bus: kafkaBus(
        {
          bootstrapServers: settings.KAFKA_BOOTSTRAP_SERVERS,
          /** Without topics or a group it only publishes. */
          topics: settings.KAFKA_TOPIC,
          group: settings.KAFKA_CONSUMER_GROUP,
          name: settings.SERVICE_NAME,
        },
        tools,
      ),
    });
  return connections;
}
