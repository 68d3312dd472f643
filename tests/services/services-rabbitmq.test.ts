import { afterAll, beforeAll, inject } from 'vitest';
import { describeShop } from './acceptance.ts';
import { rabbitMqOf, startServices, type ServiceShop } from './topologies.ts';

let shop: ServiceShop;

beforeAll(async () => {
  const broker = await rabbitMqOf(inject('rabbitMq'), 'acceptance');
  shop = await startServices({ bundles: inject('bundles'), postgres: inject('postgres'), broker, name: 'acceptance' });
});

afterAll(() => shop?.stop());

describeShop('services with PostgreSQL and RabbitMQ', () => shop);
