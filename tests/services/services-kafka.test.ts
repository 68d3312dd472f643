import { afterAll, beforeAll, inject } from 'vitest';
import { startKafka, type KafkaServer } from '../support/kafka.ts';
import { describeShop } from './acceptance.ts';
import { kafkaOf, startServices, type ServiceShop } from './topologies.ts';

let kafka: KafkaServer;
let shop: ServiceShop;

beforeAll(async () => {
  kafka = await startKafka();
  shop = await startServices({
    bundles: inject('bundles'),
    postgres: inject('postgres'),
    broker: await kafkaOf(kafka),
    name: 'on_kafka',
  });
});

afterAll(async () => {
  await shop?.stop();
  await kafka?.stop();
});

describeShop('services with PostgreSQL and Kafka', () => shop);
