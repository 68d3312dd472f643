import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import type { EventBus, Subscription } from '../../apps/shared/bus/event-bus.ts';
import type { EventNamed } from '../../apps/shared/events/catalogue.ts';
import { until } from '../support/until.ts';

const PATIENCE = { timeoutMs: 60_000, everyMs: 20 };

/** A kind of bus, and what can be done to it. */
export interface BusUnderTest {
  /** A process of a service joins the bus. */
  readonly open: (service: string) => EventBus;
  /** Whether processes of their own can share a queue, and come back to it. */
  readonly isShared: boolean;
  /** Whether work moves to a new process before an old one has stopped: then what is at work comes twice. @default false */
  readonly isRebalanced?: boolean;
  /** Puts something on the bus that is no event. */
  readonly publishText?: (text: string) => Promise<void>;
  /** kill -9 of the broker, and its restart. */
  readonly kill?: () => Promise<void>;
  readonly restart?: () => Promise<void>;
}

type Event = EventNamed<'OrderCreated'>;

/** Subjects with a letter each, and journals of what services see of them: `a1` is the first event about a. */
function trial(letters: string) {
  const ids = new Map([...letters].map((letter) => [letter, randomUUID()]));
  const counts = new Map<string, number>();
  const nameOf = ({ subject_id, items: [first] }: Event): string | undefined => {
    const letter = [...ids].find(([, id]) => id === subject_id)?.[0];
    // A broker that was killed brings back what earlier tests have seen.
    return letter === undefined ? undefined : `${letter}${first?.quantity}`;
  };
  return {
    /** The next events about these subjects. */
    events: (...of: readonly string[]): Event[] =>
      of.map((letter) => {
        const id = ids.get(letter) ?? '';
        const count = (counts.get(letter) ?? 0) + 1;
        counts.set(letter, count);
        return {
          event_id: randomUUID(),
          event_type: 'OrderCreated',
          subject_id: id,
          order_id: id,
          user_id: id,
          timestamp: new Date().toISOString(),
          version: 1,
          items: [{ product_id: 'mug-white', quantity: count }],
        };
      }),
    /** A subscription that writes down what it has handled and what it has put aside. */
    journal: (before: (name: string) => Promise<void> = async () => {}, queue = 'payment_service_queue') => {
      const seen: string[] = [];
      const parked: { message: unknown; reason: string }[] = [];
      const subscription: Subscription = {
        queue,
        types: ['OrderCreated'],
        handle: async (event) => {
          const name = nameOf(event as Event); // it asks for no other
          if (name === undefined) return;
          await before(name);
          seen.push(name);
        },
        park: async (message, reason) => void parked.push({ message, reason }),
      };
      return { seen, parked, subscription };
    },
  };
}

const of = (letter: string, seen: readonly string[]): string[] => seen.filter((name) => name.startsWith(letter));

const numbered = (letter: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${letter}${index + 1}`);

/** As the relay does: what the bus has not answered for is published again. @returns how often it refused */
async function publishUntilTaken(bus: EventBus, events: readonly Event[]): Promise<number> {
  for (let refusals = 0; ; refusals += 1) {
    const isTaken = await bus.publish(events).then(
      () => true,
      () => false,
    );
    if (isTaken) return refusals;
    await sleep(100);
  }
}

/** What all buses do alike. */
export const describeBus = (
  name: string,
  { open, isShared, isRebalanced = false, publishText, kill, restart }: BusUnderTest,
): void => {
  const opened: EventBus[] = [];
  const join = async (service: string, ...subscriptions: readonly Subscription[]): Promise<EventBus> => {
    const bus = open(service);
    opened.push(bus);
    await bus.subscribe(subscriptions);
    return bus;
  };
  afterEach(async () => {
    for (const bus of opened.splice(0)) {
      await bus.stopConsuming();
      await bus.close();
    }
  });

  describe(name, () => {
    test('each queue that wants an event gets it, others do not', async () => {
      const { events, journal } = trial('a');
      const [payment, inventory] = [journal(), journal(undefined, 'inventory_service_queue')];
      const { seen, subscription } = journal(undefined, 'order_service_queue');
      const order: Subscription = { ...subscription, types: ['PaymentProcessed'] };
      let publisher: EventBus;
      if (isShared) {
        await join('payment-service', payment.subscription);
        await join('inventory-service', inventory.subscription);
        publisher = await join('order-service', order);
      } else publisher = await join('shop', payment.subscription, inventory.subscription, order);
      await publisher.publish(events('a', 'a'));
      await until('both have both', PATIENCE, () => payment.seen.length + inventory.seen.length === 4);
      expect([payment.seen, inventory.seen, seen]).toEqual([['a1', 'a2'], ['a1', 'a2'], []]);
    });

    test('events of one subject are handled in their order, those of others meanwhile', async () => {
      const { events, journal } = trial('abc');
      let atWork = 0;
      let most = 0;
      const { seen, subscription } = journal(async () => {
        most = Math.max(most, (atWork += 1));
        await sleep(Math.random() * 10);
        atWork -= 1;
      });
      const bus = await join('payment-service', subscription);
      const batches = Array.from({ length: 20 }, () => events('a', 'b', 'c'));
      if (isShared) await bus.publish(batches.flat());
      // In one process nobody stands between those who publish and those who handle.
      else await Promise.all([0, 1, 2].map((index) => bus.publish(batches.flatMap((batch) => batch[index] ?? []))));
      await until('all are handled', PATIENCE, () => seen.length === 60);
      for (const letter of 'abc') expect(of(letter, seen)).toEqual(numbered(letter, 20));
      expect(most).toBeGreaterThan(1);
    });

    test('one that fails comes again; those of its subject wait, others do not', async () => {
      const { events, journal } = trial('ab');
      let tries = 0;
      const { seen, parked, subscription } = journal(async (event) => {
        if (event === 'a1' && (tries += 1) <= (isShared ? 7 : 2)) throw new Error('not yet');
      });
      const bus = await join('payment-service', subscription);
      const [a1, a2, b1, a3] = events('a', 'a', 'b', 'a');
      if (a1 === undefined || a2 === undefined || b1 === undefined || a3 === undefined) throw new Error('four');
      if (isShared) await bus.publish([a1, a2, b1, a3]);
      else await Promise.all([bus.publish([a1, a2, a3]), bus.publish([b1])]);
      await until('all are handled', PATIENCE, () => seen.length === 4);
      expect(seen).toEqual(['b1', 'a1', 'a2', 'a3']);
      expect(parked).toEqual([]);
    });

    test('one that never succeeds is put aside with the reason, and the next goes on', async () => {
      const { events, journal } = trial('a');
      const { seen, parked, subscription } = journal(async (event) => {
        if (event === 'a1') throw new Error('never');
      });
      const bus = await join('payment-service', subscription);
      const [bad, ...next] = events('a', 'a');
      if (bad === undefined) throw new Error('two');
      await bus.publish([bad, ...next]);
      await until('the next is handled', PATIENCE, () => seen.length === 1);
      expect(seen).toEqual(['a2']);
      expect(parked).toMatchObject([{ message: { event_id: bad.event_id }, reason: 'never' }]);
    });

    test('one that cannot be put aside either is not lost', async () => {
      const { events, journal } = trial('a');
      let isAway = true;
      const away = async (): Promise<void> => {
        if (isAway) throw new Error('the database is away');
      };
      const { seen, subscription } = journal(away);
      const bus = await join('payment-service', { ...subscription, park: away });
      const published = publishUntilTaken(bus, events('a', 'a'));
      await sleep(1_500);
      expect(seen).toEqual([]);
      isAway = false;
      await published;
      await until('both are handled', PATIENCE, () => new Set(seen).size === 2);
      expect([...new Set(seen)]).toEqual(['a1', 'a2']);
    });

    if (publishText !== undefined)
      test('what is no event is put aside with the reason at once', async () => {
        const { events, journal } = trial('a');
        const { seen, parked, subscription } = journal();
        const bus = await join('payment-service', subscription);
        const texts = ['{"half', '{"event_type":"Nonsense"}', '{"event_type":"OrderCreated"}', '"\\u0000"', ''];
        for (const text of texts) await publishText?.(text);
        await bus.publish(events('a'));
        await until('all are put aside', PATIENCE, () => parked.length === texts.length);
        await until('the event is handled', PATIENCE, () => seen.length === 1);
        const reasons = parked.map(({ reason }) => reason).join('\n');
        expect(reasons).toContain('event_type is "Nonsense", which is no event of the shop');
        expect(reasons).toContain('OrderCreated is not what its contract says: event_id');
        expect(parked.map(({ message }) => message)).toContain('{"half');
      });

    if (isShared)
      test('a process that stops finishes what is at work; the next goes on, in order', async () => {
        const { events, journal } = trial('ab');
        const order: string[] = [];
        const first = journal(async (event) => {
          await sleep(15);
          order.push(event);
        });
        const second = journal(async (event) => void order.push(event));
        const stopping = await join('payment-service', first.subscription);
        await stopping.publish(Array.from({ length: 30 }, () => events('a', 'b')).flat());
        await until('some are handled', PATIENCE, () => first.seen.length >= 10);
        const waiting = join('payment-service', second.subscription);
        await stopping.stopConsuming();
        const handled = first.seen.length;
        await waiting;
        await until('all are handled', PATIENCE, () => new Set(order).size === 60);
        expect(first.seen).toHaveLength(handled);
        for (const letter of 'ab') expect([...new Set(of(letter, order))]).toEqual(numbered(letter, 30));
        if (!isRebalanced) expect(order).toHaveLength(60);
      });

    if (kill !== undefined)
      test('kill -9 of the broker loses nothing, and brings nothing out of order', async () => {
        const { events, journal } = trial('abc');
        const { seen, parked, subscription } = journal(() => sleep(2));
        const bus = await join('payment-service', subscription);
        let refusals = 0;
        const publishing = (async () => {
          for (let wave = 0; wave < 40; wave += 1) {
            refusals += await publishUntilTaken(bus, Array.from({ length: 5 }, () => events('a', 'b', 'c')).flat());
            await sleep(20);
          }
        })();
        await until('it is under way', PATIENCE, () => seen.length > 50);
        await kill?.();
        await sleep(1_000);
        await restart?.();
        await publishing;
        const details = (): string => `${new Set(seen).size} of 600, ${seen.length} deliveries`;
        await until('all are handled', { ...PATIENCE, details }, () => new Set(seen).size === 600);
        expect(refusals).toBeGreaterThan(0);
        for (const letter of 'abc') expect([...new Set(of(letter, seen))]).toEqual(numbered(letter, 200));
        expect(parked).toEqual([]);
      });
  });
};
