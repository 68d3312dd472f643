import type { CommitOptionsPartition, Message, Producer } from '@platformatic/kafka';
import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventCatalogue, readEvent, type ShopEvent } from '../events/catalogue.ts';
import type { Log } from '../runtime/log.ts';
import { pauseFor } from '../runtime/supervise.ts';
import type { EventBus, Subscription } from './event-bus.ts';
import { parsed } from './parsed.ts';
import { subjectLanes } from './subject-lanes.ts';
import { reasonOf } from '../reason-of.ts';
import { tryToHandle } from './try-to-handle.ts';

/** How to reach a Kafka, and how patient to be with events. */
export interface KafkaOptions {
  readonly bootstrapServers: readonly string[];
  /** What to read. Without topics or a group it only publishes. */
  readonly topics: readonly string[];
  readonly group: string | undefined;
  /** What the broker's operator sees of this client. */
  readonly name: string;
  /** Pauses between tries of an event; then it is put aside. @default [100, 500, 2000, 10000, 30000] */
  readonly pausesMs?: readonly number[];
  /** How long the group waits for a member that says nothing. @default 10000 */
  readonly sessionTimeoutMs?: number;
}

/** How many events are at work or wait here at a time: as many can wait for one that fails. */
const MOST_IN_HAND = 64;
const COMMIT_EVERY_MS = 200;
const LONGEST_PAUSE_MS = 5_000;
const LONGEST_GOODBYE_MS = 2_000;

/** The client takes a second and 45 MB to load: that is for those who have a Kafka, and after they listen. */
const client = () => import('@platformatic/kafka');

type Text = Message<string, string, string, string>;

/**
 * Events on Kafka. The key is the subject, so its events are in one partition, and at most one process of a group reads
 * that. Here they are handled one after the other, those of other subjects meanwhile. One that fails keeps only its own
 * subject waiting; what was handled beyond it comes again if this process dies, for a partition is committed up to its
 * first event that is not settled. What does not succeed in the end is put aside by its subscription.
 */
export function kafkaBus(options: KafkaOptions, { log }: { readonly log: Log }): EventBus {
  const { topics, group, name, pausesMs = [100, 500, 2_000, 10_000, 30_000], sessionTimeoutMs = 10_000 } = options;
  const common = { clientId: name, bootstrapBrokers: [...options.bootstrapServers], connectTimeout: 5_000 };
  const stopping = new AbortController();
  setMaxListeners(0, stopping.signal); // every pause listens
  /** Never resolves, and rejects when it is time to go. */
  const untilStopping = new Promise<never>((_, reject) => {
    stopping.signal.addEventListener('abort', () => reject(new Error('Kafka is not waited for any more.')));
  });
  untilStopping.catch(() => {}); // also when nobody waits
  const lanes = subjectLanes();
  let producer: Producer<string, string, string, string> | undefined;
  let sending: Promise<unknown> = Promise.resolve();
  let consuming: Promise<void> | undefined;

  async function send(events: readonly ShopEvent[]): Promise<void> {
    const { Producer, ProduceAcks, stringSerializers } = await client();
    producer ??= new Producer({
      ...common,
      serializers: stringSerializers,
      acks: ProduceAcks.ALL,
      idempotent: true,
      retries: 2,
      retryDelay: 200,
      timeout: 10_000,
    });
    try {
      await producer.send({
        messages: events.map((event) => ({
          topic: eventCatalogue[event.event_type].topic,
          key: event.subject_id,
          value: JSON.stringify(event),
          ...(event.traceparent !== undefined && { headers: { traceparent: event.traceparent } }),
        })),
      });
    } catch (error) {
      // After a failure it cannot tell which numbers the broker has seen. The next one starts with an id of its own.
      void closeQuietly(producer);
      producer = undefined;
      throw error;
    }
  }

  /** Resolves to whether a message is done with: handled, or put aside. Otherwise there was no time left. */
  async function settle(subscription: Subscription, event: ShopEvent): Promise<boolean> {
    for (;;) {
      const outcome = await tryToHandle(subscription, event, { pausesMs, signal: stopping.signal, log });
      if (outcome.kind === 'done') return true;
      if (outcome.kind === 'stopped') return false;
      if (await putAside(subscription, event, outcome.reason)) return true;
    }
  }

  async function putAside({ queue, park }: Subscription, content: unknown, reason: string): Promise<boolean> {
    try {
      await park(content, reason);
      log.error({ queue, reason }, 'an event was put aside');
      return true;
    } catch (error) {
      log.warn({ queue, err: error }, 'an event could not be put aside');
      await pauseFor(1_000, stopping.signal);
      return false;
    }
  }

  async function settleForAll(subscriptions: readonly Subscription[], message: Text): Promise<boolean> {
    const content = parsed(message.value ?? ''); // whatever its type says, a message may have none
    let event: ShopEvent;
    try {
      event = readEvent(content);
    } catch (error) {
      while (!stopping.signal.aborted) {
        const done = await Promise.all(subscriptions.map((one) => putAside(one, content, reasonOf(error))));
        if (!done.includes(false)) return true;
      }
      return false;
    }
    const wanting = subscriptions.filter(({ types }) => types.includes(event.event_type));
    const done = await Promise.all(wanting.map((subscription) => settle(subscription, event)));
    return !done.includes(false);
  }

  /** Reads as a member of the group until told to stop, or until something breaks. */
  async function consume(subscriptions: readonly Subscription[], groupId: string, joined: () => void): Promise<void> {
    const { Consumer, stringDeserializers } = await client();
    const consumer = new Consumer({
      ...common,
      groupId,
      deserializers: stringDeserializers,
      autocommit: false,
      sessionTimeout: sessionTimeoutMs,
      heartbeatInterval: Math.min(2_000, sessionTimeoutMs / 4),
      rebalanceTimeout: 10_000,
      maxWaitTime: 500,
      retries: 2,
      retryDelay: 200,
    });
    const progress = openProgress();
    const commit = async (): Promise<void> => {
      const offsets = progress.toCommit();
      if (offsets.length === 0) return;
      await consumer.commit({ offsets });
      progress.committed(offsets);
    };
    const isOver = new AbortController();
    let committing: Promise<void> | undefined;
    try {
      const joining = consumer.consume({ topics: [...topics], mode: 'committed', fallbackMode: 'earliest' });
      joining.catch(() => {}); // when nobody waits for it any more
      // A broker that is away may keep its client trying for minutes, longer than anybody waits for a process to end.
      const stream = await Promise.race([joining, untilStopping]);
      committing = (async () => {
        while (!isOver.signal.aborted) {
          await pauseFor(COMMIT_EVERY_MS, isOver.signal);
          // While the group shares out its work again there is no committing; what is not committed comes again.
          await commit().catch((error: unknown) => log.debug({ err: error }, 'offsets were not committed'));
        }
      })();
      stopping.signal.addEventListener('abort', () => void stream.close().catch(() => {}), { signal: isOver.signal });
      if (stopping.signal.aborted) return;
      joined();
      log.info({ topics, group: groupId }, 'Kafka is there');
      for await (const message of stream) {
        if (stopping.signal.aborted) break;
        progress.begin(message);
        void lanes.run(message.key, async () => {
          if (stopping.signal.aborted) return;
          if (await settleForAll(subscriptions, message)) progress.end(message);
        });
        while (progress.inHand() >= MOST_IN_HAND && !stopping.signal.aborted) await sleep(5);
      }
      if (!stopping.signal.aborted) throw new Error('The stream of messages has ended.');
    } finally {
      if (stopping.signal.aborted) await lanes.idle();
      isOver.abort();
      await committing;
      // It leaves the group, so that the others need not wait for it; but nobody waits for a broker that is away.
      const left = closeQuietly(consumer);
      if (stopping.signal.aborted) await Promise.race([left, sleep(LONGEST_GOODBYE_MS, undefined, { ref: false })]);
    }
  }

  async function keepConsuming(
    subscriptions: readonly Subscription[],
    groupId: string,
    joined: () => void,
  ): Promise<void> {
    let pauseMs = 200;
    while (!stopping.signal.aborted)
      try {
        await consume(subscriptions, groupId, () => {
          pauseMs = 200;
          joined();
        });
      } catch (error) {
        log.warn({ reason: reasonOf(error), again_in_ms: pauseMs }, 'Kafka is away');
        await pauseFor(pauseMs, stopping.signal);
        pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
      }
  }

  return {
    async subscribe(subscriptions) {
      if (group === undefined || topics.length === 0 || subscriptions.length === 0) return;
      const joined = new Promise<void>((resolve) => {
        consuming ??= keepConsuming(subscriptions, group, resolve);
      });
      await Promise.race([joined, untilStopping]);
    },
    async publish(events) {
      // One after the other: the broker counts what a producer sends.
      const mine = sending.then(() => send(events));
      sending = mine.catch(() => {});
      await mine;
    },
    async stopConsuming() {
      stopping.abort();
      await consuming;
    },
    async close() {
      stopping.abort();
      await consuming;
      // What is being sent is in the outbox until Kafka has it.
      await Promise.race([sending, sleep(LONGEST_GOODBYE_MS, undefined, { ref: false })]);
      void closeQuietly(producer);
    },
  };
}

/** How far each partition has been read and settled. */
function openProgress() {
  const partitions = new Map<string, { topic: string; partition: number; next: bigint; open: Map<bigint, number> }>();
  const committed = new Map<string, bigint>();
  const keyOf = ({ topic, partition }: Pick<Text, 'topic' | 'partition'>): string => `${topic}:${partition}`;
  let inHand = 0;
  return {
    inHand: () => inHand,
    begin(message: Text): void {
      const { topic, partition, offset } = message;
      const known = partitions.get(keyOf(message)) ?? { topic, partition, next: 0n, open: new Map() };
      partitions.set(keyOf(message), known);
      if (offset >= known.next) known.next = offset + 1n;
      known.open.set(offset, (known.open.get(offset) ?? 0) + 1);
      inHand += 1;
    },
    end(message: Text): void {
      const open = partitions.get(keyOf(message))?.open;
      const times = open?.get(message.offset) ?? 0;
      if (times > 1) open?.set(message.offset, times - 1);
      else open?.delete(message.offset);
      inHand -= 1;
    },
    /** Up to where each partition is settled, where that is news. */
    toCommit: (): CommitOptionsPartition[] =>
      [...partitions.values()]
        .map(({ topic, partition, next, open }) => ({
          topic,
          partition,
          offset: [...open.keys()].reduce((lowest, one) => (one < lowest ? one : lowest), next),
          leaderEpoch: -1,
        }))
        .filter((position) => committed.get(keyOf(position)) !== position.offset),
    committed(positions: readonly CommitOptionsPartition[]): void {
      for (const position of positions) committed.set(keyOf(position), position.offset);
    },
  };
}

/** What is not wanted any more may be in any state. */
async function closeQuietly(kafka: { close: (force: boolean) => Promise<void> } | undefined): Promise<void> {
  await kafka?.close(true).catch(() => {});
}
