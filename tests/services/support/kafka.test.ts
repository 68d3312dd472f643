import { Admin, Consumer, Producer, stringDeserializers, stringSerializers } from '@platformatic/kafka';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startKafka, type KafkaServer } from '../../support/kafka.ts';

let server: KafkaServer;

beforeAll(async () => {
  server = await startKafka();
});

afterAll(() => server?.stop());

const client = () => ({ clientId: 'for-tests', bootstrapBrokers: [server.bootstrapServers] });

test('a topic has three partitions, and what was acknowledged survives kill -9', async () => {
  await server.createTopic('order_events');
  const admin = new Admin(client());
  const { topics } = await admin.metadata({ topics: ['order_events'] });
  expect(topics.get('order_events')?.partitionsCount).toBe(3);
  await admin.close();

  const producer = new Producer({ ...client(), serializers: stringSerializers, acks: -1 });
  await producer.send({ messages: [{ topic: 'order_events', key: 'one', value: 'hello' }] });
  await producer.close();

  await server.kill();
  await server.restart();

  const consumer = new Consumer({ ...client(), groupId: 'readers', deserializers: stringDeserializers });
  const stream = await consumer.consume({ topics: ['order_events'], mode: 'earliest' });
  for await (const { key, value } of stream) {
    expect([key, value]).toEqual(['one', 'hello']);
    break;
  }
  await consumer.close(true);
});
