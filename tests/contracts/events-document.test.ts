import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import asyncapi from '@asyncapi/specs';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { queues } from '../../apps/shared/bus/topology.ts';
import { eventCatalogue, readEvent } from '../../apps/shared/events/catalogue.ts';
import { EVENTS_DOCUMENT, eventsFiles } from '../../scripts/dev/import-events.ts';
import { eventFaults } from '../support/event-faults.ts';
import { ROOT } from './documents.ts';

const text = readFileSync(join(ROOT, EVENTS_DOCUMENT), 'utf8');
const document: unknown = parse(text);

/** What AsyncAPI's own JSON Schema has against a document. */
const faultsOf = (value: unknown): readonly string[] => {
  const ajv = new Ajv({ strict: false, allErrors: false, logger: false });
  formats.default(ajv);
  const validate = ajv.compile(asyncapi.schemasWithoutId['3.0.0'] as object); // the package has no types for it
  return validate(value)
    ? []
    : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
};

test('the document is what the code says', async () => {
  const [[, wanted] = []] = await eventsFiles(ROOT);
  expect(text, 'stale: run `npm run import:events`').toBe(wanted);
});

describe('AsyncAPI', () => {
  test('takes the document', () => expect(faultsOf(document)).toEqual([]));

  test.each([
    ['a version that is none', { asyncapi: '2.6.0' }],
    ['a channel whose binding is none', { channels: { 'a.b': { bindings: { amqp: { is: 'topic' } } } } }],
    ['no information', { info: undefined }],
  ])('refuses %s', (_, change) => {
    expect(faultsOf(JSON.parse(JSON.stringify({ ...(document as object), ...change })))).not.toEqual([]);
  });

  test('every reference leads somewhere', () => {
    const references = [...text.matchAll(/\$ref: '#\/([^']+)'/g)].map(([, path = '']) => path.split('/'));
    expect(references.length).toBeGreaterThan(50);
    const found = (path: readonly string[]): unknown =>
      path.reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], document);
    expect(references.filter((path) => found(path) === undefined)).toEqual([]);
  });
});

test('it has each event with its routing key and its topic, each queue, and nothing else', () => {
  const { channels, components } = document as {
    readonly channels: Readonly<Record<string, { readonly messages: object }>>;
    readonly components: { readonly messages: object; readonly schemas: object };
  };
  const definitions = Object.values(eventCatalogue);
  const types = definitions.map(({ type }) => type);
  expect(Object.keys(components.messages)).toEqual(types);
  expect(Object.keys(components.schemas)).toEqual(types);
  const ways: Record<string, readonly string[]> = { ...queues };
  for (const { type, routingKey, topic } of definitions) {
    ways[routingKey] = [type];
    ways[topic] = [...(ways[topic] ?? []), type];
  }
  expect(
    Object.fromEntries(Object.entries(channels).map(([name, { messages }]) => [name, Object.keys(messages)])),
  ).toEqual(ways);
});

describe('an event', () => {
  const id = '3f0c8a4e-6f0b-4d55-9b61-0d6f2f4b8a10';
  const event = {
    event_type: 'OrderCancelled',
    ...{ event_id: id, subject_id: id, order_id: id, user_id: id },
    timestamp: '2026-05-04T09:30:00.000Z',
    version: 1,
    cause: 'user',
    reason: 'Too many',
  };

  test('is what its schema says, with facts that a later publisher adds', () => {
    expect(eventFaults(event)).toEqual([]);
    expect(eventFaults({ ...event, colour: 'blue' })).toEqual([]);
  });

  test.each([
    ['without its id', { event_id: undefined }],
    ['of another version', { version: 2 }],
    ['with a time in another zone', { timestamp: '2026-05-04T09:30:00+02:00' }],
    ['with a cause that is none', { cause: 'weather' }],
    ['of no known type', { event_type: 'OrderLost' }],
  ])('%s is refused, by the document as by the code', (_, change) => {
    const wrong: unknown = JSON.parse(JSON.stringify({ ...event, ...change }));
    expect(eventFaults(wrong)).not.toEqual([]);
    expect(() => readEvent(wrong)).toThrow();
  });
});
