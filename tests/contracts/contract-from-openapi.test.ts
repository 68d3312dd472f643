import { transform } from 'esbuild';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contractFromOpenApi, type ContractReading } from '../../scripts/cli/contract/contract-from-openapi.ts';
import { contractConstant, contractSource } from '../../scripts/cli/contract/contract-source.ts';
import { formatFinding } from '../../scripts/cli/contract/finding.ts';
import { relation } from '../../charts-src/model/path-template.ts';

type Ok = Extract<ContractReading, { readonly ok: unknown }>;

const bearer = { type: 'http', scheme: 'Bearer' };
/** A document with these paths, and whatever else. */
const withPaths = (paths: unknown, more: object = {}): unknown => ({
  openapi: '3.1.0',
  info: { title: 'x', version: '1' },
  paths,
  ...more,
});
const get = (operationId?: string, more: object = {}): object => ({
  get: { ...(operationId !== undefined && { operationId }), ...more },
});
const withServer = (url: unknown, variables?: object): unknown =>
  withPaths({ '/a': get('a') }, { servers: [{ url, ...(variables && { variables }) }] });

const ok = (document: unknown): Ok => {
  const reading = contractFromOpenApi(document, 'some-service');
  if ('problems' in reading) throw new Error(reading.problems.map((problem) => formatFinding('', problem)).join('\n'));
  return reading;
};
const problems = (document: unknown, name = 'some-service'): string[] => {
  const reading = contractFromOpenApi(document, name);
  return 'problems' in reading ? reading.problems.map(({ path, message }) => `${path}: ${message}`) : [];
};

describe('what is read', () => {
  test.each([
    {
      name: 'OpenAPI 3.0',
      document: { ...(withPaths({ '/a': get('a') }) as object), openapi: '3.0.3' },
      operations: { a: { method: 'GET', path: '/a', security: 'none' } },
    },
    {
      name: 'every method',
      document: withPaths({
        '/a': Object.fromEntries(
          ['get', 'head', 'options', 'put', 'delete', 'post', 'patch'].map((method) => [
            method,
            { operationId: method },
          ]),
        ),
      }),
      operations: Object.fromEntries(
        ['get', 'head', 'options', 'put', 'delete', 'post', 'patch'].map((method) => [
          method,
          { method: method.toUpperCase(), path: '/a', security: 'none' },
        ]),
      ),
    },
    {
      name: 'what is beside operations',
      document: withPaths({
        'x-note': 1,
        '/a': { ...get('a'), summary: 's', description: 'd', parameters: [], servers: [{ url: '/' }], 'x-more': 1 },
      }),
      operations: { a: { method: 'GET', path: '/a', security: 'none' } },
    },
    {
      name: 'a name from method and path',
      document: withPaths({ '/': get(), '/users/{user_id}/open-orders/{id}': get() }),
      operations: {
        getRoot: { method: 'GET', path: '/', security: 'none' },
        getUsersByUserIdOpenOrdersById: { method: 'GET', path: '/users/{user_id}/open-orders/{id}', security: 'none' },
      },
    },
    {
      name: 'a path item by reference',
      document: withPaths(
        {
          '/a': { $ref: '#/components/pathItems/A' },
          '/b': { $ref: '#/paths/~1c~1%7Bid%7D', get: { operationId: 'b' } },
          '/c/{id}': get('c'),
        },
        { components: { pathItems: { A: get('a') } } },
      ),
      operations: {
        a: { method: 'GET', path: '/a', security: 'none' },
        b: { method: 'GET', path: '/b', security: 'none' },
        c: { method: 'GET', path: '/c/{id}', security: 'none' },
      },
    },
    {
      name: 'a key at the path, by reference, only where it matters',
      document: withPaths(
        {
          '/a': {
            parameters: [{ $ref: '#/components/parameters/Key' }],
            post: { operationId: 'post' },
            put: { operationId: 'put' },
          },
        },
        { components: { parameters: { Key: { name: 'idempotency-key', in: 'header' } } } },
      ),
      operations: {
        post: { method: 'POST', path: '/a', security: 'none', idempotencyKey: true },
        put: { method: 'PUT', path: '/a', security: 'none' },
      },
    },
    {
      name: 'a key in the query is none',
      document: withPaths({
        '/a': { post: { operationId: 'a', parameters: [{ name: 'Idempotency-Key', in: 'query' }] } },
      }),
      operations: { a: { method: 'POST', path: '/a', security: 'none' } },
    },
    {
      name: 'a path that ends with a slash',
      document: withPaths({ '/a/': get('slash'), '/a': get('a') }),
      operations: {
        a: { method: 'GET', path: '/a', security: 'none' },
        slash: { method: 'GET', path: '/a/', security: 'none' },
      },
    },
    {
      name: 'names that are no identifiers',
      document: withPaths({ '/a': get('a.b'), '/c': get('constructor') }),
      operations: {
        'a.b': { method: 'GET', path: '/a', security: 'none' },
        constructor: { method: 'GET', path: '/c', security: 'none' },
      },
    },
  ])('$name', ({ document, operations }) => expect(ok(document).ok.operations).toEqual(operations));

  test.each([
    ['/api', undefined, '/api'],
    ['/', undefined, ''],
    ['', undefined, ''],
    ['https://api.example.com', undefined, ''],
    ['https://api.example.com/v1/', undefined, '/v1'],
    ['https://user@[::1]:8443/v1', undefined, '/v1'],
    ['//api.example.com/v1', undefined, '/v1'],
    [
      'https://{region}.example.com:{port}/{version}',
      { region: { default: 'eu' }, port: { default: '443' }, version: { default: 'v2' } },
      '/v2',
    ],
    ['{scheme}://api.example.com/v1', { scheme: { default: 'https', enum: ['http', 'https'] } }, '/v1'],
    ['{host}/v1', { host: { default: 'https://api.example.com' } }, '/v1'],
  ])('server %j %j has the path %j', (url, variables, basePath) => {
    const reading = ok(withServer(url, variables));
    expect(reading.ok.basePath).toBe(basePath);
    expect(reading.notes).toEqual([]);
  });

  test('several servers with one path, and servers of an operation that lead to the same', () => {
    const servers = [{ url: 'https://a.example/v1' }, { url: 'https://b.example/v1' }];
    expect(ok(withPaths({ '/a': get('a', { servers: [{ url: '/v1' }] }) }, { servers })).ok.basePath).toBe('/v1');
  });

  test('the prefix can be given', () => {
    const document = withPaths({ '/a': get('a') }, { servers: [{ url: 'one' }, { url: '/two' }] });
    expect(contractFromOpenApi(document, 'some-service', { basePath: '/v1' })).toMatchObject({
      ok: { basePath: '/v1' },
    });
    expect(contractFromOpenApi(document, 'some-service', { basePath: '/v*' })).toHaveProperty('problems');
  });

  test.each([
    { name: 'nothing said', root: undefined, own: undefined, security: 'none' },
    { name: 'inherited', root: [{ token: [] }], own: undefined, security: 'user' },
    { name: 'overridden by none', root: [{ token: [] }], own: [], security: 'none' },
    { name: 'overridden by a token', root: [], own: [{ oauth: ['read'] }], security: 'user' },
    { name: 'with a role', root: undefined, own: [{ token: ['staff'] }], security: 'user' },
    { name: 'a token and a key', root: undefined, own: [{ token: [], key: [] }], security: 'user', notes: 1 },
    { name: 'a token or nothing', root: undefined, own: [{ token: [] }, {}], security: 'none', notes: 1 },
    { name: 'a token or a key', root: undefined, own: [{ token: [] }, { key: [] }], security: 'none', notes: 2 },
    { name: 'basic', root: [{ basic: [] }], own: undefined, security: 'none', notes: 1 },
    { name: 'one token or another', root: [{ token: [] }, { oidc: [] }], own: undefined, security: 'user' },
  ])('security: $name', ({ root, own, security, notes = 0 }) => {
    const reading = ok(
      withPaths(
        { '/a': get('a', own && { security: own }) },
        {
          ...(root && { security: root }),
          components: {
            securitySchemes: {
              token: { $ref: '#/components/securitySchemes/bearer' },
              bearer,
              oauth: { type: 'oauth2' },
              oidc: { type: 'openIdConnect' },
              key: { type: 'apiKey' },
              basic: { type: 'http', scheme: 'basic' },
            },
          },
        },
      ),
    );
    expect(reading.ok.operations['a']?.security).toBe(security);
    expect(reading.notes).toHaveLength(notes);
  });
});

describe('what is noted', () => {
  const notesOf = (document: unknown): string[] => ok(document).notes.map(({ path, message }) => `${path}: ${message}`);
  test.each([
    {
      name: 'a missing name',
      document: withPaths({ '/a': get() }),
      notes: ['paths["/a"].get.operationId: is missing; the operation is named "getA"'],
    },
    {
      name: 'a template over a fixed path',
      document: withPaths({ '/users/me': get('getMe'), '/users/{id}': get('getUser') }),
      notes: ['paths["/users/{id}"].get: "/users/{id}" covers "/users/me" of "getMe"'],
    },
    {
      name: 'templates across each other',
      document: withPaths({ '/a/{id}/c': get('one'), '/a/b/{id}': get('two') }),
      notes: ['paths["/a/b/{id}"].get: some requests are both "one" and "two"'],
    },
    {
      name: 'nothing for other methods or other lengths',
      document: withPaths({
        '/users/me': { put: { operationId: 'putMe' } },
        '/users/{id}': get('getUser'),
        '/users/{id}/x': get('getX'),
        '/users/': get('slash'),
      }),
      notes: [],
    },
    {
      name: 'a path that varies by server',
      document: withServer('/{v}', { v: { default: 'v1', enum: ['v1', 'v2'] } }),
      notes: ['servers[0].variables.v.default: "v1" is taken, and other values lead to other paths: "/v1", "/v2"'],
    },
  ])('$name', ({ document, notes }) => expect(notesOf(document)).toEqual(notes));

  test('a fixed path that loses its token below an open template', () => {
    const document = withPaths(
      { '/users/me': get('getMe', { security: [{ token: [] }] }), '/users/{id}': get('getUser') },
      { components: { securitySchemes: { token: bearer } } },
    );
    expect(ok(document).notes[0]?.why).toBe('whoever may call "getUser" may call "getMe" too, and without a token');
  });
});

describe('what is refused', () => {
  test.each([
    { name: 'text', document: 'openapi: 3.1.0', found: [': the document is "openapi: 3.1.0"'] },
    { name: 'nothing', document: undefined, found: [': the document is missing'] },
    { name: 'a list', document: [], found: [': the document is a list'] },
    { name: 'no version', document: {}, found: ['openapi: is missing'] },
    { name: 'a number as version', document: { openapi: 3.1 }, found: ['openapi: is 3.1'] },
    { name: 'a later version', document: { openapi: '3.2.0' }, found: ['openapi: is "3.2.0"'] },
    { name: 'Swagger', document: { swagger: '2.0' }, found: ['swagger: is "2.0"'] },
    { name: 'no paths', document: { openapi: '3.1.0', webhooks: {} }, found: ['paths: holds no operation'] },
    { name: 'paths that are a list', document: withPaths([]), found: ['paths: is a list'] },
    { name: 'a path that is empty', document: withPaths({ '/a': null }), found: ['paths["/a"]: is null'] },
    {
      name: 'an operation that is text',
      document: withPaths({ '/a': { get: 'x' } }),
      found: ['paths["/a"].get: is "x"'],
    },
    {
      name: 'TRACE',
      document: withPaths({ '/a': { trace: { operationId: 'a' } } }),
      found: ['paths["/a"].trace: TRACE is no method that an edge can allow'],
    },
    {
      name: 'QUERY',
      document: withPaths({ '/a': { query: { operationId: 'a' } } }),
      found: ['paths["/a"].query: "query" is no method that OpenAPI 3.0 and 3.1 know'],
    },
    {
      name: 'a method in capitals',
      document: withPaths({ '/a': { GET: { operationId: 'a' } } }),
      found: ['paths["/a"].GET: "GET" is no method that OpenAPI 3.0 and 3.1 know'],
    },
    {
      name: 'a name that every object has',
      document: withPaths({ '/a': { constructor: {} } }),
      found: ['paths["/a"].constructor: "constructor" is no method that OpenAPI 3.0 and 3.1 know'],
    },
    {
      name: 'an operationId that is a number',
      document: withPaths({ '/a': { get: { operationId: 1 } } }),
      found: ['paths["/a"].get.operationId: is 1'],
    },
    {
      name: 'an empty operationId',
      document: withPaths({ '/a': get('') }),
      found: ['paths["/a"].get.operationId: is ""'],
    },
    {
      name: 'an operationId that is no property',
      document: withPaths({ '/a': get('__proto__') }),
      found: ['paths["/a"].get.operationId: is "__proto__"'],
    },
    {
      name: 'an operationId twice',
      document: withPaths({ '/a': get('a'), '/b': get('a') }),
      found: ['paths["/b"].get.operationId: "a" is also the operationId of paths["/a"].get'],
    },
    {
      name: 'a made name that is taken',
      document: withPaths({ '/a': get(), '/b': get('getA') }),
      found: [
        'paths["/a"].get.operationId: is missing, and "getA", the name made of method and path, is that of paths["/b"].get',
      ],
    },
    {
      name: 'one path under two names',
      document: withPaths({ '/a/{x}': get('one'), '/a/{y}': get('two') }),
      found: ['paths["/a/{y}"].get: "two" has the same requests as "one", paths["/a/{x}"].get'],
    },
    {
      name: 'a path without slash',
      document: withPaths({ a: get('a') }),
      found: ['paths.a: the path "a" does not begin with "/"'],
    },
    {
      name: 'a query',
      document: withPaths({ '/a?b=1': get('a') }),
      found: ['paths["/a?b=1"]: the path "/a?b=1" holds a query or a fragment'],
    },
    {
      name: 'an empty segment',
      document: withPaths({ '/a//b': get('a') }),
      found: ['paths["/a//b"]: the path "/a//b" has an empty segment'],
    },
    {
      name: 'dots',
      document: withPaths({ '/a/../b': get('a') }),
      found: ['paths["/a/../b"]: the path "/a/../b" has the segment ".."'],
    },
    {
      name: 'part of a segment',
      document: withPaths({ '/files/{id}.json': get('a') }),
      found: ['paths["/files/{id}.json"]: "{id}.json" in "/files/{id}.json" varies in a part of a segment only'],
    },
    {
      name: 'a verb after a colon',
      document: withPaths({ '/a/{id}:start': get('a') }),
      found: ['paths["/a/{id}:start"]: "{id}:start" in "/a/{id}:start" varies in a part of a segment only'],
    },
    {
      name: 'several segments',
      document: withPaths({ '/a/{path*}': get('a') }),
      found: ['paths["/a/{path*}"]: "{path*}" in "/a/{path*}" means several segments'],
    },
    {
      name: 'an open brace',
      document: withPaths({ '/a/{id': get('a') }),
      found: ['paths["/a/{id"]: "{id" in "/a/{id" has a brace without its partner, or nothing between two'],
    },
    {
      name: 'nothing between braces',
      document: withPaths({ '/a/{}': get('a') }),
      found: ['paths["/a/{}"]: "{}" in "/a/{}" has a brace without its partner, or nothing between two'],
    },
    { name: 'a star', document: withPaths({ '/a/*': get('a') }), found: ['paths["/a/*"]: "*" in "/a/*" holds "*"'] },
    {
      name: 'letters to encode',
      document: withPaths({ '/straße': get('a') }),
      found: ['paths["/straße"]: "straße" in "/straße" has letters that no path holds'],
    },
    {
      name: 'a reference to another file',
      document: withPaths({ '/a': { $ref: './a.yaml#/a' } }),
      found: ['paths["/a"].$ref: "./a.yaml#/a" leads out of the document'],
    },
    {
      name: 'a reference to nothing',
      document: withPaths({ '/a': { $ref: '#/components/pathItems/A' } }),
      found: ['paths["/a"].$ref: "#/components/pathItems/A" leads to nothing'],
    },
    {
      name: 'a reference to itself',
      document: withPaths({ '/a': { $ref: '#/paths/~1a' } }),
      found: ['paths["/a"].$ref: "#/paths/~1a" leads back to itself'],
    },
    {
      name: 'a reference with a lone percent',
      document: withPaths({ '/a': { $ref: '#/%' } }),
      found: ['paths["/a"].$ref: "#/%" leads to nothing'],
    },
    {
      name: 'parameters that are no list',
      document: withPaths({ '/a': get('a', { parameters: {} }) }),
      found: ['paths["/a"].get.parameters: is an object'],
    },
    {
      name: 'a parameter by a reference to nothing',
      document: withPaths({ '/a': { ...get('a'), parameters: [{ $ref: '#/components/parameters/A' }] } }),
      found: ['paths["/a"].parameters[0].$ref: "#/components/parameters/A" leads to nothing'],
    },
    {
      name: 'servers that are no list',
      document: withPaths({ '/a': get('a') }, { servers: { url: '/' } }),
      found: ['servers: is an object'],
    },
    { name: 'a server without URL', document: withServer(undefined), found: ['servers[0].url: is missing'] },
    {
      name: 'a relative server',
      document: withServer('./v1'),
      found: ['servers[0].url: "./v1" has neither a scheme nor a "/" at its beginning'],
    },
    {
      name: 'a server without scheme',
      document: withServer('api.example.com/v1'),
      found: ['servers[0].url: "api.example.com/v1" has neither a scheme nor a "/" at its beginning'],
    },
    {
      name: 'a server variable that is not declared',
      document: withServer('/{v}'),
      found: ['servers[0].variables.v.default: is missing'],
    },
    {
      name: 'a server variable that is a number',
      document: withServer('/v{v}', { v: { default: 1 } }),
      found: ['servers[0].variables.v.default: is 1'],
    },
    {
      name: 'a server with a query',
      document: withServer('https://a.example/v1?key=1'),
      found: ['servers[0].url: the path "/v1?key=1" holds a query or a fragment'],
    },
    {
      name: 'servers with different paths',
      document: withPaths({ '/a': get('a') }, { servers: [{ url: '/v1' }, { url: 'https://a.example' }] }),
      found: ['servers: the servers have different paths: "/v1", "/"'],
    },
    {
      name: 'a server of a path alone',
      document: withPaths({ '/a': { ...get('a'), servers: [{ url: '/v1' }] } }),
      found: ['paths["/a"].servers: leads to "/v1", while the document\'s own servers lead to "/"'],
    },
    {
      name: 'a server of an operation alone',
      document: withPaths({ '/a': get('a', { servers: [{ url: '/v1' }] }) }),
      found: ['paths["/a"].get.servers: leads to "/v1", while the document\'s own servers lead to "/"'],
    },
    {
      name: 'security that is no list',
      document: withPaths({ '/a': get('a') }, { security: { token: [] } }),
      found: ['security: is an object'],
    },
    {
      name: 'security that names nothing',
      document: withPaths(
        { '/a': get('a', { security: [{ token: [] }] }) },
        { components: { securitySchemes: { tokens: bearer } } },
      ),
      found: ['paths["/a"].get.security: names the security scheme "token", which is not declared (declared: tokens)'],
    },
  ])('$name', ({ document, found }) => expect(problems(document)).toEqual(found));

  test('a name that is no DNS label, together with everything else', () => {
    expect(problems(withPaths({ '/a': get(''), '/b?': get('b') }), 'Order_Service')).toEqual([
      ': the service name "Order_Service" is no DNS label: use a-z, 0-9 and "-", starting with a letter, for example "order-service"',
      'paths["/a"].get.operationId: is ""',
      'paths["/b?"]: the path "/b?" holds a query or a fragment',
    ]);
  });

  test('a message says where, what, why and how to fix', () => {
    const reading = contractFromOpenApi(withPaths({ '/files/{id}.json': get('a') }), 'some-service');
    expect('problems' in reading && reading.problems.map((problem) => formatFinding('openapi.yaml', problem))).toEqual([
      [
        'openapi.yaml: paths["/files/{id}.json"]: "{id}.json" in "/files/{id}.json" varies in a part of a segment only',
        '  why: the template `{*}` of an Istio policy stands for a whole segment; Istio refuses the policy',
        '  fix: make the part a segment of its own, for example "/files/{id}/json"; or, where the whole segment may vary, "/files/{name}"',
      ].join('\n'),
    ]);
  });

  test('any value gives a contract or problems, and never an exception', () => {
    const path = fc.oneof(fc.string(), fc.constantFrom('/', '/a', '/a/{id}', '/{a}.{b}'));
    const anything = fc.jsonValue();
    fc.assert(
      fc.property(
        fc.dictionary(
          path,
          fc.oneof(anything, fc.dictionary(fc.constantFrom('get', 'post', 'servers', 'parameters', '$ref'), anything)),
        ),
        anything,
        anything,
        (paths, servers, security) => {
          const reading = contractFromOpenApi(withPaths(paths, { servers, security }), 'some-service');
          expect('ok' in reading || reading.problems.length > 0).toBe(true);
        },
      ),
    );
  });
});

test.each([
  ['/a/{x}', '/a/{y}', 'same'],
  ['/a/{x}', '/a/b', 'covers'],
  ['/a/b', '/a/{x}', 'covered'],
  ['/{x}/b', '/a/{x}', 'overlap'],
  ['/a', '/b', 'apart'],
  ['/a', '/a/', 'apart'],
  ['/', '/{x}', 'apart'],
  ['/a/', '/a/{x}', 'apart'],
])('%s and %s: %s', (one, other, expected) => expect(relation(one, other)).toBe(expected));

describe('the module', () => {
  const evaluated = async (source: string): Promise<unknown> => {
    const { code } = await transform(source, { loader: 'ts', format: 'esm' });
    return import(`data:text/javascript,${encodeURIComponent(code)}`);
  };
  const sourceOptions = { origin: 'openapi.yaml', command: 'weft contract' };

  test('says the same whatever the order of the document', () => {
    const paths = { '/b': get('b'), '/a': { ...get('a'), put: { operationId: 'c' } } };
    const reversed = Object.fromEntries(Object.entries(paths).reverse());
    expect(contractSource(ok(withPaths(paths)), sourceOptions)).toBe(
      contractSource(ok(withPaths(reversed)), sourceOptions),
    );
  });

  test('is what a user of the package writes to a file', () => {
    const document = withPaths(
      {
        '/users/{id}': {
          get: { summary: 'Show a user', operationId: 'getUser', security: [{ token: [] }] },
          delete: { operationId: 'remove-user' },
        },
      },
      { servers: [{ url: 'https://api.example.com/v1' }], components: { securitySchemes: { token: bearer } } },
    );
    expect(contractSource(ok(document), sourceOptions))
      .toBe(`// Generated from openapi.yaml by \`weft contract\`; do not edit.
import type { HttpContract } from 'weftmesh';

/** What some-service answers. */
export const someService = {
  protocol: 'http',
  name: 'some-service',
  basePath: '/v1',
  operations: {
    /** Show a user */
    getUser: { method: 'GET', path: '/users/{id}', security: 'user' },
    /** DELETE /users/{id} */
    'remove-user': { method: 'DELETE', path: '/users/{id}', security: 'none' },
  },
} as const satisfies HttpContract;
`);
  });

  test('run, is the contract: whatever names and summaries hold', async () => {
    const odd = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom("'", '"', '\'"', '\\', '\\"', '*/', '*/ evil(); /*', '${x}', '`', '\u2028', '\n', 'default'),
    );
    await fc.assert(
      fc.asyncProperty(odd, odd, async (operationId, summary) => {
        const reading = contractFromOpenApi(withPaths({ '/a': get(operationId, { summary }) }), 'some-service');
        if ('problems' in reading) return;
        expect(await evaluated(contractSource(reading, sourceOptions))).toMatchObject({ someService: reading.ok });
      }),
      { numRuns: 60 },
    );
  });

  test.each([
    ['order-service', 'orderService'],
    ['v1-2-api', 'v12Api'],
    ['import', 'importContract'],
    ['default', 'defaultContract'],
  ])('of %s exports %s', (service, constant) => expect(contractConstant(service)).toBe(constant));
});
