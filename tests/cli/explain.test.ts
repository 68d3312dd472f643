import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { project, repository, type Project, type Ran } from './project.ts';
import { readSchemaFile, schemaErrors } from './schemas.ts';

const MESH = `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio-injection: enabled } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: app, image: app }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders-v1, namespace: shop }
spec:
  replicas: 2
  template:
    metadata: { labels: { app: orders, version: v1 } }
    spec: { serviceAccountName: orders, containers: [{ name: app, image: app }] }
---
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { selector: { app: orders }, ports: [{ name: http, port: 80, targetPort: 8080 }] }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: orders, namespace: shop }
spec:
  hosts: [orders]
  http:
    - name: old
      match: [{ uri: { prefix: /old } }]
      redirect: { uri: /new }
    - name: api
      match: [{ uri: { prefix: /api }, method: { regex: GET|POST } }]
      timeout: 2s
      retries: { attempts: 1, perTryTimeout: 500ms, retryOn: 5xx }
      route: [{ destination: { host: orders } }]
`;

// The first command loads the whole library.
vi.setConfig({ testTimeout: 30_000 });

let here: Project;
beforeAll(() => {
  here = project();
  here.file('mesh.yaml', MESH);
});
afterAll(() => here.remove());

const explain = (...argv: readonly string[]): Promise<Ran> => here.weft(['explain', ...argv]);
const ask = (url: string, ...more: readonly string[]): Promise<Ran> =>
  explain('GET', url, '--from', 'shop/web', '-f', 'mesh.yaml', ...more);
const golden = (name: string): string => join(repository, 'tests/golden/explain', name);

describe('weft explain', () => {
  test('prints each step with object, file and line, the verdict last', async () => {
    const { code, out, err } = await ask('http://orders/api/7?a=b');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    await expect(out).toMatchFileSnapshot(golden('request.txt'));
    for (const [, line] of out.matchAll(/\(mesh\.yaml:(\d+)\)/g))
      expect(MESH.split('\n')[Number(line) - 1]).toMatch(/\S/);
  });

  test('two requests of the shop', async () => {
    const shop = (...argv: readonly string[]) =>
      here.weft(['explain', ...argv, '-f', join(repository, 'dist/microservices/prod')]);
    const between = await shop('GET', 'http://user-service/api/users/7', '--from', 'shop/order-service-v1');
    const outside = await shop('GET', 'http://order-service/api/orders', '--from', 'outside');
    // The lines of files move with every change of the shop.
    const steps = (text: string): string => text.replace(/ {2}\(.*?:\d+\)/g, '');
    await expect(steps(between.out)).toMatchFileSnapshot(golden('shop-between.txt'));
    await expect(steps(outside.out)).toMatchFileSnapshot(golden('shop-outside.txt'));
  });

  test('as JSON fits its schema', async () => {
    const { out } = await ask('http://orders/api/7', '-o', 'json');
    const document: unknown = JSON.parse(out);
    expect(schemaErrors('explanation', document)).toEqual([]);
    expect(document).toMatchObject({
      kind: 'Explanation',
      outcome: 'routed',
      status: null,
      timeout: '2s',
      tries: { attempts: 2, perTryTimeout: '500ms', on: ['5xx'], worstCase: '1.03s' },
      destinations: [{ cluster: 'outbound|80||orders.shop.svc.cluster.local', share: 1, replicas: 2 }],
    });
  });

  test.each([
    'http://orders/old',
    'http://orders/none',
    'http://else.example/',
    'tcp://orders:80',
    'http://orders:81/',
  ])('%s as JSON fits its schema', async (url) => {
    expect(schemaErrors('explanation', JSON.parse((await ask(url, '-o', 'json')).out))).toEqual([]);
  });

  test('a host that no file has is told, with one that is close', async () => {
    const { code, out } = await ask('http://orderz.shop/');
    expect(code).toBe(0);
    expect(out).toContain('no Service and no ServiceEntry has this name; did you mean orders.shop?');
    expect(out).toContain(
      'assumed: orderz.shop is outside of the mesh: no file has this host (did you mean orders.shop?)',
    );
    expect(out).toContain('passed through as it is');
  });

  test.each(['explanation', 'host-answers', 'routing-test-report', 'explanation-verification'])(
    'docs/schemas/examples/%s.json fits its schema, and another version would not',
    (name) => {
      const example = readSchemaFile(`examples/${name}.json`) as Record<string, unknown>;
      expect(schemaErrors(name, example)).toEqual([]);
      expect(schemaErrors(name, { ...example, schemaVersion: 2 })).not.toEqual([]);
      expect(schemaErrors(name, { ...example, more: true })).not.toEqual([]);
    },
  );
});

describe('weft explain --all', () => {
  test('is a table of every answer', async () => {
    const { code, out } = await ask('http://orders/', '--all');
    expect(code).toBe(0);
    await expect(out).toMatchFileSnapshot(golden('all.txt'));
  });

  test('as JSON fits its schema', async () => {
    const document = JSON.parse((await ask('http://orders/', '--all', '-o', 'json')).out) as {
      readonly answers: readonly { readonly when: string }[];
    }; // judged below
    expect(schemaErrors('host-answers', document)).toEqual([]);
    expect(document.answers.map(({ when }) => when)).toEqual([
      'path prefix "/old"',
      'path prefix "/api", method regex "GET|POST"',
      'every other request',
    ]);
  });
});

describe('weft explain --test', () => {
  const run = (yaml: string, ...more: readonly string[]): Promise<Ran> => {
    here.file('routes.yaml', yaml);
    return explain('--test', 'routes.yaml', '-f', 'mesh.yaml', ...more);
  };
  const GOOD = `
tests:
  - name: the API is retried
    from: [shop/web, shop/orders-v1]
    request: { method: [GET, POST], url: ['http://orders/api', 'http://orders.shop/api/7'], headers: { x-user: ['1', '2'] } }
    expect: { outcome: routed, rule: 1, virtualService: shop/orders, attempts: 2, timeout: 2s, destinations: [{ host: orders, share: 1 }] }
  - name: nothing else is let through
    from: shop/web
    request: { method: DELETE, url: http://orders/api }
    not: { outcome: routed }
`;

  test('lists multiply, negatives hold, what no request came to is told', async () => {
    const { code, out } = await run(GOOD);
    expect({ code, out }).toEqual({
      code: 0,
      out: 'rules that no request came to:\n  VirtualService shop/orders http[0]\n17 passed, 0 failed; 1 of 2 rules covered\n',
    });
  });

  test('what is not as expected fails, each with what it is instead', async () => {
    const { code, out } = await run(`
tests:
  - name: wrong
    from: shop/web
    request: { url: http://orders/api }
    expect: { timeout: 3s, destinations: [{ host: other }] }
    not: { outcome: routed, attempts: 2 }
`);
    expect(code).toBe(1);
    expect(out).toContain('failed: wrong\n  GET http://orders/api from shop/web\n');
    expect(out).toContain('timeout is "2s", not "3s"');
    expect(out).toContain('no destination is {"host":"other"} (there are orders.shop.svc.cluster.local 1)');
    expect(out).toContain('everything is as under `not`');
    expect(out).toContain('0 passed, 1 failed');
  });

  test('as JSON fits its schema', async () => {
    expect(schemaErrors('routing-test-report', JSON.parse((await run(GOOD, '-o', 'json')).out))).toEqual([]);
  });

  test.each([
    [
      'an unknown field',
      'tests:\n  - { name: a, from: shop/web, request: { url: http://orders/ }, expects: {} }',
      'routes.yaml:2 tests[0].expects',
    ],
    [
      'an unknown field of an expectation',
      'tests: [{ name: a, from: shop/web, request: { url: http://orders/ }, expect: { statuss: 200 } }]',
      'statuss',
    ],
    ['a test that expects nothing', 'tests: [{ name: a, from: shop/web, request: { url: http://orders/ } }]', 'expect'],
    ['no tests', 'tests: []', 'tests'],
    ['no YAML', 'tests: [', 'routes.yaml is no YAML'],
    ['nothing', '# to be written', 'routes.yaml is empty: write tests'],
  ])('%s is refused', async (_, yaml, says) => {
    const { code, out, err } = await run(yaml);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(says);
  });

  test('a file that is not there is told with its option', async () => {
    const { code, err } = await explain('--test', 'route.yaml', '-f', 'mesh.yaml');
    expect({ code, err }).toEqual({
      code: 2,
      err: expect.stringContaining('--test route.yaml: there is no such file') as string,
    });
  });

  test('a request that cannot be read fails its test only', async () => {
    const { code, out } = await run(
      'tests: [{ name: a, from: shop/nobody, request: { url: http://orders/ }, expect: { status: 200 } }]',
    );
    expect(code).toBe(1);
    expect(out).toContain('there is no workload "nobody" in the namespace "shop"');
  });
});

describe('bad input is one clear message', () => {
  test.each([
    ['nothing to ask', [], 'say a method and a URL'],
    ['no origin', ['GET', 'http://orders/'], '--from'],
    ['an origin that is none', ['GET', 'http://orders/', '--from', 'outsid'], 'Did you mean outside?'],
    ['an unknown workload', ['GET', 'http://orders/', '--from', 'shop/wep'], 'Did you mean shop/web?'],
    ['an unknown namespace', ['GET', 'http://orders/', '--from', 'shp/web'], 'There are some in shop'],
    ['an unknown gateway', ['GET', 'http://orders/', '--from', 'gateway:shop/edge'], 'there is no Gateway "shop/edge"'],
    ['a malformed URL', ['GET', 'http://', '--from', 'shop/web'], '"http://" is no URL'],
    ['a URL with a user', ['GET', 'http://a:b@orders/', '--from', 'shop/web'], 'user name'],
    ['an unknown scheme', ['GET', 'ftp://orders/', '--from', 'shop/web'], 'https://'],
    ['a port that is none', ['GET', 'http://orders:99999/', '--from', 'shop/web'], '65535'],
    ['a method that is none', ['G@T', 'http://orders/', '--from', 'shop/web'], 'no HTTP method'],
    ['a host that nobody can look up', ['GET', 'http://orderz/', '--from', 'shop/web'], 'did you mean orders?'],
    ['a host, for every answer', ['GET', 'http://orderz/', '--from', 'shop/web', '--all'], 'there is no host "orderz"'],
    ['a header without a value', ['GET', 'http://orders/', '--from', 'shop/web', '-H', 'x-user'], 'no name and value'],
  ] as const)('%s', async (_, argv, says) => {
    const { code, out, err } = await explain(...argv, '-f', 'mesh.yaml');
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(says);
    expect(err.trim().split('\n')).toHaveLength(1);
  });

  test.each([
    ['a folder without mesh objects', 'empty.yaml', 'there are no Services and no workloads in empty.yaml'],
    ['a path that is not there', 'nowhere', 'there is no file or folder nowhere'],
  ])('%s', async (_, path, says) => {
    here.file('empty.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n');
    const { code, out, err } = await explain('GET', 'http://orders/', '--from', 'shop/web', '-f', path);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(says);
    expect(err.trim().split('\n')).toHaveLength(1);
  });

  test('also as JSON', async () => {
    const { code, out } = await explain('GET', 'http://', '--from', 'shop/web', '-f', 'mesh.yaml', '-o', 'json');
    expect(code).toBe(2);
    expect(schemaErrors('failure', JSON.parse(out))).toEqual([]);
  });
});

test('the page of the command shows what it really prints', () => {
  const page = readFileSync(join(repository, 'docs/explain.md'), 'utf8');
  expect(page).toContain(readFileSync(golden('request.txt'), 'utf8').trimEnd());
  expect(page).toContain(readFileSync(golden('all.txt'), 'utf8').trimEnd());
});
