import { afterEach, expect, inject, test } from 'vitest';
import { startPostgres, type PostgresServer } from '../support/postgres.ts';
import { startRabbitMq, type RabbitMqServer } from '../support/rabbitmq.ts';
import { runChaos } from './chaos/chaos.ts';
import { expectCalm } from './chaos/expect-calm.ts';
import { startMischief } from './chaos/rabbitmq-mischief.ts';
import { rabbitMqOf, startServices, type ServiceShop } from './topologies.ts';

const MINUTE_MS = 60_000;

let postgres: PostgresServer | undefined;
let rabbitMq: RabbitMqServer | undefined;
let shop: ServiceShop | undefined;

afterEach(async () => {
  await shop?.stop();
  await Promise.all([postgres?.stop(), rabbitMq?.stop()]);
});

test.each([1, 2])(
  '1,000 orders while RabbitMQ, the database and every consumer are killed, and messages come twice and in disorder (seed %i)',
  async (seed) => {
    [postgres, rabbitMq] = await Promise.all([startPostgres(), startRabbitMq()]);
    const broker = await rabbitMqOf(rabbitMq, 'chaos');
    shop = await startServices({ bundles: inject('bundles'), postgres, broker, name: 'chaos' });
    const report = await runChaos({
      ...{ shop, postgres, seed },
      broker: rabbitMq,
      mischief: (chance) => startMischief(broker.vhost, chance),
      orders: 1_000,
      perSecond: 40,
    });
    expectCalm(report);
    expect(report.done.reordered).toBeGreaterThan(5);
  },
  5 * MINUTE_MS,
);
