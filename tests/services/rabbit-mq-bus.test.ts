import amqp from 'amqplib';
import { pino } from 'pino';
import { afterAll, beforeAll } from 'vitest';
import { rabbitMqBus } from '../../apps/shared/bus/rabbit-mq-bus.ts';
import { createVirtualHost, startRabbitMq, type RabbitMqServer, type VirtualHost } from '../support/rabbitmq.ts';
import { describeBus } from './bus-contract.ts';

let server: RabbitMqServer;
let vhost: VirtualHost;

beforeAll(async () => {
  server = await startRabbitMq();
  vhost = await createVirtualHost(server, 'bus');
});
afterAll(() => server?.stop());

const log = pino({ level: process.env['LOG_LEVEL'] ?? 'silent' });
const open = (name: string) =>
  rabbitMqBus({ ...vhost, exchange: 'events', name, pausesMs: [5, 10], roundMs: 250, rounds: 3 }, { log });

describeBus('RabbitMQ', {
  open,
  isShared: true,
  publishText: async (text) => {
    const { host: hostname, port, vhost: name, user: username, password } = vhost;
    const connection = await amqp.connect({ hostname, port, vhost: name, username, password });
    const channel = await connection.createConfirmChannel();
    channel.sendToQueue('payment_service_queue', Buffer.from(text));
    await channel.waitForConfirms();
    await connection.close();
  },
  kill: () => server.kill(),
  restart: () => server.restart(),
});
