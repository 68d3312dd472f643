import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { documents, objectsIn, operationsOf, type Json } from './documents.ts';

const PROBLEM = { $ref: '#/components/schemas/Problem' };
const operations = [...documents].flatMap(([folder, document]) =>
  operationsOf(document).map((one) => ({ ...one, folder, document })),
);

/** The schemas of a document, each where it is used or declared. */
const schemasOf = (document: Json): { pointer: string; value: Json }[] =>
  [...objectsIn(document)].filter(
    ({ pointer }) =>
      /\/(schema|items|additionalProperties|properties\/[^/]+|components\/schemas\/[^/]+)$/.test(pointer) &&
      !/\/(example|examples)\//.test(pointer),
  );

/** Values that a document gives as examples, each with the pointer to the schema that they must fit. */
const examplesOf = (document: Json): { pointer: string; schema: string; value: unknown }[] =>
  [...objectsIn(document)]
    .filter(({ pointer }) => !/\/(example|examples|properties)(\/|$)/.test(pointer))
    .flatMap(({ pointer, value }) => {
      if ('example' in value && 'schema' in value)
        return [{ pointer: `${pointer}/example`, schema: `${pointer}/schema`, value: value['example'] }];
      return 'default' in value ? [{ pointer: `${pointer}/default`, schema: pointer, value: value['default'] }] : [];
    });

const validatorOf = (document: Json): Ajv2020 => {
  const ajv = new Ajv2020({ strict: true, allErrors: true });
  addFormats.default(ajv);
  // Schemas are compiled where they are in the document, by pointer; it is no JSON Schema itself.
  ajv.addVocabulary(Object.keys(document));
  ajv.addSchema(document, 'document', false, false);
  return ajv;
};

test('there are six documents with operations', () => {
  expect([...documents.keys()]).toEqual(['gateway', 'inventory', 'notification', 'order', 'payment', 'user']);
  for (const document of documents.values()) expect(operationsOf(document).length).toBeGreaterThan(0);
});

describe.each([...documents])('%s', (folder, document) => {
  const ofThis = operations.filter((one) => one.folder === folder);

  test('is valid OpenAPI 3.1.0', async () => {
    const result = await new Validator().validate(structuredClone(document));
    expect(result.errors).toBeUndefined();
    expect(result.valid).toBe(true);
    expect(document['openapi']).toBe('3.1.0');
    expect(document['servers']).toEqual([{ url: '/api' }]);
  });

  test('has no keyword of OpenAPI 3.0 that 3.1 reads differently', () => {
    const old = [...objectsIn(document)].filter(
      ({ value }) =>
        'nullable' in value ||
        [value['exclusiveMinimum'], value['exclusiveMaximum']].some((bound) => typeof bound === 'boolean'),
    );
    expect(old.map(({ pointer }) => pointer)).toEqual([]);
  });

  test('names each operation once, in camelCase, with summary and declared tags', () => {
    const ids = ofThis.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const tags = Object.values(document['tags'] ?? {}).map(({ name }) => name);
    for (const { id, operation } of ofThis) {
      expect(id).toMatch(/^[a-z][a-zA-Z]+$/);
      expect(operation['summary'], id).toEqual(expect.any(String));
      expect(Object.values(operation['tags'] ?? {}), id).not.toEqual([]);
      for (const tag of Object.values(operation['tags'] ?? {})) expect(tags, id).toContain(tag);
    }
  });

  test.each(ofThis)('$id answers every error with a problem', ({ operation, shared }) => {
    const responses: Readonly<Record<string, Json>> = operation['responses'] ?? {};
    const codes = Object.keys(responses);
    expect(codes).toEqual(expect.arrayContaining(['400', '401', '415', '422', '429', '503']));
    if (operation['requestBody'] !== undefined) expect(codes).toContain('413');
    if (JSON.stringify(shared['parameters'] ?? []).includes('InPath')) expect(JSON.stringify(codes)).toMatch(/404/);
    for (const [code, response] of Object.entries(responses)) {
      if (code.startsWith('2')) continue;
      const reference = String(response['$ref']);
      expect(reference).toMatch(/^#\/components\/responses\//);
      const component = document['components']?.['responses']?.[reference.split('/').at(-1) ?? ''];
      expect(Object.keys(component?.['content'] ?? {})).toEqual(['application/problem+json']);
      expect(component?.['content']?.['application/problem+json']?.['schema']).toEqual(PROBLEM);
      expect(component?.['content']?.['application/problem+json']?.['example']?.['status'], code).toBe(Number(code));
    }
  });

  test.each(ofThis)('$id shows an example of what it takes and gives', ({ operation }) => {
    const given = Object.entries(operation['responses'] ?? {}).filter(([code]) => code.startsWith('2'));
    expect(given).toHaveLength(1);
    for (const body of [operation['requestBody'], given[0]?.[1]])
      if (body !== undefined) expect(body['content']?.['application/json']?.['example']).toBeDefined();
  });

  test.each(ofThis.filter(({ id }) => id.startsWith('list')))('$id is read page by page', ({ operation }) => {
    const parameters = Object.values(operation['parameters'] ?? {}).map((one) => one['$ref']);
    expect(parameters).toEqual(
      expect.arrayContaining(['#/components/parameters/Limit', '#/components/parameters/Cursor']),
    );
    const reference = String(operation['responses']?.['200']?.['content']?.['application/json']?.['schema']?.['$ref']);
    const page = document['components']?.['schemas']?.[reference.split('/').at(-1) ?? ''];
    expect(page?.['properties']?.['next_cursor']).toEqual({ $ref: '#/components/schemas/Cursor' });
  });

  test('limits every value: an object to its properties, a list, a text and a number in size', () => {
    const schemas = schemasOf(document);
    expect(schemas.length).toBeGreaterThan(10);
    const boundless = schemas.filter(({ value }) => {
      if ('$ref' in value || 'enum' in value || 'const' in value) return false;
      switch (String(value['type'])) {
        case 'object':
          return value['additionalProperties'] !== (false as unknown);
        case 'array':
          return value['maxItems'] === undefined;
        case 'string':
          return value['maxLength'] === undefined && !['uuid', 'date-time'].includes(String(value['format']));
        case 'integer':
          return value['minimum'] === undefined || value['maximum'] === undefined;
        default:
          return true;
      }
    });
    expect(boundless.map(({ pointer }) => pointer)).toEqual([]);
  });

  test('uses all that it declares', () => {
    const text = JSON.stringify(document);
    const declared = Object.entries(document['components'] ?? {})
      .filter(([kind]) => kind !== 'securitySchemes')
      .flatMap(([kind, components]) => Object.keys(components).map((name) => `#/components/${kind}/${name}`));
    expect(declared.filter((reference) => !text.includes(`"${reference}"`))).toEqual([]);
  });

  test('has examples that fit their schemas, and schemas that compile', () => {
    const ajv = validatorOf(document);
    for (const { pointer } of schemasOf(document))
      ajv.compile({ $ref: `document#${pointer.replaceAll('{', '%7B').replaceAll('}', '%7D')}` });
    const examples = examplesOf(document);
    expect(examples.length).toBeGreaterThan(ofThis.length);
    const wrong = examples.flatMap(({ pointer, schema, value }) => {
      const validate = ajv.compile({ $ref: `document#${schema.replaceAll('{', '%7B').replaceAll('}', '%7D')}` });
      return validate(value) ? [] : [`${pointer}: ${ajv.errorsText(validate.errors)}`];
    });
    expect(wrong).toEqual([]);
  });
});

test('Orders are what the architecture guide says', () => {
  const schemas = documents.get('order')?.['components']?.['schemas'];
  expect(schemas?.['CreateOrderRequest']?.['required']).toEqual(['user_id', 'items']);
  expect(schemas?.['OrderItem']?.['required']).toEqual(['product_id', 'quantity']);
  expect(Object.keys(schemas?.['Order']?.['properties'] ?? {})).toEqual([
    'order_id',
    'user_id',
    'status',
    'created_at',
    'items',
  ]);
  expect(schemas?.['OrderStatus']?.['enum']).toEqual(['created', 'pending', 'shipped', 'delivered', 'cancelled']);
  expect(
    schemas?.['UserStatus'] ?? documents.get('user')?.['components']?.['schemas']?.['UserStatus']?.['enum'],
  ).toContain('active');
  const paths = documents.get('order')?.['paths'];
  expect(Object.keys(paths?.['/orders']?.['post']?.['responses'] ?? {})).toEqual(
    expect.arrayContaining(['201', '400', '401']),
  );
  expect(paths?.['/orders']?.['get']?.['parameters']).toContainEqual(
    expect.objectContaining({ name: 'user_id', in: 'query', required: true }),
  );
});

test.each([
  ['RegisterUserRequest', { email: 'ada@example.com', name: 'Ada\u0000', password: 'correct horse battery' }],
  ['RegisterUserRequest', { email: 'ada@example.com', name: 'Ada', password: 'correct horse battery', role: 'staff' }],
  ['CreateTokenRequest', { email: ['ada@example.com'], password: 'correct horse battery' }],
])('%s refuses hostile input', (schema, value) => {
  const document = documents.get('user');
  if (document === undefined) throw new Error('no document of user-service');
  expect(validatorOf(document).compile({ $ref: `document#/components/schemas/${schema}` })(value)).toBe(false);
});
