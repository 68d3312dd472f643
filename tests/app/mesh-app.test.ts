import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiObject, App, Chart, Lazy, Testing, YamlOutputType } from 'cdk8s';
import { Construct } from 'constructs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { MeshApp } from '../../charts-src/app/mesh-app.ts';
import { MeshChart } from '../../charts-src/constructs/mesh-chart.ts';
import { SynthError, type SynthProblem } from '../../charts-src/constructs/synth-error.ts';
import { chart, object, shop } from './shop.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weft-app-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

type Manifest = { readonly kind: string; readonly metadata: { readonly name: string; readonly namespace?: string } };
const documentsOf = (text: string): Manifest[] =>
  parseAllDocuments(text).map((document) => document.toJS() as Manifest);
const sorted = (objects: readonly unknown[]): string[] => objects.map((each) => JSON.stringify(canonical(each))).sort();
const canonical = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(canonical)
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([key, item]) => [key, canonical(item)]),
        )
      : value;

function problemsOf(app: MeshApp): readonly SynthProblem[] {
  try {
    app.render();
  } catch (error) {
    if (error instanceof SynthError) return error.problems;
    throw error;
  }
  return [];
}

describe('the same tree gives the same objects', () => {
  const yamlIn = (directory: string): Manifest[] =>
    readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .flatMap((entry) => documentsOf(readFileSync(join(entry.parentPath, entry.name), 'utf8')));

  test('under a plain App and under a MeshApp', () => {
    shop(new App({ outdir: join(folder, 'plain') })).synth();
    shop(new MeshApp({ outdir: join(folder, 'mesh') })).synth();
    const [plain, mesh] = [yamlIn(join(folder, 'plain')), yamlIn(join(folder, 'mesh'))];
    expect(plain).toHaveLength(12);
    expect(sorted(mesh)).toEqual(sorted(plain));
  });

  test.each(Object.values(YamlOutputType).filter((type) => typeof type === 'number'))(
    'with yamlOutputType %s',
    (yamlOutputType) => {
      const app = shop(new MeshApp({ outdir: folder, yamlOutputType }));
      app.synth();
      expect(yamlIn(folder)).toHaveLength(12);
    },
  );

  test('as one text, and chart by chart', () => {
    const app = shop(new MeshApp());
    const all = documentsOf(app.synthYaml());
    expect(sorted(app.charts.flatMap((each) => Testing.synth(each)))).toEqual(sorted(all));
    expect(
      sorted(
        shop(new App())
          .node.findAll()
          .flatMap((each) => (Chart.isChart(each) ? (each as Chart).toJson() : [])),
      ),
    ).toEqual(sorted(all));
  });
});

describe('files', () => {
  test('are named by the chart, or by its path', () => {
    const app = shop(new MeshApp());
    const group = new Construct(app, 'Monolith');
    object(new MeshChart(group, 'staging eu'), 'ConfigMap', 'a');
    expect([...app.render().keys()].sort()).toEqual([
      'Monolith/staging-eu.k8s.yaml',
      'micro/dev/mesh.k8s.yaml',
      'micro/dev/orders.k8s.yaml',
      'micro/dev/users.k8s.yaml',
      'plain.k8s.yaml',
    ]);
  });

  test('say whose they are, and hold kinds in the order of applying, but for dependencies', () => {
    const files = shop(new MeshApp()).render();
    expect(files.get('micro/dev/orders.k8s.yaml')).toMatch(
      /^# Written by weft\. Change the TypeScript, not this file\.\napiVersion: v1\n/,
    );
    const kinds = (file: string): string[] => documentsOf(files.get(file) ?? '').map(({ kind }) => kind);
    expect(kinds('micro/dev/mesh.k8s.yaml')).toEqual(['Namespace', 'ClusterRole']);
    // The Service waits for the VirtualService, and the VirtualService by its kind comes after the DestinationRule.
    expect(kinds('micro/dev/orders.k8s.yaml')).toEqual([
      'ServiceAccount',
      'VirtualService',
      'Service',
      'DestinationRule',
    ]);
  });

  test('do not depend on the order in which objects of different kinds were made', () => {
    const made = (kinds: readonly string[]): string => {
      const app = new MeshApp();
      const scope = chart(app, 'a');
      for (const kind of kinds) object(scope, kind, 'x');
      return app.synthYaml();
    };
    expect(made(['ConfigMap', 'Service', 'Namespace'])).toBe(made(['Namespace', 'ConfigMap', 'Service']));
  });

  test('go where CDK8S_OUTDIR says', () => {
    const before = process.env['CDK8S_OUTDIR'];
    process.env['CDK8S_OUTDIR'] = join(folder, 'elsewhere');
    try {
      shop(new MeshApp()).synth();
    } finally {
      if (before === undefined) delete process.env['CDK8S_OUTDIR'];
      else process.env['CDK8S_OUTDIR'] = before;
    }
    expect(readdirSync(join(folder, 'elsewhere')).sort()).toEqual(['micro', 'plain.k8s.yaml']);
  });

  test('come with the construct paths that the cdk8s command asks for', () => {
    const app = shop(new MeshApp({ outdir: folder, recordConstructMetadata: true }));
    app.synth();
    app.synth(); // and knows it again
    const { resources } = JSON.parse(readFileSync(join(folder, 'construct-metadata.json'), 'utf8')) as {
      resources: Record<string, unknown>;
    };
    expect(resources['settings']).toEqual({ path: 'plain/ConfigMap-settings' });
  });
});

describe('namespaces', () => {
  test('are not written on what belongs to none', () => {
    const files = shop(new MeshApp()).render();
    const all = [...files.values()].flatMap(documentsOf);
    const named = Object.fromEntries(all.map(({ kind, metadata }) => [kind, metadata.namespace]));
    expect(named).toMatchObject({ Service: 'shop', ServiceAccount: 'shop', VirtualService: 'shop' });
    expect(named['Namespace']).toBeUndefined();
    expect(named['ClusterRole']).toBeUndefined();
  });

  test('that were written there by hand are a problem', () => {
    const app = new MeshApp();
    new ApiObject(chart(app, 'a', { namespace: 'shop' }), 'ns', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'shop', namespace: 'other' },
    });
    expect(problemsOf(app)).toEqual([
      { path: 'a/ns', message: expect.stringContaining('belongs to no namespace') as string },
    ]);
  });
});

describe('problems', () => {
  test('all come at once, each validation runs once, and the message reads well', () => {
    const app = new MeshApp({ outdir: join(folder, 'dist') });
    let runs = 0;
    for (const id of ['a', 'b', 'c']) {
      const scope = chart(app, id);
      object(scope, 'ConfigMap', id);
      scope.node.addValidation({ validate: () => ((runs += 1), [`${id} is wrong`]) });
    }
    expect(() => app.synth()).toThrow(SynthError);
    expect(runs).toBe(3);
    const error = new SynthError(problemsOf(app));
    expect(error.stack).toBe(
      'SynthError: 3 problems, nothing was written\n  a\n    a is wrong\n  b\n    b is wrong\n  c\n    c is wrong',
    );
    expect(Object.keys(error)).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('two objects of one identity in one folder', () => {
    const app = new MeshApp();
    const props = { namespace: 'shop' };
    object(chart(app, 'a', { ...props, file: 'dev/a' }), 'Service', 'orders');
    object(chart(app, 'b', { ...props, file: 'dev/b' }), 'Service', 'orders');
    object(chart(app, 'c', { ...props, file: 'prod/c' }), 'Service', 'orders'); // another mesh
    object(chart(app, 'd', { namespace: 'other', file: 'dev/d' }), 'Service', 'orders'); // another namespace
    object(chart(app, 'e', { ...props, file: 'dev/e' }), 'Service', 'orders', {}, 'serving.knative.dev/v1'); // another group
    expect(problemsOf(app)).toEqual([
      {
        path: 'b/Service-orders',
        message: expect.stringMatching(
          /makes the Service shop\/orders in dev, and so does a\/Service-orders/,
        ) as string,
      },
    ]);
  });

  test('two charts of one file, also where the file system knows no case', () => {
    const app = new MeshApp();
    object(chart(app, 'a', { file: 'dev/shop' }), 'ConfigMap', 'a');
    object(chart(app, 'b', { file: 'dev/Shop' }), 'ConfigMap', 'b');
    expect(problemsOf(app)).toEqual([
      { path: 'b', message: expect.stringMatching(/dev\/Shop\.k8s\.yaml, and so does a/) as string },
    ]);
  });

  test('two objects of one file, where each has one of its own', () => {
    const app = new MeshApp({ yamlOutputType: YamlOutputType.FILE_PER_RESOURCE });
    const scope = chart(app, 'a');
    object(scope, 'Gateway', 'web', {}, 'networking.istio.io/v1');
    new ApiObject(scope, 'other', {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'Gateway',
      metadata: { name: 'web' },
    });
    expect(problemsOf(app)).toEqual([
      { path: 'a/other', message: expect.stringContaining('Gateway.web.k8s.yaml') as string },
    ]);
  });

  test.each(['/etc/shop', '../shop', 'a//b', 'a/.b', ''])(
    'a file that is no path below the output folder: %j',
    (file) => {
      const app = new MeshApp();
      object(chart(app, 'a', { file }), 'ConfigMap', 'a');
      expect(problemsOf(app)).toEqual([
        { path: 'a', message: expect.stringContaining('no path below the output folder') as string },
      ]);
    },
  );

  test.each([
    { kind: 'Service', name: 'Orders_1', says: 'for example "orders-1"' },
    { kind: 'Service', name: '1orders', says: 'beginning with a letter' },
    { kind: 'Service', name: 'or.ders', says: 'no DNS label' },
    { kind: 'Namespace', name: 'a'.repeat(64), says: 'at most 63' },
    { kind: 'ConfigMap', name: 'a..b', says: 'no DNS name' },
    { kind: 'CronJob', name: 'c'.repeat(53), says: '53 letters' },
  ])('$kind named $name', ({ kind, name, says }) => {
    const app = new MeshApp();
    object(chart(app, 'a'), kind, name);
    expect(problemsOf(app)).toEqual([{ path: `a/${kind}-${name}`, message: expect.stringContaining(says) as string }]);
  });

  test.each([
    { kind: 'Namespace', name: '1st' },
    { kind: 'ConfigMap', name: 'kube-root-ca.crt' },
    { kind: 'ServiceAccount', name: `${'a'.repeat(63)}.${'b'.repeat(63)}` },
    { kind: 'CronJob', name: 'c'.repeat(52) },
    { kind: 'ClusterRole', name: 'system:node', apiVersion: 'rbac.authorization.k8s.io/v1' },
  ])('$kind may be named $name', ({ kind, name, apiVersion }) => {
    const app = new MeshApp();
    new ApiObject(chart(app, 'a'), 'x', { apiVersion: apiVersion ?? 'v1', kind, metadata: { name } });
    expect(problemsOf(app)).toEqual([]);
  });

  test('labels and annotations, also those of pods', () => {
    const app = new MeshApp();
    const pod = { metadata: { labels: { version: 'v 1' }, annotations: { 'sidecar.istio.io/Inject': 'true' } } };
    new ApiObject(chart(app, 'a'), 'x', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: {
        name: 'x',
        labels: { 'a b': 'c', ok: '', 'example.com/v_1.2': 'V_1.2' },
        annotations: { 'a/b/c': 'any text: is fine' },
      },
      spec: { template: pod },
    });
    expect(problemsOf(app).map(({ message }) => message.slice(0, 60))).toEqual([
      expect.stringContaining('metadata.labels: "a b" is no key') as string,
      expect.stringContaining('metadata.annotations: "a/b/c" is no key') as string,
      expect.stringContaining('spec.template.metadata.labels["version"] "v 1" is no label') as string,
    ]);
  });

  test('a label that is no string, which the API server would refuse', () => {
    const app = new MeshApp();
    const labels = JSON.parse('{"version":1}') as Record<string, string>;
    new ApiObject(chart(app, 'a'), 'x', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', labels } });
    expect(problemsOf(app)[0]?.message).toContain('metadata.labels["version"] is 1: a label is a string; write "1"');
  });

  test('a value that is no data, and one that cdk8s cannot render', () => {
    const app = new MeshApp();
    const scope = chart(app, 'a');
    object(scope, 'ConfigMap', 'nan', { spec: { ports: [{ port: NaN }] } });
    object(scope, 'ConfigMap', 'date', { spec: new Date(0) });
    object(scope, 'ConfigMap', 'lazy', { spec: Lazy.any({ produce: () => ({ port: 1 }) }) });
    expect(problemsOf(app)).toEqual([
      { path: 'a/ConfigMap-nan', message: expect.stringMatching(/^spec\.ports\[0\]\.port is NaN/) as string },
      {
        path: 'a/ConfigMap-date',
        message: expect.stringMatching(
          /^cannot be rendered: can't render non-simple object of type 'Date'\./,
        ) as string,
      },
    ]);
  });
});

describe('dependencies', () => {
  test('between constructs order the objects in them', () => {
    const app = new MeshApp();
    const scope = chart(app, 'a');
    const [first, last] = [new Construct(scope, 'first'), new Construct(scope, 'last')];
    for (const name of ['a', 'b']) object(first, 'ConfigMap', `first-${name}`);
    for (const name of ['a', 'b']) object(last, 'ConfigMap', `last-${name}`);
    first.node.addDependency(last);
    expect(documentsOf(app.synthYaml()).map(({ metadata }) => metadata.name)).toEqual([
      'last-a',
      'last-b',
      'first-a',
      'first-b',
    ]);
  });

  test('between a whole and its part', () => {
    const app = new MeshApp();
    const scope = chart(app, 'a');
    const whole = new Construct(scope, 'whole');
    object(whole, 'ConfigMap', 'early');
    const part = new Construct(whole, 'part');
    object(part, 'ConfigMap', 'part');
    whole.node.addDependency(part);
    expect(documentsOf(app.synthYaml()).map(({ metadata }) => metadata.name)).toEqual(['part', 'early']);
  });

  test('in a circle are a problem that names it', () => {
    const app = new MeshApp();
    const scope = chart(app, 'a');
    const [one, two, three] = ['1', '2', '3'].map((name) => object(scope, 'ConfigMap', name));
    one?.addDependency(two as ApiObject);
    two?.addDependency(three as ApiObject);
    three?.addDependency(one as ApiObject);
    expect(problemsOf(app)).toEqual([
      {
        path: 'a',
        message:
          'these wait for each other: a/ConfigMap-1 -> a/ConfigMap-2 -> a/ConfigMap-3 -> a/ConfigMap-1. Take one addDependency() away',
      },
    ]);
  });

  test('between charts order them, and may not form a circle', () => {
    const app = new MeshApp();
    const [a, b] = [chart(app, 'a'), chart(app, 'b')];
    object(a, 'ConfigMap', 'a');
    const last = object(b, 'ConfigMap', 'b');
    a.addDependency(last);
    expect(app.charts.map(({ node }) => node.id)).toEqual(['b', 'a']);
    expect([...app.render().keys()]).toEqual(['b.k8s.yaml', 'a.k8s.yaml']); // no file is renamed
    b.addDependency(a);
    expect(problemsOf(app)[0]?.message).toContain('a -> b -> a');
  });

  test('of 200 charts on three others each take no time, where cdk8s needs minutes for 25', () => {
    const app = new MeshApp();
    const charts = Array.from({ length: 200 }, (_, i) => chart(app, `c${i}`));
    for (const [i, each] of charts.entries()) {
      object(each, 'ConfigMap', `c${i}`);
      for (const other of charts.slice(Math.max(0, i - 3), i)) each.addDependency(other);
    }
    expect(app.render().size).toBe(200);
  });
});

describe('charts of users', () => {
  test('that render themselves are asked', () => {
    class Own extends Chart {
      override toJson(): object[] {
        return [...super.toJson(), { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'added' } }];
      }
    }
    const app = new MeshApp();
    object(new Own(app, 'own'), 'ConfigMap', 'made');
    expect(documentsOf(app.synthYaml()).map(({ metadata }) => metadata.name)).toEqual(['made', 'added']);
  });

  test('of one MeshChart alone are validated with the whole app', () => {
    const app = new App();
    const scope = chart(app, 'a');
    object(scope, 'ConfigMap', 'a');
    let runs = 0;
    const other = chart(app, 'other');
    other.node.addValidation({ validate: () => ((runs += 1), ['other is wrong']) });
    expect(() => Testing.synth(scope)).toThrow('other is wrong');
    expect(() => Testing.synth(scope)).toThrow('other is wrong');
    expect(runs).toBe(2);
  });

  test('of MeshCharts in a plain App are validated once for all', () => {
    const app = new App({ outdir: folder });
    let runs = 0;
    for (let i = 0; i < 20; i++) {
      const scope = chart(app, `c${i}`);
      object(scope, 'ConfigMap', `c${i}`);
      scope.node.addValidation({ validate: () => ((runs += 1), []) });
    }
    app.synth();
    expect(runs).toBe(20);
    expect(readdirSync(folder)).toHaveLength(20);
  });
});
