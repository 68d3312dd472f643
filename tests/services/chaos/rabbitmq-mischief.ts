import { setTimeout as sleep } from 'node:timers/promises';
import amqp from 'amqplib';
import { queues } from '../../../apps/shared/bus/topology.ts';
import type { Chance } from '../../load/chance.ts';
import type { VirtualHost } from '../../support/rabbitmq.ts';
import type { Mischief } from './mischief.ts';

/** How many messages come again. */
const SHARE = 0.3;
const LATEST_MS = 3_000;
const QUEUE = 'mischief';

/** Listens to all events, and sends some of them again to a service's queue, later and so among others. */
export const startMischief = (
  { host: hostname, port, vhost, user, password }: VirtualHost,
  chance: Chance,
): Mischief => {
  const counts = { doubled: 0, reordered: 0 };
  let isOver = false;
  let connection: amqp.ChannelModel | undefined;
  const connect = async (): Promise<amqp.ChannelModel> => {
    const opened = await amqp.connect({ hostname, port, vhost, username: user, password });
    opened.on('error', () => undefined); // the broker is killed now and then
    return opened;
  };
  /** Puts a message where it lay, or lies already, as it is. */
  const put = (channel: amqp.Channel, queue: string, { content, properties }: amqp.Message): boolean =>
    channel.publish('', queue, content, properties as amqp.Options.Publish); // what came in goes out

  const double = async (): Promise<void> => {
    connection = await connect();
    const closed = new Promise((resolve) => connection?.once('close', resolve));
    const channel = await connection.createChannel();
    channel.on('error', () => undefined);
    await channel.assertQueue(QUEUE, { durable: true });
    await channel.bindQueue(QUEUE, 'events', '#');
    await channel.consume(
      QUEUE,
      (message) => {
        if (message === null || chance() >= SHARE) return;
        const { event_type: type } = JSON.parse(message.content.toString()) as { readonly event_type: string }; // an event
        const readers = Object.entries(queues).filter(([, types]) => (types as readonly string[]).includes(type));
        for (const [queue] of readers)
          setTimeout(() => {
            try {
              if (put(channel, queue, message)) counts.doubled += 1;
            } catch {
              // The channel went with the broker.
            }
          }, chance() * LATEST_MS);
      },
      { noAck: true },
    );
    await closed;
  };
  const running = (async () => {
    while (!isOver) {
      await double().catch(() => undefined);
      if (!isOver) await sleep(200);
    }
  })();

  return {
    counts,
    shuffle: async (queue) => {
      const own = await connect();
      try {
        const channel = await own.createConfirmChannel();
        channel.on('error', () => undefined);
        const taken: amqp.ConsumeMessage[] = [];
        // The queue has one active consumer: while the service is down, that is this one.
        const { consumerTag } = await channel.consume(
          queue,
          (message) => void (message !== null && taken.push(message)),
        );
        await sleep(300);
        await channel.cancel(consumerTag);
        const mixed = taken
          .map((message) => ({ message, at: chance() }))
          .sort((one, other) => one.at - other.at)
          .map(({ message }) => message);
        for (const message of mixed) put(channel, queue, message);
        await channel.waitForConfirms();
        for (const message of taken) channel.ack(message);
        counts.reordered += mixed.filter((message, index) => message !== taken[index]).length;
        await channel.close();
      } finally {
        await own.close().catch(() => undefined);
      }
    },
    stop: async () => {
      isOver = true;
      const channel = await connection?.createChannel().catch(() => undefined);
      await channel?.deleteQueue(QUEUE).catch(() => undefined);
      await connection?.close().catch(() => undefined);
      await running;
    },
  };
};
