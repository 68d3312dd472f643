import { describe, expect, test } from 'vitest';
import { dereferenced, documents, operationsOf, type DocumentedOperation, type Json } from './documents.ts';

const gateway = documents.get('gateway');
if (gateway === undefined) throw new Error('no document of api-gateway');

const upstream = [...documents]
  .filter(([folder]) => folder !== 'gateway')
  .flatMap(([folder, document]) => operationsOf(document).map((one) => ({ ...one, folder, document })));

/** All that an operation says, but for the answers with which the gateway speaks for itself. */
const said = (document: Json, { operation, shared, method, path }: DocumentedOperation): unknown => {
  const { responses, ...rest } = operation;
  const kept = Object.entries(responses ?? {}).filter(([code]) => !['502', '504'].includes(code));
  return dereferenced(document, {
    method,
    path,
    shared,
    security: operation['security'] ?? document['security'],
    ...rest,
    responses: Object.fromEntries(kept),
  });
};

describe('components that several documents have', () => {
  const all = [...documents].flatMap(([folder, document]) =>
    Object.entries(document['components'] ?? {}).flatMap(([kind, components]) =>
      Object.entries(components).map(([name, value]) => ({ component: `${kind}/${name}`, folder, value })),
    ),
  );
  const repeated = new Map<string, typeof all>();
  for (const one of all) repeated.set(one.component, [...(repeated.get(one.component) ?? []), one]);

  test.each([...repeated].filter(([, uses]) => uses.length > 1))('%s is the same everywhere', (_, uses) => {
    const [first, ...others] = uses;
    for (const other of others)
      expect(other.value, `${other.folder} beside ${first?.folder ?? ''}`).toEqual(first?.value);
  });

  test('Problem is in every document, Order and User in theirs and the gateway', () => {
    const foldersWith = (component: string): string[] => (repeated.get(component) ?? []).map(({ folder }) => folder);
    expect(foldersWith('schemas/Problem')).toEqual([...documents.keys()]);
    expect(foldersWith('schemas/Order')).toEqual(['gateway', 'order']);
    expect(foldersWith('schemas/User')).toEqual(['gateway', 'user']);
  });
});

describe('the gateway', () => {
  test.each(operationsOf(gateway))('$id is what the service behind it says', (exposed) => {
    const behind = upstream.filter(({ id }) => id === exposed.id);
    expect(behind).toHaveLength(1);
    for (const one of behind) expect(said(gateway, exposed)).toEqual(said(one.document, one));
    expect(Object.keys(exposed.operation['responses'] ?? {})).toEqual(expect.arrayContaining(['502', '503', '504']));
  });

  test('exposes each operation of the services but for the internal ones', () => {
    const isInternal = ({ operation }: DocumentedOperation): boolean =>
      Object.values(operation['tags'] ?? {}).some((tag) => String(tag) === 'internal');
    const exposed = operationsOf(gateway).map(({ id }) => id);
    expect(
      upstream
        .filter((one) => !isInternal(one))
        .map(({ id }) => id)
        .sort(),
    ).toEqual([...exposed].sort());
    expect(
      upstream
        .filter(isInternal)
        .map(({ id }) => id)
        .sort(),
    ).toEqual(['activateUser', 'getStock', 'listOrdersForShipping', 'setStock', 'updateOrderStatus']);
  });

  test('asks for a token everywhere but where nobody can have one yet, and in the shop window', () => {
    const open = operationsOf(gateway).filter(({ operation }) => operation['security'] !== undefined);
    expect(open.map(({ id, operation }) => [id, operation['security']])).toEqual([
      ['registerUser', []],
      ['createToken', []],
      ['listProducts', []],
      ['getProduct', []],
    ]);
    expect(gateway['security']).toEqual([{ userToken: [] }]);
  });

  test('internal operations need a token with the role of staff', () => {
    for (const { id, operation, folder } of upstream.filter(({ operation }) =>
      JSON.stringify(operation['tags']).includes('"internal"'),
    ))
      expect(operation['security'], `${folder} ${id}`).toEqual([{ userToken: ['staff'] }]);
  });
});
