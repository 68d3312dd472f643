import { connect } from 'amqplib';
import { EXCHANGE } from '../../apps/shared/bus/topology.ts';
import type { VirtualHost } from '../support/rabbitmq.ts';

/** A message as it was published. */
export interface Overheard {
  readonly routingKey: string;
  readonly type: unknown;
  readonly content: unknown;
}

/** Listens to everything that is published from now on, beside those whom it is for. */
export const overhear = async ({ host, port, vhost, user, password }: VirtualHost) => {
  const connection = await connect({ hostname: host, port, vhost, username: user, password });
  const channel = await connection.createChannel();
  await channel.assertExchange(EXCHANGE, 'topic', { durable: true });
  const { queue } = await channel.assertQueue('', { exclusive: true });
  await channel.bindQueue(queue, EXCHANGE, '#');
  const messages: Overheard[] = [];
  await channel.consume(
    queue,
    (message) => {
      if (message === null) return;
      const { content, fields, properties } = message;
      messages.push({
        routingKey: fields.routingKey,
        type: properties.type as unknown,
        content: JSON.parse(content.toString('utf8')),
      });
    },
    { noAck: true },
  );
  return {
    messages: messages as readonly Overheard[],
    /** Puts a message into a queue, past the exchange: whatever it is, nobody published it. */
    put: async (queueName: string, content: unknown): Promise<void> =>
      void channel.sendToQueue(queueName, Buffer.from(JSON.stringify(content))),
    stop: () => connection.close(),
  };
};
