import { Consumer, Producer, stringDeserializers, stringSerializers } from '@platformatic/kafka';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Chance } from '../../load/chance.ts';
import type { Mischief } from './mischief.ts';

/** How many messages come again. */
const SHARE = 0.3;
const LATEST_MS = 3_000;

/**
 * Reads all events, and sends some of them again, later and so behind those that followed. What lies in a partition has
 * its order for good, so this is all the disorder that Kafka can show.
 */
export const startMischief = (bootstrapServers: string, topics: readonly string[], chance: Chance): Mischief => {
  const counts = { doubled: 0, reordered: 0 };
  const client = { clientId: 'mischief', bootstrapBrokers: [bootstrapServers], retries: 1, retryDelay: 200 };
  let isOver = false;
  let consumer: Consumer<string, string, string, string> | undefined;
  const seen = new Set<string>();

  const double = async (): Promise<void> => {
    const reading = new Consumer({
      ...client,
      groupId: 'mischief',
      deserializers: stringDeserializers,
      sessionTimeout: 6_000,
    });
    consumer = reading;
    const producer = new Producer({ ...client, serializers: stringSerializers });
    try {
      const stream = await reading.consume({ topics: [...topics], mode: 'committed', fallbackMode: 'earliest' });
      for await (const { topic, key, value, headers } of stream) {
        if (seen.has(value) || chance() >= SHARE) continue;
        // Its own messages come back to it: each is doubled once.
        seen.add(value);
        setTimeout(() => {
          producer.send({ messages: [{ topic, key, value, headers: Object.fromEntries(headers) }] }).then(
            () => (counts.doubled += 1),
            () => undefined, // the broker is killed now and then
          );
        }, chance() * LATEST_MS);
      }
    } finally {
      await Promise.allSettled([reading.close(true), producer.close(true)]);
    }
  };
  const running = (async () => {
    while (!isOver) {
      await double().catch(() => undefined);
      if (!isOver) await sleep(300);
    }
  })();

  return {
    counts,
    shuffle: () => Promise.resolve(),
    stop: async () => {
      isOver = true;
      await Promise.resolve(consumer?.close(true)).catch(() => undefined);
      await running;
    },
  };
};
