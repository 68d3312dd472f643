import { afterEach, expect, inject, test } from 'vitest';
import { startKafka, type KafkaServer } from '../support/kafka.ts';
import { startPostgres, type PostgresServer } from '../support/postgres.ts';
import { runChaos } from './chaos/chaos.ts';
import { expectCalm } from './chaos/expect-calm.ts';
import { startMischief } from './chaos/kafka-mischief.ts';
import { kafkaOf, startServices, TOPICS, type ServiceShop } from './topologies.ts';

const MINUTE_MS = 60_000;

let postgres: PostgresServer | undefined;
let kafka: KafkaServer | undefined;
let shop: ServiceShop | undefined;

afterEach(async () => {
  await shop?.stop();
  await Promise.all([postgres?.stop(), kafka?.stop()]);
});

test(
  '1,000 orders while Kafka, the database and every consumer are killed, and messages come twice (seed 3)',
  async () => {
    [postgres, kafka] = await Promise.all([startPostgres(), startKafka()]);
    const { bootstrapServers } = kafka;
    shop = await startServices({
      bundles: inject('bundles'),
      postgres,
      broker: await kafkaOf(kafka),
      name: 'chaos',
    });
    const report = await runChaos({
      ...{ shop, postgres, seed: 3 },
      broker: kafka,
      mischief: (chance) => startMischief(bootstrapServers, TOPICS, chance),
      orders: 1_000,
      perSecond: 40,
    });
    expectCalm(report);
    expect(report.done.doubled).toBeGreaterThan(100);
  },
  5 * MINUTE_MS,
);
