import { Producer, stringSerializers } from '@platformatic/kafka';
import { pino } from 'pino';
import { afterAll, beforeAll } from 'vitest';
import { kafkaBus } from '../../apps/shared/bus/kafka-bus.ts';
import { startKafka, type KafkaServer } from '../support/kafka.ts';
import { describeBus } from './bus-contract.ts';

const TOPICS = ['user_events', 'order_events', 'payment_events'] as const;
let server: KafkaServer;

beforeAll(async () => {
  server = await startKafka();
  for (const topic of TOPICS) await server.createTopic(topic);
});
afterAll(() => server?.stop());

const log = pino({ level: process.env['LOG_LEVEL'] ?? 'silent' });

describeBus('Kafka', {
  open: (service) =>
    kafkaBus(
      {
        bootstrapServers: [server.bootstrapServers],
        topics: ['order_events', 'payment_events'],
        group: service,
        name: service,
        pausesMs: [5, 10, 50, 50, 50, 50, 50, 50],
        sessionTimeoutMs: 3_000,
      },
      { log },
    ),
  isShared: true,
  isRebalanced: true,
  publishText: async (text) => {
    const producer = new Producer({
      clientId: 'stranger',
      bootstrapBrokers: [server.bootstrapServers],
      serializers: stringSerializers,
    });
    await producer.send({ messages: [{ topic: 'order_events', key: 'stranger', value: text }], acks: -1 });
    await producer.close();
  },
  kill: () => server.kill(),
  restart: () => server.restart(),
});
