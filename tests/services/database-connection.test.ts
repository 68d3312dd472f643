import { randomUUID } from 'node:crypto';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { sql } from 'kysely';
import { expect, inject, test } from 'vitest';
import { serverPool } from '../../apps/shared/database/connection.ts';
import { openDatabase } from '../../apps/shared/database/database.ts';
import { isAway } from '../../apps/shared/http/problem-of.ts';
import { createDatabase } from '../support/postgres.ts';

test('connections whose server says nothing any more are given up, and new ones work', async () => {
  const target = await createDatabase(inject('postgres'), `silent_${randomUUID().slice(0, 8)}`);
  const sockets: Socket[] = [];
  /** A network that loses what goes over the connections that it has now. */
  const loseAll = (): void => {
    for (const socket of sockets) socket.unpipe().pause();
  };
  const network = createServer((near) => {
    const far = connect(target.port, target.host);
    near.pipe(far).pipe(near);
    for (const socket of [near, far]) socket.on('error', () => undefined);
    sockets.push(near, far);
  });
  await new Promise<void>((resolve) => network.listen(0, '127.0.0.1', resolve));
  const { port } = network.address() as AddressInfo; // it listens on a port
  const pool = serverPool({ ...target, host: '127.0.0.1', port }, { maxConnections: 2, answerTimeoutMs: 700 });
  const database = openDatabase(pool, { lanes: [], clock: () => new Date() });
  const { kernel } = database.store('silent');
  const inTransaction = () => kernel.transaction().execute((tx) => sql`select pg_sleep(0.05)`.execute(tx));
  try {
    await Promise.all([inTransaction(), inTransaction()]);
    loseAll();
    const startedAt = Date.now();
    const results = await Promise.allSettled([inTransaction(), database.ping()]);
    expect(results.map((result) => result.status === 'rejected' && isAway(result.reason))).toEqual([true, true]);
    await Promise.all([inTransaction(), inTransaction(), database.ping()]);
    expect(Date.now() - startedAt).toBeLessThan(5_000);
  } finally {
    await database.close();
    for (const socket of sockets) socket.destroy();
    network.close();
  }
}, 60_000);
