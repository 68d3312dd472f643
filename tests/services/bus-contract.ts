import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import type { EventBus, Subscription } from '../../apps/shared/bus/event-bus.ts';
import type { EventNamed, ShopEvent } from '../../apps/shared/events/catalogue.ts';
import { until } from '../support/until.ts';

const PATIENCE = { timeoutMs: 40_000, everyMs: 20 };

/** A kind of bus, and what can be done to it. */
export interface BusUnderTest {
  /** A process of a service joins the bus. */
  readonly open: (service: string) => EventBus;
  /** Whether processes of their own can share a queue, and come back to it. */
  readonly isShared: boolean;
  /** Puts something on the bus that is no event. */
  readonly publishText?: (text: string) => Promise<void>;
  /** kill -9 of the broker, and its restart. */
  readonly kill?: () => Promise<void>;
  readonly restart?: () => Promise<void>;
}

/** Events of this file's subjects, numbered within each. */
const newSubject = () => {
  const id = randomUUID();
  let count = 0;
  return {
    id,
    next: (): EventNamed<'OrderCreated'> => ({
      event_id: randomUUID(),
      event_type: 'OrderCreated',
      subject_id: id,
      order_id: id,
      user_id: id,
      timestamp: new Date().toISOString(),
      version: 1,
      items: [{ product_id: 'mug-white', quantity: (count += 1) }],
    }),
  };
};

/** What a service has seen: `<letter of the subject><number>`. */
const journal = () => {
  const letters = new Map<string, string>();
  const seen: string[] = [];
  const parked: { message: unknown; reason: string }[] = [];
  const nameOf = (event: ShopEvent): string => {
    const letter = letters.get(event.subject_id) ?? String.fromCharCode('a'.charCodeAt(0) + letters.size);
    letters.set(event.subject_id, letter);
    return `${letter}${event.event_type === 'OrderCreated' ? (event.items[0]?.quantity ?? 0) : event.event_type}`;
  };
  return { seen, parked, nameOf };
};

type Journal = ReturnType<typeof journal>;

/** A subscription that writes down what it handles. */
const writing = (
  { seen, parked, nameOf }: Journal,
  {
    queue = 'payment_service_queue',
    before = async () => {},
  }: { queue?: string; before?: (name: string) => Promise<void> } = {},
): Subscription => ({
  queue,
  types: ['OrderCreated'],
  handle: async (event) => {
    const name = nameOf(event);
    await before(name);
    seen.push(name);
  },
  park: async (message, reason) => void parked.push({ message, reason }),
});

/** The order in which each was seen for the first time. */
const firsts = (seen: readonly string[], letter: string): string[] => [
  ...new Set(seen.filter((name) => name.startsWith(letter))),
];

const numbered = (letter: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${letter}${index + 1}`);

/** What all buses do alike. */
export const describeBus = (name: string, { open, isShared, publishText, kill, restart }: BusUnderTest): void => {
  const opened: EventBus[] = [];
  const join = async (service: string, ...subscriptions: readonly Subscription[]): Promise<EventBus> => {
    const bus = open(service);
    opened.push(bus);
    await bus.subscribe(subscriptions);
    return bus;
  };
  afterEach(async () => {
    await Promise.all(
      opened.splice(0).map(async (bus) => {
        await bus.stopConsuming();
        await bus.close();
      }),
    );
  });

  describe(name, () => {
    test('each queue that wants an event gets it, others do not', async () => {
      const [payment, inventory, other] = [journal(), journal(), journal()];
      const subscriptions = [
        writing(payment),
        writing(inventory, { queue: 'inventory_service_queue' }),
        { ...writing(other, { queue: 'order_service_queue' }), types: ['PaymentProcessed'] as const },
      ] as const;
      const [one, two, three] = subscriptions;
      const publisher = isShared
        ? (await join('payment-service', one), await join('order-service', three), await join('inventory-service', two))
        : await join('shop', ...subscriptions);
      const subject = newSubject();
      await publisher.publish([subject.next(), subject.next()]);
      await until('both have both', PATIENCE, () => payment.seen.length + inventory.seen.length === 4);
      expect([payment.seen, inventory.seen, other.seen]).toEqual([['a1', 'a2'], ['a1', 'a2'], []]);
    });

    test('events of one subject are handled in their order, those of others meanwhile', async () => {
      const { seen, ...rest } = journal();
      let atWork = 0;
      let most = 0;
      const bus = await join(
        'payment-service',
        writing(
          { seen, ...rest },
          {
            before: async () => {
              most = Math.max(most, (atWork += 1));
              await sleep(Math.random() * 10);
              atWork -= 1;
            },
          },
        ),
      );
      const subjects = [newSubject(), newSubject(), newSubject()];
      const events = Array.from({ length: 20 }, () => subjects.map((subject) => subject.next())).flat();
      if (isShared) await bus.publish(events);
      else await Promise.all(subjects.map(({ id }) => bus.publish(events.filter((event) => event.subject_id === id))));
      await until('all are handled', PATIENCE, () => seen.length === 60);
      for (const letter of 'abc') expect(seen.filter((name) => name.startsWith(letter))).toEqual(numbered(letter, 20));
      expect(most).toBeGreaterThan(1);
    });

    test('one that fails comes again; those of its subject wait, others do not', async () => {
      const diary = journal();
      let failures = 0;
      const bus = await join(
        'payment-service',
        writing(diary, {
          before: async (name) => {
            if (name === 'a1' && (failures += 1) <= 7) throw new Error('not yet');
          },
        }),
      );
      const [one, two] = [newSubject(), newSubject()];
      diary.nameOf(one.next());
      const first = newSubject();
      void first;
      const events = [
        { ...one.next(), items: [{ product_id: 'mug-white', quantity: 1 }] },
        one.next(),
        two.next(),
        one.next(),
      ];
      if (isShared) await bus.publish(events);
      else await Promise.all([bus.publish(events.filter((_, index) => index !== 2)), bus.publish(events.slice(2, 3))]);
      await until('all are handled', PATIENCE, () => diary.seen.length === 4);
      expect(diary.seen).toEqual(['b1', 'a1', 'a3', 'a4']);
      expect(diary.parked).toEqual([]);
    });

    test('one that never succeeds is put aside with the reason, and the next goes on', async () => {
      const diary = journal();
      const bus = await join(
        'payment-service',
        writing(diary, {
          before: async (name) => {
            if (name === 'a1') throw new Error('never');
          },
        }),
      );
      const subject = newSubject();
      const bad = subject.next();
      await bus.publish([bad, subject.next()]);
      await until('the next is handled', PATIENCE, () => diary.seen.length === 1);
      expect(diary.seen).toEqual(['a2']);
      expect(diary.parked).toMatchObject([{ message: { event_id: bad.event_id }, reason: 'never' }]);
    });

    test('one that cannot be put aside either is not lost', async () => {
      const diary = journal();
      let isAway = true;
      const subscription = writing(diary, {
        before: async () => {
          if (isAway) throw new Error('the database is away');
        },
      });
      const bus = await join('payment-service', {
        ...subscription,
        park: async () => {
          throw new Error('the database is away');
        },
      });
      const subject = newSubject();
      const events = [subject.next(), subject.next()];
      const publish = async (): Promise<void> => {
        // As the relay does: what the bus has not answered for is published again.
        while (
          !(await bus.publish(events).then(
            () => true,
            () => false,
          ))
        )
          await sleep(20);
      };
      const published = publish();
      await sleep(1_500);
      expect(diary.seen).toEqual([]);
      isAway = false;
      await published;
      await until('both are handled', PATIENCE, () => new Set(diary.seen).size === 2);
      expect(firsts(diary.seen, 'a')).toEqual(['a1', 'a2']);
    });

    test.runIf(publishText !== undefined)('what is no event is put aside with the reason at once', async () => {
      const diary = journal();
      const bus = await join('payment-service', writing(diary));
      const texts = ['{"half', '{"event_type":"Nonsense"}', '{"event_type":"OrderCreated"}', '"\\u0000"', ''];
      for (const text of texts) await publishText?.(text);
      await bus.publish([newSubject().next()]);
      await until('all are put aside', PATIENCE, () => diary.parked.length === texts.length);
      await until('the event is handled', PATIENCE, () => diary.seen.length === 1);
      const reasons = diary.parked.map(({ reason }) => reason).join('\n');
      expect(reasons).toContain('event_type is "Nonsense", which is no event of the shop');
      expect(reasons).toContain('OrderCreated is not what its contract says: event_id');
      expect(diary.parked.map(({ message }) => message)).toContain('{"half');
    });

    test.runIf(isShared)('a process that stops finishes what is at work; the next goes on, in order', async () => {
      const [first, second] = [journal(), journal()];
      const stopping = await join('payment-service', writing(first, { before: () => sleep(15) }));
      const subjects = [newSubject(), newSubject()];
      const events = Array.from({ length: 30 }, () => subjects.map((subject) => subject.next())).flat();
      for (const subject of subjects)
        void [first, second].map(({ nameOf }) => nameOf({ ...subject.next(), event_id: '' }));
      await stopping.publish(events);
      await until('some are handled', PATIENCE, () => first.seen.length >= 10);
      const waiting = join('payment-service', writing(second));
      await stopping.stopConsuming();
      const before = first.seen.length;
      await waiting;
      await until('all are handled', PATIENCE, () => before + second.seen.length >= 60);
      expect(first.seen).toHaveLength(before);
      for (const letter of 'ab') {
        const all = [...first.seen, ...second.seen].filter((name) => name.startsWith(letter));
        expect(all).toEqual(numbered(letter, 30));
      }
    });

    test.runIf(kill !== undefined)('kill -9 of the broker loses nothing, and brings nothing out of order', async () => {
      const diary = journal();
      const bus = await join('payment-service', writing(diary, { before: () => sleep(2) }));
      const subjects = [newSubject(), newSubject(), newSubject()];
      const waves = Array.from({ length: 40 }, () =>
        subjects.flatMap((subject) => [subject.next(), subject.next(), subject.next(), subject.next(), subject.next()]),
      );
      let refusals = 0;
      const publishAll = async (): Promise<void> => {
        for (const wave of waves) {
          // As the relay does: what the bus has not answered for is published again.
          while (
            !(await bus.publish(wave).then(
              () => true,
              () => false,
            ))
          ) {
            refusals += 1;
            await sleep(100);
          }
          await sleep(20);
        }
      };
      const publishing = publishAll();
      await until('it is under way', PATIENCE, () => diary.seen.length > 50);
      await kill?.();
      await sleep(1_000);
      await restart?.();
      await publishing;
      await until(
        'all are handled',
        { ...PATIENCE, details: () => String(diary.seen.length) },
        () => new Set(diary.seen).size === 600,
      );
      expect(refusals).toBeGreaterThan(0);
      for (const letter of 'abc') expect(firsts(diary.seen, letter)).toEqual(numbered(letter, 200));
      expect(diary.parked).toEqual([]);
    });
  });
};
