import amqp from 'amqplib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  createVirtualHost,
  queuesOf,
  startRabbitMq,
  type RabbitMqServer,
  type VirtualHost,
} from '../../support/rabbitmq.ts';

let server: RabbitMqServer;

beforeAll(async () => {
  server = await startRabbitMq();
});

afterAll(() => server?.stop());

const connect = ({ host: hostname, port, vhost, user: username, password }: VirtualHost) =>
  amqp.connect({ hostname, port, vhost, username, password });

test('a user gets into the virtual host of its own only', async () => {
  const [orders, users] = [await createVirtualHost(server, 'orders'), await createVirtualHost(server, 'users')];
  const connection = await connect(orders);
  await connection.close();
  await expect(connect({ ...orders, vhost: users.vhost })).rejects.toThrow();
  await expect(connect({ ...orders, password: 'guess' })).rejects.toThrow();
});

test('a confirmed message survives kill -9', async () => {
  const vhost = await createVirtualHost(server, 'killed');
  const connection = await connect(vhost);
  connection.on('error', () => undefined);
  const channel = await connection.createConfirmChannel();
  channel.on('error', () => undefined);
  await channel.assertQueue('kept', { durable: true });
  channel.sendToQueue('kept', Buffer.from('hello'), { persistent: true });
  await channel.waitForConfirms();
  await server.kill();
  await expect(connect(vhost)).rejects.toThrow('ECONNREFUSED');
  await server.restart();
  const again = await connect(vhost);
  const reading = await again.createChannel();
  const message = await reading.get('kept', { noAck: true });
  expect(message === false ? message : message.content.toString()).toBe('hello');
  expect((await queuesOf(server, vhost)).map(({ name, durable }) => ({ name, durable }))).toEqual([
    { name: 'kept', durable: true },
  ]);
  await again.close();
});
