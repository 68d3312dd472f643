import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { CheckReport } from '../../charts-src/check/report.ts';
import { declarationIn } from '../../charts-src/model/declaration.ts';
import { project, repository, type Project } from './project.ts';

const index = JSON.stringify(join(repository, 'charts-src/index.ts'));

/** A mesh in which a route, a service, an edge and a DestinationRule of a caller each have a line of their own. */
const MAIN = `import { ManifestObject, Mesh, MeshApp, MeshChart, MeshService, seconds, VirtualService } from ${index};
import { route } from './route.ts';
const contract = { protocol: 'http', name: 'users', basePath: '/api', operations: { getUser: { method: 'GET', path: '/users/{id}' } } } as const;
const app = new MeshApp();
for (const stage of ['dev', 'prod']) {
  const mesh = new Mesh(app, stage, { images: { byTag: 'a test' }, namespaces: ['shop'] });
  const users = new MeshService(mesh, 'users', {
    contract,
    versions: { v1: { image: 'users:1' } },
  });
  const orders = new MeshService(mesh, 'orders', { contract: { ...contract, name: 'orders' }, versions: { v1: { image: 'orders:1' } } });
  orders.calls(users, {
    operations: ['getUser'],
    timeout: seconds(2),
    connectionPool: { tcp: { maxConnections: 7 } },
  });
  const more = new MeshChart(mesh, 'more', { namespace: 'shop', file: stage + '/more' });
  route(more);
  new ManifestObject(more, 'settings', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' } }, () => ({ data: { stage } }));
}
app.synth();
`;

/** A file of the user beside the main one. */
const ROUTE = `import { VirtualService } from ${index};
export const route = (scope) =>
  new VirtualService(scope, 'route', {
    metadata: { name: 'route' },
    spec: { hosts: ['nobody.shop.svc.cluster.local'], http: [{ route: [{ destination: { host: 'nobody.shop.svc.cluster.local' } }] }] },
  });
`;

// Each test runs a TypeScript app, some of them several times.
vi.setConfig({ testTimeout: 60_000 });

let here: Project;
beforeEach(() => {
  here = project();
  here.file('main.ts', MAIN);
  here.file('route.ts', ROUTE);
});
afterEach(() => {
  here.remove();
});

/** Where in the TypeScript each finding of a kind of object is said to come from, in prod. */
async function sources(kind: string, name: string, argv: readonly string[] = []): Promise<readonly string[]> {
  const { out } = await here.weft(['check', ...argv, '-o', 'json']);
  const { findings, suppressed } = JSON.parse(out) as CheckReport; // another test looks at its shape
  const lines = [...findings, ...suppressed]
    .filter(({ object, file }) => object?.kind === kind && object.name === name && file.includes('prod/'))
    .map(({ source }) => (source ? `${source.file}:${source.line}` : 'nowhere'));
  return [...new Set(lines)];
}

describe('the line of TypeScript', () => {
  test('is that of the innermost line of the user, in whatever file', async () => {
    await here.weft(['synth']);
    expect(await sources('VirtualService', 'route')).toEqual(['route.ts:3']);
  });

  test('is in the text, with what stands there', async () => {
    await here.weft(['synth']);
    const { out } = await here.weft(['check']);
    expect(out).toContain("\n      route.ts:3   new VirtualService(scope, 'route', {\n");
  });

  test('is kept for services, objects, and for the parts that edges make', async () => {
    await here.weft(['synth']);
    const { files } = JSON.parse(readFileSync(join(here.folder, 'build/weft-sources.json'), 'utf8')) as {
      readonly files: Readonly<
        Record<
          string,
          {
            readonly sources: readonly (readonly [string, string])[];
            readonly lines: Readonly<
              Record<string, readonly [number, number, Readonly<Record<string, readonly number[]>>?]>
            >;
          }
        >
      >;
    };
    expect(Object.keys(files)).toContain('dist/prod/users.k8s.yaml');
    const all = Object.values(files).flatMap(({ sources, lines }) =>
      Object.values(lines).flatMap(([source, line, parts = {}]) => [
        `${sources[source]?.[0] ?? ''}:${line}`,
        ...Object.entries(parts).map(([path, [part = 0, at = 0]]) => `${path} ${sources[part]?.[0] ?? ''}:${at}`),
      ]),
    );
    expect([...new Set(all)].sort()).toEqual([
      'main.ts:11',
      'main.ts:12',
      'main.ts:19',
      'main.ts:6',
      'main.ts:7',
      'route.ts:3',
      'spec.http[0] main.ts:12',
      'spec.rules[0] main.ts:12',
    ]);
  });

  test('is not told when the TypeScript has changed since', async () => {
    await here.weft(['synth']);
    here.file('route.ts', `// one line more\n${ROUTE}`);
    expect(await sources('VirtualService', 'route')).toEqual(['nowhere']);
    await here.weft(['synth']);
    expect(await sources('VirtualService', 'route')).toEqual(['route.ts:4']);
  });

  test('is not told when the object has changed since; comments do not matter', async () => {
    await here.weft(['synth']);
    const file = join(here.folder, 'dist/prod/more.k8s.yaml');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, `# a comment\n${text}`);
    expect(await sources('VirtualService', 'route')).toEqual(['route.ts:3']);
    writeFileSync(file, text.replaceAll('nobody.shop', 'somebody.shop'));
    expect(await sources('VirtualService', 'route')).toEqual(['nowhere']);
  });

  test('is found however the file is named, and not for a copy elsewhere', async () => {
    await here.weft(['synth']);
    for (const path of ['dist', './dist/prod', join(here.folder, 'dist/prod/more.k8s.yaml')])
      expect(await sources('VirtualService', 'route', [path])).toEqual(['route.ts:3']);
    mkdirSync(join(here.folder, 'prod'));
    here.file('prod/copy.yaml', here.files()['dist/prod/more.k8s.yaml'] ?? '');
    expect(await sources('VirtualService', 'route', ['prod'])).toEqual(['nowhere']);
  });

  test('of other folders stays when one is written', async () => {
    await here.weft(['synth']);
    here.file('route.ts', `// one line more\n${ROUTE}`);
    await here.weft(['synth', '--topology', 'dev']);
    expect(await sources('VirtualService', 'route')).toEqual(['nowhere']);
    await here.weft(['synth', '--output', 'other']);
    await here.weft(['synth', '--topology', 'prod']);
    expect(await sources('VirtualService', 'route')).toEqual(['route.ts:4']);
    expect(await sources('VirtualService', 'route', ['other'])).toEqual(['route.ts:4']);
  });
});

describe('without a map', () => {
  test('an app that keeps none is synthesised all the same', async () => {
    expect((await here.weft(['synth', '--app', `echo 'kind: A' > "$CDK8S_OUTDIR/a.yaml"`])).code).toBe(0);
  });

  test.each(['', '{"version":2,"files":{}}', '{"version":1,"files":null}', '[]', 'null', '{'])(
    'a map that holds %j is none',
    async (text) => {
      await here.weft(['synth']);
      here.file('build/weft-sources.json', text);
      expect(await sources('VirtualService', 'route')).toEqual(['nowhere']);
    },
  );

  test('a folder that cannot be made is a note', async () => {
    here.file('build', '');
    const { code, err } = await here.weft(['synth']);
    expect(code).toBe(0);
    expect(err).toContain('note: build/weft-sources.json cannot be written, so findings will name no TypeScript');
  });
});

describe('a stack', () => {
  const OWN = '    at noteDeclaration (file:///lib/weft/model/declaration.js:20:9)';

  test.each([
    { says: 'a URL', line: '    at shop (file:///home/me/a%20b/shop.ts:48:5)', is: '/home/me/a b/shop.ts:48' },
    { says: 'a path', line: '    at new Shop (/home/me/shop.ts:48:5)', is: '/home/me/shop.ts:48' },
    { says: 'no function', line: '    at file:///home/me/shop.ts:48:5', is: '/home/me/shop.ts:48' },
    { says: 'async code', line: '    at async Promise.all (index 0)', is: undefined },
    { says: 'Windows', line: String.raw`    at shop (C:\me\shop.ts:48:5)`, is: String.raw`C:\me\shop.ts:48` },
    { says: 'a URL of Windows', line: '    at shop (file:///C:/me/shop.ts:48:5)', is: 'C:/me/shop.ts:48' },
    { says: 'Node itself', line: '    at Module._compile (node:internal/modules/cjs/loader:1554:14)', is: undefined },
    { says: 'a package', line: '    at new Kit (file:///home/me/node_modules/kit/index.js:1:1)', is: undefined },
    { says: 'our own code', line: '    at new Mesh (file:///lib/weft/constructs/mesh.js:1:1)', is: undefined },
    {
      says: 'what lies beside it',
      line: '    at shop (file:///lib/weft/charts/shop.js:1:1)',
      is: '/lib/weft/charts/shop.js:1',
    },
    { says: 'a broken URL', line: '    at shop (file:///home/%zz/shop.ts:48:5)', is: undefined },
  ])('of $says', ({ line, is }) => {
    const found = declarationIn(`Error\n${OWN}\n${line}`);
    expect(found && `${found.file}:${found.line}`).toBe(is);
  });

  test('gives the innermost line of the user', () => {
    const stack = `Error\n${OWN}\n    at new Mesh (file:///lib/weft/constructs/mesh.js:1:1)\n    at inner (/me/a.ts:2:1)\n    at outer (/me/b.ts:3:1)`;
    expect(declarationIn(stack)).toEqual({ file: '/me/a.ts', line: 2 });
    expect(declarationIn('')).toBeUndefined();
  });
});
