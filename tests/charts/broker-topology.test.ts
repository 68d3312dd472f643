import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { EXCHANGE, queues } from '../../apps/shared/bus/topology.ts';
import { eventCatalogue, type EventType } from '../../apps/shared/events/catalogue.ts';

/** Variables of each Deployment of an environment that have their value in the manifest. */
function variables(environment: string): ReadonlyMap<string, Readonly<Record<string, string>>> {
  const folder = `dist/microservices/${environment}`;
  const documents = readdirSync(folder).flatMap((file) => parseAllDocuments(readFileSync(join(folder, file), 'utf8')));
  return new Map(
    documents
      .map((document) => document.toJS())
      .filter(({ kind }) => kind === 'Deployment')
      .map(({ metadata, spec }) => [
        metadata.name,
        Object.fromEntries(
          spec.template.spec.containers[0].env.map(({ name, value }: { name: string; value: string }) => [name, value]),
        ),
      ]),
  );
}

const OWNERS = {
  'order-service': 'Order',
  'payment-service': 'Payment',
  'inventory-service': 'Stock',
  'user-service': 'User',
};
const keysOf = (types: readonly EventType[]): string[] => types.map((type) => eventCatalogue[type].routingKey).sort();

describe.each(['dev', 'staging', 'prod'])('%s', (environment) => {
  const deployments = variables(environment);

  test.each(Object.entries(queues))('the chart binds %s to what its module reacts to', (queue, types) => {
    const found = [...deployments.values()].filter(({ RABBITMQ_QUEUE: name }) => name === queue);
    expect(found.length).toBeGreaterThan(0);
    for (const { RABBITMQ_ROUTING_KEYS: keys, RABBITMQ_EXCHANGE: exchange } of found) {
      expect(keys?.split(',').sort()).toEqual(keysOf(types));
      expect(exchange).toBe(EXCHANGE);
    }
  });

  test.each(Object.entries(OWNERS))('the chart lets %s publish all of its events', (service, prefix) => {
    const own = Object.keys(eventCatalogue).filter((type) => type.startsWith(prefix)) as EventType[]; // keys of the catalogue
    expect(own.length).toBeGreaterThan(2);
    expect(deployments.get(`${service}-v1`)?.['RABBITMQ_PUBLISHES']?.split(',').sort()).toEqual(keysOf(own));
  });
});
