import { connect, type ChannelModel, type ConfirmChannel, type ConsumeMessage, type Message } from 'amqplib';
import { setMaxListeners } from 'node:events';
import { eventCatalogue, readEvent, type EventType, type ShopEvent } from '../events/catalogue.ts';
import type { Log } from '../runtime/log.ts';
import type { EventBus, Subscription } from './event-bus.ts';
import { parsed } from './parsed.ts';
import { subjectLanes } from './subject-lanes.ts';
import { isAwaited, queues } from './topology.ts';
import { reasonOf } from '../reason-of.ts';
import { tryToHandle } from './try-to-handle.ts';

/** How to reach a RabbitMQ, 3.10 or newer, and how patient to be with events. */
export interface RabbitMqOptions {
  readonly host: string;
  readonly port: number;
  readonly vhost: string;
  readonly user: string;
  readonly password: string;
  /** Name of the topic exchange. */
  readonly exchange: string;
  /** What the broker's operator sees of this connection. */
  readonly name: string;
  /** Pauses between the first tries of an event, while this process holds it. @default [100, 500, 2000] */
  readonly pausesMs?: readonly number[];
  /** How long it then waits in the retry queue, until the next round of tries. Part of the queue, so for ever. @default 10000 */
  readonly roundMs?: number;
  /** After this many rounds it is put aside. @default 6 */
  readonly rounds?: number;
  /** How many events are at work or wait here at a time. @default 32 */
  readonly prefetch?: number;
}

const QUORUM = {
  'x-queue-type': 'quorum',
  // Without these a queue loses what it moves to another one, when the broker dies between the two.
  'x-dead-letter-strategy': 'at-least-once',
  'x-overflow': 'reject-publish',
  // The default exchange leads to the queue of the routing key.
  'x-dead-letter-exchange': '',
};

/**
 * Events on RabbitMQ. A queue has one active consumer: others stand by, and take over when it goes. That, and one event of
 * a subject at a time, keeps their order. An event that fails some times is rejected: the broker moves it to
 * `<queue>_retry` and, a while later, back; those of its subject that come meanwhile go the same way, behind it. What
 * does not succeed in the end is put aside by its subscription.
 *
 * A consumer that loses its connection forgets who waits for whom: then an event may overtake one that failed before.
 */
export function rabbitMqBus(options: RabbitMqOptions, { log }: { readonly log: Log }): EventBus {
  const { exchange, pausesMs = [100, 500, 2_000], roundMs = 10_000, rounds = 6, prefetch = 32 } = options;
  const stopping = new AbortController();
  setMaxListeners(0, stopping.signal); // every pause listens
  const lanes = subjectLanes();
  let publisher: Link | undefined;
  let consumer: Link | undefined;

  async function declareQueue(channel: ConfirmChannel, queue: string, types: readonly EventType[]): Promise<void> {
    const retry = `${queue}_retry`;
    await channel.assertQueue(queue, {
      durable: true,
      arguments: { ...QUORUM, 'x-dead-letter-routing-key': retry, 'x-single-active-consumer': true },
    });
    await channel.assertQueue(retry, {
      durable: true,
      arguments: { ...QUORUM, 'x-dead-letter-routing-key': queue, 'x-message-ttl': roundMs },
    });
    for (const type of types) await channel.bindQueue(queue, exchange, eventCatalogue[type].routingKey);
  }

  /** Whoever comes first, consumer or publisher, declares all: no event is published before there is a place for it. */
  async function declare(channel: ConfirmChannel): Promise<void> {
    await channel.assertExchange(exchange, 'topic', { durable: true });
    for (const [queue, types] of Object.entries(queues)) await declareQueue(channel, queue, types);
  }

  async function consume(channel: ConfirmChannel, subscription: Subscription): Promise<void> {
    const { queue, types, park } = subscription;
    await declareQueue(channel, queue, types);
    const late = lateEvents();
    let isOpen = true;
    channel.once('close', () => (isOpen = false));
    // What cannot be settled on a closed channel comes again on the next one.
    const ack = (message: ConsumeMessage): void => void (isOpen && channel.ack(message));
    const tryLater = (message: ConsumeMessage): void => void (isOpen && channel.reject(message, false));

    async function putAside(message: ConsumeMessage, content: unknown, reason: string): Promise<boolean> {
      try {
        await park(content, reason);
        log.error({ queue, reason }, 'an event was put aside');
        ack(message);
        return true;
      } catch (error) {
        log.warn({ queue, err: error }, 'an event could not be put aside');
        tryLater(message);
        return false;
      }
    }

    async function take(message: ConsumeMessage, event: ShopEvent): Promise<void> {
      if (!isOpen || stopping.signal.aborted) return;
      const round = roundOf(message, queue);
      if (round <= rounds && late.isBehind(event)) return tryLater(message);
      const outcome = await tryToHandle(subscription, event, { pausesMs, signal: stopping.signal, log });
      if (outcome.kind === 'stopped') return;
      if (outcome.kind === 'done') ack(message);
      else if (!outcome.isPoison && round < rounds) {
        late.add(event);
        return tryLater(message);
      } else if (!(await putAside(message, event, outcome.reason))) return late.add(event);
      late.remove(event);
    }

    await channel.prefetch(prefetch);
    await channel.consume(queue, (message) => {
      // The broker took the queue away: all of it is set up anew.
      if (message === null) return void channel.close();
      const content = parsed(message.content.toString('utf8'));
      let event: ShopEvent;
      try {
        event = readEvent(content);
      } catch (error) {
        return void lanes.run('unreadable', async () => void (await putAside(message, content, reasonOf(error))));
      }
      void lanes.run(`${queue} ${event.subject_id}`, () => take(message, event));
    });
  }

  return {
    async subscribe(subscriptions) {
      publisher ??= await keepConnected(options, declare, log);
      await publisher.connected(stopping.signal);
      if (subscriptions.length === 0) return;
      consumer ??= await keepConnected(
        options,
        async (channel) => {
          await declare(channel);
          for (const subscription of subscriptions) await consume(channel, subscription);
        },
        log,
      );
      await consumer.connected(stopping.signal);
    },
    async publish(events) {
      const channel = publisher?.channel();
      if (channel === undefined) throw new Error('RabbitMQ is away; the events stay in the outbox.');
      await publishAll(channel, exchange, events);
    },
    async stopConsuming() {
      stopping.abort();
      await lanes.idle();
      await consumer?.close();
    },
    async close() {
      stopping.abort();
      await Promise.all([consumer?.close(), publisher?.close()]);
    },
  };
}

/**
 * Resolves once the broker has all of them on disk, in every queue that waits for them. It confirms a message that no queue
 * waits for, too: such a message is returned before, and that is a failure.
 */
async function publishAll(channel: ConfirmChannel, exchange: string, events: readonly ShopEvent[]): Promise<void> {
  const returned = new Set<unknown>();
  const onReturn = ({ properties }: Message): unknown => returned.add(properties.messageId);
  channel.on('return', onReturn);
  try {
    await Promise.all(events.map((event) => publishOne(channel, exchange, event)));
  } finally {
    channel.off('return', onReturn);
  }
  if (returned.size === 0) return;
  // With the next connection the queues are declared again.
  await channel.close();
  throw new Error(`No queue waits for ${returned.size} of ${events.length} events.`);
}

const publishOne = (channel: ConfirmChannel, exchange: string, event: ShopEvent): Promise<void> =>
  new Promise((resolve, reject) => {
    channel.publish(
      exchange,
      eventCatalogue[event.event_type].routingKey,
      Buffer.from(JSON.stringify(event)),
      {
        persistent: true,
        mandatory: isAwaited(event.event_type),
        contentType: 'application/json',
        messageId: event.event_id,
        type: event.event_type,
        timestamp: Math.floor(Date.parse(event.timestamp) / 1_000),
        headers: event.traceparent === undefined ? {} : { traceparent: event.traceparent },
      },
      (error: Error | null) => (error === null ? resolve() : reject(error)),
    );
  });

/** How often the broker has taken a message to the retry queue and back. */
function roundOf({ properties }: ConsumeMessage, queue: string): number {
  const deaths: unknown = properties.headers?.['x-death'];
  if (!Array.isArray(deaths)) return 0;
  return (deaths as { queue?: string; reason?: string; count?: number }[]) // as RabbitMQ documents it
    .filter((death) => death.queue === queue && death.reason === 'rejected')
    .reduce((sum, { count = 0 }) => sum + count, 0);
}

/** Events in the retry queue, by their subjects, in the order in which they are to be handled. */
function lateEvents() {
  const late = new Map<string, string[]>();
  return {
    /** Whether earlier events of its subject wait; then it waits behind them. */
    isBehind({ subject_id, event_id }: ShopEvent): boolean {
      const waiting = late.get(subject_id);
      if (waiting === undefined || waiting[0] === event_id) return false;
      if (!waiting.includes(event_id)) waiting.push(event_id);
      return true;
    },
    /** It failed, and is the first of its subject. */
    add({ subject_id, event_id }: ShopEvent): void {
      if (!late.has(subject_id)) late.set(subject_id, [event_id]);
    },
    remove({ subject_id, event_id }: ShopEvent): void {
      const waiting = late.get(subject_id)?.filter((id) => id !== event_id) ?? [];
      if (waiting.length > 0) late.set(subject_id, waiting);
      else late.delete(subject_id);
    },
  };
}

/** A connection that comes back by itself, and its one channel. */
interface Link {
  readonly channel: () => ConfirmChannel | undefined;
  /** Resolves once it was there for the first time. Rejects when it is not wanted any more. */
  readonly connected: (signal: AbortSignal) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Connects for ever, with pauses that grow to 5 seconds. `setUp` makes each new channel ready. */
async function keepConnected(
  { host, port, vhost, user, password, name }: RabbitMqOptions,
  setUp: (channel: ConfirmChannel) => Promise<void>,
  log: Log,
): Promise<Link> {
  let channel: ConfirmChannel | undefined;
  let isWanted = true;
  const connection = await connect(
    { hostname: host, port, vhost, username: user, password, heartbeat: 10 },
    {
      clientProperties: { connection_name: name },
      timeout: 10_000,
      recovery: {
        initialDelay: 200,
        maxDelay: 5_000,
        waitForConnect: false,
        setup: async (model: ChannelModel) => {
          model.on('error', () => {}); // its end is what counts
          const fresh = await model.createConfirmChannel();
          fresh.on('error', (error) => log.warn({ err: error }, 'RabbitMQ closed a channel'));
          fresh.on('close', () => {
            channel = undefined;
            // Without its channel a connection is of no use: the next one is set up from the start.
            if (isWanted) void model.close().catch(() => {});
          });
          await setUp(fresh);
          channel = fresh;
        },
      },
    },
  );
  connection.on('error', () => {}); // `disconnect` follows
  connection.on('disconnect', (error) => log.warn({ err: error }, 'RabbitMQ is away'));
  connection.on('connect-failed', (error) => log.warn({ err: error }, 'RabbitMQ cannot be reached'));
  connection.on('connect', () => log.info('RabbitMQ is there'));
  return {
    channel: () => channel,
    connected: (signal) =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted();
        signal.addEventListener('abort', () => reject(new Error('RabbitMQ is not waited for any more.')), {
          once: true,
        });
        connection.waitForConnect().then(() => resolve(), reject);
      }),
    async close() {
      isWanted = false;
      // The channel first: what it has sent is then with the broker, such as what was settled.
      await channel?.close().catch(() => {});
      await connection.close();
    },
  };
}
