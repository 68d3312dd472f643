import { createHash } from 'node:crypto';
import { sql, type Kysely } from 'kysely';
import type { Emit, Store, Unit, Write } from '../database/database.ts';
import type { KernelTables } from '../database/kernel-tables.ts';
import { Problem } from './problem.ts';

/** One request by the name that its caller gave it. */
export interface KeyedRequest {
  /** Whose keys these are: keys of two operations or two callers never meet. */
  readonly scope: string;
  readonly key: string;
  readonly body: unknown;
}

const aDayAgo = sql<Date>`now() - interval '24 hours'`;

/** One for all texts that say the same: the order of an object's fields says nothing. */
const fingerprintOf = (body: unknown): string =>
  createHash('sha256').update(JSON.stringify(body, inOrder)).digest('base64url');

const inOrder = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
    : value;

/** The first answer to this request, if it was answered. @throws Problem 422 when the key came with another body */
export async function firstAnswer<Answer>(
  db: Kysely<KernelTables>,
  { scope, key, body }: KeyedRequest,
): Promise<Answer | undefined> {
  const row = await db
    .selectFrom('idempotency')
    .select(['fingerprint', 'answer'])
    .where('scope', '=', scope)
    .where('key', '=', key)
    .where('created_at', '>', aDayAgo)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  if (row.fingerprint !== fingerprintOf(body))
    throw new Problem(422, 'This Idempotency-Key came with another body before.', { type: 'key-reused' });
  return row.answer as Answer; // this scope has written it
}

const UNIQUE_VIOLATION = '23505';

/**
 * The same as `once`, for what needs nothing to be read first. Two requests with one key at once: the second waits for the
 * first, and gets its answer.
 */
export async function recordOnce<Tables, Answer>(
  store: Store<Tables>,
  request: KeyedRequest | undefined,
  work: (emit: Emit) => { readonly result: Answer; readonly writes: readonly Write[] },
): Promise<Answer> {
  if (request === undefined) return store.record(work);
  const { kernel } = store;
  const { scope, key, body } = request;
  for (;;)
    try {
      return await store.record((emit) => {
        const { result, writes } = work(emit);
        const row = { scope, key, fingerprint: fingerprintOf(body), answer: JSON.stringify(result) };
        return { result, writes: [...writes, kernel.insertInto('idempotency').values(row)] };
      });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === UNIQUE_VIOLATION)) throw error;
      const first = await firstAnswer<Answer>(kernel, request);
      if (first !== undefined) return first;
      // Older than a day, so the key is free again.
      const { numDeletedRows } = await kernel
        .deleteFrom('idempotency')
        .where('scope', '=', scope)
        .where('key', '=', key)
        .where('created_at', '<=', aDayAgo)
        .executeTakeFirst();
      if (numDeletedRows === 0n) throw error;
    }
}

/**
 * Does the work of a request once for each key, and remembers the answer in the same transaction: there is no moment in
 * which one is there without the other. Without a key it just does it.
 */
export const once = <Tables, Answer>(
  store: Store<Tables>,
  request: KeyedRequest | undefined,
  work: (unit: Unit<Tables>) => Promise<Answer>,
): Promise<Answer> =>
  store.transact(async (unit) => {
    if (request === undefined) return work(unit);
    const { scope, key, body } = request;
    const name = `${store.schema} ${scope} ${key}`;
    const { rows } = await sql<{
      won: boolean;
    }>`select pg_try_advisory_xact_lock(hashtextextended(${name}, 1)) as won`.execute(unit.kernel);
    if (rows[0]?.won !== true)
      throw new Problem(409, 'The first request with this Idempotency-Key is still at work.', {
        type: 'key-in-progress',
      });
    const known = await firstAnswer<Answer>(unit.kernel, request);
    if (known !== undefined) return known;
    const answer = await work(unit);
    await unit.kernel
      .insertInto('idempotency')
      .values({ scope, key, fingerprint: fingerprintOf(body), answer: JSON.stringify(answer) })
      .onConflict((conflict) =>
        // Only one that is older than a day can still be here.
        conflict.columns(['scope', 'key']).doUpdateSet((row) => ({
          fingerprint: row.ref('excluded.fingerprint'),
          answer: row.ref('excluded.answer'),
          created_at: sql`now()`,
        })),
      )
      .execute();
    return answer;
  });
