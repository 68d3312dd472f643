import * as fc from 'fast-check';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readPlan } from '../../charts-src/canary/read-plan.ts';
import { readEnvironment } from '../../charts-src/charts/environment.ts';
import { settingsProblems } from '../../charts-src/check/check-settings.ts';
import { routingTestProblems, runRoutingTests } from '../../charts-src/explain/routing-tests.ts';
import { problemText } from '../../charts-src/model/given.ts';
import type { SchemaProblem } from '../../charts-src/model/schema.ts';
import { KubeconfigError, loadKubeconfig } from '../../scripts/cluster/kubeconfig.ts';
import { meshOf } from '../check/mesh-of.ts';
import { changedManifests, oddChanges } from '../support/odd-values.ts';

// Files that people write, but for manifests: whatever stands in them, they are read, or refused in words.

const ROOT = resolve(import.meta.dirname, '../..');
const RUNS = Number(process.env['WEFT_TOTAL_RUNS'] ?? 300);

const MESH = meshOf(`apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { selector: { app: orders }, ports: [{ name: http, port: 80 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec:
  template:
    metadata: { labels: { app: orders } }
    spec: { containers: [{ name: orders, image: orders:1 }] }`);

const ROUTES = {
  tests: [
    {
      name: 'orders',
      from: ['shop/orders', 'gateway:edge/public', 'outside'],
      request: {
        method: ['GET', 'POST'],
        url: ['http://orders.shop/x', 'https://orders.shop:443/y?z=1'],
        headers: { a: ['b', 'c'], 'x-user': 7, authorization: 'Bearer e30.e30.x' },
      },
      expect: { status: 200, outcome: 'routed', destinations: [{ host: 'orders', share: 1 }], timeout: '3s' },
      not: { status: 404 },
    },
  ],
};

const CLUSTER = {
  apiVersion: 'v1',
  kind: 'Config',
  'current-context': 'a',
  clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:1', 'certificate-authority-data': 'LS0t' } }],
  users: [
    {
      name: 'u',
      user: { token: 'x', exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'id', args: ['x'] } },
    },
  ],
  contexts: [{ name: 'a', context: { cluster: 'c', user: 'u', namespace: 'n' } }],
};

const SETTINGS = {
  ignore: [{ code: 'W105', object: 'DestinationRule shop/orders', reason: 'the pods come later' }],
  mesh: { rootNamespace: 'istio-system', trustDomain: 'cluster.local' },
};

const said = (problems: readonly SchemaProblem[]): readonly string[] =>
  problems.map((problem) => problemText(problem, 'the file'));

const folder = mkdtempSync(join(tmpdir(), 'weft-written-'));
afterAll(() => rmSync(folder, { recursive: true }));

const KINDS: readonly {
  readonly kind: string;
  readonly file: unknown;
  readonly read: (file: unknown) => readonly string[];
}[] = [
  {
    kind: 'a plan',
    file: JSON.parse(readFileSync(join(ROOT, 'docs/schemas/examples/canary-plan-file.json'), 'utf8')),
    read(file) {
      const read = readPlan(file);
      return read.ok ? [JSON.stringify(read.plan)] : said(read.problems);
    },
  },
  {
    kind: 'routing tests',
    file: ROUTES,
    read(file) {
      const problems = routingTestProblems(file);
      if (problems.length > 0) return said(problems);
      const { results } = runRoutingTests(MESH, file);
      expect(results.length).toBeGreaterThan(0);
      return results.flatMap(({ name, request, differences }) => [name, request, ...differences]);
    },
  },
  { kind: 'settings of check', file: SETTINGS, read: (file) => said(settingsProblems(file)) },
  {
    kind: 'an environment',
    file: parse(readFileSync(join(ROOT, 'environments/staging.yaml'), 'utf8')),
    read(file) {
      const read = readEnvironment('staging', file);
      return read.ok ? [] : read.problems;
    },
  },
  {
    kind: 'a kubeconfig',
    file: CLUSTER,
    read(file) {
      const config = join(folder, 'config');
      writeFileSync(config, JSON.stringify(file) ?? '');
      try {
        const { context, server, user, namespace } = loadKubeconfig({ file: config, env: {}, cwd: folder });
        return [context, server, user, namespace];
      } catch (error) {
        if (!(error instanceof KubeconfigError)) throw error;
        return [error.message];
      }
    },
  },
];

describe.each(KINDS)('$kind', ({ file, read }) => {
  test('that is right is taken', () => {
    expect(read(file).join('\n')).not.toMatch(/the file/);
  });

  test('is read or refused in words, whatever stands in it', () => {
    fc.assert(
      fc.property(oddChanges, (changes) => {
        const [text = 'null'] = changedManifests([file], changes);
        const told = read(JSON.parse(text));
        expect(
          told.filter((line) => /\bundefined\b|\[object |NaN|native code/.test(line)),
          text,
        ).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });
});

test.each([
  { request: { url: [] }, says: 'tests[0].request.url: the list has 0 items' },
  { request: { url: 'http://orders', method: { a: 1 } }, says: 'tests[0].request.method: an object is not a text' },
  {
    request: { url: 'http://orders', headers: { 'x-user': [null] } },
    says: 'tests[0].request.headers.x-user[0]: null',
  },
])('a routing test that would ask nothing, or nonsense, is refused: $says', ({ request, says }) => {
  const problems = routingTestProblems({ tests: [{ name: 'a', from: 'outside', request, not: { status: 404 } }] });
  expect(said(problems).join('\n')).toContain(says);
});
