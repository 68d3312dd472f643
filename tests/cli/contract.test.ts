import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { project, repository, type Project } from './project.ts';
import { readSchemaFile, schemaErrors } from './schemas.ts';

const ORDERS = `openapi: 3.1.0
info: { title: Order Service }
servers: [{ url: /api }]
paths:
  /orders:
    get: { operationId: listOrders, summary: List the orders }
    post: { summary: Place an order }
`;
const MODULE = `// Generated from openapi.yaml by \`npx weft contract openapi.yaml\`; do not edit.
import type { HttpContract } from 'weftmesh';

/** What order-service answers. */
export const orderService = {
  protocol: 'http',
  name: 'order-service',
  basePath: '/api',
  operations: {
    /** List the orders */
    listOrders: { method: 'GET', path: '/orders', security: 'none' },
    /** Place an order */
    postOrders: { method: 'POST', path: '/orders', security: 'none' },
  },
} as const satisfies HttpContract;
`;
const NOTE = `note: openapi.yaml: paths["/orders"].post.operationId: is missing; the operation is named "postOrders"
  why: a name made of the path changes with the path
  fix: write \`operationId: postOrders\`, or a better name
`;

let here: Project;
beforeAll(() => {
  here = project();
  here.file('openapi.yaml', ORDERS);
  here.file('openapi.json', JSON.stringify({ openapi: '3.0.3', paths: { '/a': { get: { operationId: 'a' } } } }));
});
afterAll(() => {
  here.remove();
});

describe('weft contract', () => {
  test('prints the module on stdout and notes, with file and field, on stderr', async () => {
    expect(await here.weft(['contract', 'openapi.yaml'])).toEqual({ code: 0, out: MODULE, err: NOTE });
  });

  test('takes stdin, a name and a constant, and says so in the module', async () => {
    const stdin = (): Promise<string> => Promise.resolve(ORDERS);
    const { code, out, err } = await here.weft(['contract', '-', '--name', 'orders', '--constant', 'Orders1'], {
      stdin,
    });
    expect(code).toBe(0);
    expect(out).toContain('// Generated from stdin by `npx weft contract - --name orders --constant Orders1`;');
    expect(out).toContain("\nexport const Orders1 = {\n  protocol: 'http',\n  name: 'orders',\n");
    expect(err).toMatch(/^note: stdin: paths/);
  });

  test('reads JSON', async () => {
    const { code, out } = await here.weft(['contract', 'openapi.json', '--name', 'default']);
    expect(code).toBe(0);
    expect(out).toContain("export const defaultContract = {\n  protocol: 'http',\n  name: 'default',\n");
  });

  test('in JSON is one document that fits its schema', async () => {
    const { code, out, err } = await here.weft(['contract', 'openapi.yaml', '-o', 'json']);
    expect({ code, err }).toEqual({ code: 0, err: NOTE });
    const report: unknown = JSON.parse(out);
    expect(schemaErrors('contract-report', report)).toEqual([]);
    expect(report).toMatchObject({
      kind: 'ContractReport',
      file: 'openapi.yaml',
      constant: 'orderService',
      contract: { name: 'order-service', operations: { listOrders: { method: 'GET', path: '/orders' } } },
      notes: [{ path: 'paths["/orders"].post.operationId' }],
      source: MODULE,
    });
  });

  test('a file name cannot break out of the comment that holds it', async () => {
    here.file("it's\n} evil", ORDERS);
    const { out } = await here.weft(['contract', "it's\n} evil"]);
    expect(out.split('\n')[1]).toBe("import type { HttpContract } from 'weftmesh';");
    expect(out.split('\n')[0]).toBe(
      String.raw`// Generated from it's } evil by ${'`'}npx weft contract 'it'\''s } evil'${'`'}; do not edit.`,
    );
  });
});

describe('what cannot be used is exit code 2, one clear message, and nothing on stdout', () => {
  const cases: readonly {
    readonly what: string;
    readonly text?: string;
    readonly argv?: readonly string[];
    readonly says: readonly string[];
    readonly problems?: readonly string[];
    readonly place?: object;
  }[] = [
    {
      what: 'several problems, all at once',
      text: `${ORDERS}    gett: {}\n  /a//b: { get: {} }\n`,
      says: [
        'error: 2 problems, no contract was written\n',
        '  bad.yaml: paths["/orders"].gett\n    "gett" is no method that OpenAPI 3.0 and 3.1 know: the operation would be missing',
        'To fix it: did you mean "get"?',
        '  bad.yaml: paths["/a//b"]\n    the path "/a//b" has an empty segment',
      ],
      problems: ['bad.yaml: paths["/orders"].gett', 'bad.yaml: paths["/a//b"]'],
    },
    { what: 'Swagger 2', text: 'swagger: "2.0"', says: ['swagger', 'convert it'], problems: ['bad.yaml: swagger'] },
    { what: 'an empty file', text: '', says: ['the document is null'], problems: ['bad.yaml'] },
    { what: 'a list', text: '[]', says: ['the document is a list'], problems: ['bad.yaml'] },
    {
      what: 'broken YAML',
      text: 'openapi: 3.1.0\npaths: [\n',
      says: ['bad.yaml is neither YAML nor JSON', 'at bad.yaml:3'],
      place: { file: 'bad.yaml', line: 3 },
    },
    {
      what: 'a bomb of aliases',
      text: ['a0: &a0 [x, x]', ...Array.from({ length: 20 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]`)].join(
        '\n',
      ),
      says: ['bad.yaml is neither YAML nor JSON', 'alias'],
    },
    {
      what: 'brackets without end',
      text: '['.repeat(50_000),
      says: ['bad.yaml is neither YAML nor JSON', 'at bad.yaml:1'],
      place: { file: 'bad.yaml', line: 1 },
    },
    {
      what: 'no title',
      text: 'openapi: 3.1.0\npaths: { /a: { get: {} } }',
      says: ['bad.yaml: info.title is missing', '--name order-service'],
    },
    { what: 'a title in letters we have none for', text: ORDERS.replace('Order Service', '注文'), says: ['--name'] },
    {
      what: 'no such file',
      argv: ['contract', 'openapi.yml'],
      says: ['openapi.yml: there is no such file, so there is no contract to write'],
    },
    { what: 'a folder', argv: ['contract', 'folder'], says: ['folder: is a folder'] },
    { what: 'no file at all', argv: ['contract'], says: ["missing required argument 'file'"] },
    {
      what: 'a name that is no Service',
      argv: ['contract', 'openapi.yaml', '--name', 'Order_Service'],
      says: ['--name: "Order_Service" is no DNS label', 'for example "order-service"'],
    },
    {
      what: 'a constant that is a word of the language',
      argv: ['contract', 'openapi.yaml', '--constant', 'class'],
      says: ['--constant class: a module cannot export', '--constant orderService'],
    },
    {
      what: 'a constant with more in it',
      argv: ['contract', 'openapi.yaml', '--constant', 'a = 1; export const b'],
      says: ['--constant a = 1; export const b: a module cannot export'],
    },
  ];
  test.each(cases)('$what', async ({ text, argv = ['contract', 'bad.yaml'], says, problems = [], place = null }) => {
    mkdirSync(join(here.folder, 'folder'), { recursive: true });
    here.file('bad.yaml', text ?? '');
    const { code, out, err } = await here.weft(argv);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    for (const part of says) expect(err).toContain(part);
    expect(err).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
    const asked = await here.weft([...argv, '-o', 'json']);
    expect(asked.code).toBe(2);
    const failure = JSON.parse(asked.out) as { readonly problems: readonly { readonly path: string }[] };
    expect(schemaErrors('failure', failure)).toEqual([]);
    expect(failure).toMatchObject({ command: 'contract', exitCode: 2, place });
    expect(failure.problems.map(({ path }) => path)).toEqual(problems);
  });
});

test('the contract of every sample service comes out as the repository has it', async () => {
  const read = (path: string): Promise<string> => Promise.resolve(readFileSync(join(repository, path), 'utf8'));
  const { code, out } = await here.weft(['contract', 'apps/order/contract/openapi.yaml'], { read });
  expect(code).toBe(0);
  const kept = readFileSync(join(repository, 'charts-src/imports/contracts/order-service.ts'), 'utf8');
  const body = (text: string): string => text.slice(text.indexOf('/** What'));
  expect(body(out)).toBe(body(kept));
});

test('docs/schemas/examples/contract-report.json fits its schema, and another version would not', () => {
  const example = readSchemaFile('examples/contract-report.json');
  expect(schemaErrors('contract-report', example)).toEqual([]);
  expect(schemaErrors('contract-report', { ...(example as object), schemaVersion: 2 })).not.toEqual([]);
});
