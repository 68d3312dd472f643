import { randomUUID } from 'node:crypto';
import type { Generated } from 'kysely';
import { pino } from 'pino';
import { beforeAll, describe, expect, test } from 'vitest';
import { inProcessBus } from '../../../apps/shared/bus/in-process-bus.ts';
import type { NewEvent, Store } from '../../../apps/shared/database/database.ts';
import { migrate } from '../../../apps/shared/database/migrate.ts';
import type { ShopEvent } from '../../../apps/shared/events/catalogue.ts';
import { replayParked, subscription } from '../../../apps/shared/events/inbox.ts';
import { relay } from '../../../apps/shared/events/relay.ts';
import { embeddedDatabase } from '../embedded-database.ts';

interface Effects {
  effects: { id: Generated<number>; what: string };
}

const log = pino({ level: 'silent' });
let store: Store<Effects>;

beforeAll(async () => {
  store = (await embeddedDatabase()).store<Effects>('trial');
  await migrate(store, {
    '0001_effects': {
      up: (db) =>
        db.schema
          .createTable('effects')
          .addColumn('id', 'bigint', (column) => column.generatedAlwaysAsIdentity().primaryKey())
          .addColumn('what', 'text')
          .execute(),
    },
  });
}, 120_000);

const activated = (user: string): NewEvent => ({ event_type: 'UserActivated', subject_id: user, user_id: user });
const effects = async (): Promise<string[]> =>
  (await store.db.selectFrom('effects').select('what').orderBy('id').execute()).map(({ what }) => what);
const waiting = async (): Promise<number> => (await store.db.selectFrom('outbox').select('position').execute()).length;

/** Runs the relay until the outbox is empty. */
async function drain(publish: (events: readonly ShopEvent[]) => Promise<void>): Promise<void> {
  const controller = new AbortController();
  const running = relay({ store, lane: 'here', bus: { publish } }).run(controller.signal);
  const whenEmpty = (async () => {
    while ((await waiting()) > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    controller.abort();
  })();
  await Promise.race([running, whenEmpty]);
  controller.abort();
  await running;
}

describe('outbox', () => {
  test('an event and its cause are written together, or neither is', async () => {
    const user = randomUUID();
    const failed = store.transact(async ({ tx, emit }) => {
      await tx.insertInto('effects').values({ what: 'never' }).execute();
      emit(activated(user));
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    expect(await effects()).toEqual([]);
    expect(await waiting()).toBe(0);
  });

  test('what cannot be told has not happened', async () => {
    const { schema } = store.db;
    await schema.alterTable('outbox').renameTo('outbox_away').execute();
    try {
      const failed = store.transact(async ({ tx, emit }) => {
        await tx.insertInto('effects').values({ what: 'never' }).execute();
        emit(activated(randomUUID()));
      });
      await expect(failed).rejects.toThrow('outbox');
      const recorded = store.record((emit) => {
        emit(activated(randomUUID()));
        return { result: undefined, writes: [store.db.insertInto('effects').values({ what: 'never' })] };
      });
      await expect(recorded).rejects.toThrow('outbox');
    } finally {
      await schema.alterTable('outbox_away').renameTo('outbox').execute();
    }
    expect(await effects()).toEqual([]);
  });

  test('events leave in their order, and stay while the bus refuses them', async () => {
    const users = Array.from({ length: 5 }, () => randomUUID());
    for (const user of users) await store.transact(async ({ emit }) => void emit(activated(user)));
    await expect(drain(() => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect(await waiting()).toBe(5);
    const seen: string[] = [];
    await drain(async (events) => void seen.push(...events.map(({ subject_id }) => subject_id)));
    expect(seen).toEqual(users);
    expect(await waiting()).toBe(0);
  });
});

describe('inbox', () => {
  test('an event that comes twice has one effect; one that fails has none, is parked, and can be replayed', async () => {
    let isBroken = true;
    const queue = subscription(store, 'trial_queue', {
      UserActivated: async ({ user_id }, { tx }) => {
        await tx.insertInto('effects').values({ what: user_id }).execute();
        if (isBroken) throw new Error('still broken');
      },
    });
    const bus = inProcessBus({ log, retryAfterMs: [0] });
    await bus.subscribe([queue]);
    const user = randomUUID();
    await store.transact(async ({ emit }) => void emit(activated(user)));
    await drain(bus.publish);
    expect(await effects()).toEqual([]);
    const parked = await store.db.selectFrom('parked').select(['queue', 'reason']).execute();
    expect(parked).toEqual([{ queue: 'trial_queue', reason: 'still broken' }]);

    isBroken = false;
    expect(await replayParked(store, [queue])).toEqual({ done: 1, failures: [] });
    expect(await effects()).toEqual([user]);

    const event = {
      ...activated(user),
      event_id: randomUUID(),
      version: 1,
      timestamp: '2026-01-01T00:00:00Z',
    } as ShopEvent;
    await queue.handle(event);
    await queue.handle(event);
    expect(await effects()).toEqual([user, user]);
  });
});
