import { App, Chart, YamlOutputType } from 'cdk8s';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MeshApp } from '../../charts-src/app/mesh-app.ts';
import { checkApp, manifests, objects } from '../../charts-src/app/testing.ts';
import { MeshChart } from '../../charts-src/constructs/mesh-chart.ts';
import { SynthError } from '../../charts-src/constructs/synth-error.ts';
import { NASTY_STRINGS } from '../support/nasty-strings.ts';
import { object, shop } from './shop.ts';

const repository = resolve(import.meta.dirname, '../..');

let outdir: string;
beforeAll(() => {
  outdir = mkdtempSync(join(tmpdir(), 'weft-testing-'));
});
afterAll(() => {
  rmSync(outdir, { recursive: true, force: true });
});

/** What `synth()` of an app with this output folder writes. */
function written(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(paths.map((path) => [relative(folder, path), readFileSync(path, 'utf8')]));
}

/** Charts that do not know of each other, so that cdk8s does not number their files. */
function strangers(app: App): App {
  object(new Chart(app, 'one', { namespace: 'a' }), 'ConfigMap', 'settings', {
    data: { on: 'yes', date: '2020-01-01' },
  });
  object(new Chart(app, 'two'), 'Namespace', 'b');
  new Chart(app, 'empty');
  return app;
}

describe('manifests', () => {
  const outputs = Object.entries(YamlOutputType).filter(([, value]) => typeof value === 'number') as [
    string,
    YamlOutputType,
  ][]; // an enum has its values both ways
  const apps = [
    { name: 'dependent charts', fill: (app: App): App => shop(app) },
    { name: 'charts that are strangers', fill: strangers },
    { name: 'no chart', fill: (app: App): App => app },
  ];
  const cases = outputs.flatMap(([output, yamlOutputType]) => apps.map((app) => ({ ...app, output, yamlOutputType })));

  test.each(cases)(
    'of a plain App are what synth() writes: $name, $output',
    ({ name, fill, output, yamlOutputType }) => {
      const folder = join(outdir, `plain ${name} ${output}`);
      fill(new App({ outdir: folder, yamlOutputType })).synth();
      const nowhere = join(outdir, 'nowhere');
      expect(manifests(fill(new App({ outdir: nowhere, yamlOutputType })))).toEqual(written(folder));
      expect(existsSync(nowhere)).toBe(false);
    },
  );

  test.each(apps)('of a MeshApp are what synth() writes: $name', ({ name, fill }) => {
    const folder = join(outdir, `mesh ${name}`);
    fill(new MeshApp({ outdir: folder })).synth();
    const nowhere = join(outdir, 'nowhere');
    expect(manifests(fill(new MeshApp({ outdir: nowhere })))).toEqual(written(folder));
    expect(existsSync(nowhere)).toBe(false);
  });

  test('another file extension counts', () => {
    const app = strangers(new App({ outdir, outputFileExtension: '.yml' }));
    expect(Object.keys(manifests(app)).toSorted()).toEqual(['empty.yml', 'one.yml', 'two.yml']);
  });

  test.each([
    { name: 'MeshApp', app: () => new MeshApp({ outdir }), error: SynthError },
    { name: 'App', app: () => new App({ outdir }), error: Error },
  ])('of a $name that is not valid are refused with all that is wrong', ({ app, error }) => {
    const wrong = app();
    const chart = new MeshChart(wrong, 'shop');
    chart.node.addValidation({ validate: () => ['no good', 'nor this'] });
    expect(() => manifests(wrong)).toThrow(error);
    expect(() => manifests(wrong)).toThrow(/no good[^]*nor this/);
    expect(() => objects(wrong)).toThrow(/no good/);
  });
});

describe('objects', () => {
  test.each([
    { name: 'MeshApp', app: () => new MeshApp({ outdir }), texts: NASTY_STRINGS },
    // cdk8s' own YAML loses some spaces and line breaks.
    { name: 'App', app: () => new App({ outdir }), texts: NASTY_STRINGS.filter((text) => /^[!-~]+$/.test(text)) },
  ])('of a $name are read as Kubernetes reads them', ({ app, texts }) => {
    const data = Object.fromEntries(texts.map((text, index) => [`k${index}`, text]));
    const made = app();
    object(new MeshChart(made, 'nasty'), 'ConfigMap', 'texts', { data, list: [1, 2.5, true, { on: 'no' }] });
    expect(objects(made).find('ConfigMap', 'texts')).toMatchObject({ data, list: [1, 2.5, true, { on: 'no' }] });
    expect(texts.length).toBeGreaterThan(50);
  });

  const two = (): MeshApp => {
    const app = new MeshApp({ outdir });
    for (const environment of ['dev', 'prod'])
      for (const namespace of ['a', 'b'])
        object(
          new MeshChart(app, `${environment}-${namespace}`, { file: `shop/${environment}/${namespace}`, namespace }),
          'Service',
          'web',
        );
    return app;
  };

  test('are found by kind and name, and by namespace and folder where that is not enough', () => {
    const { all, find } = objects(two());
    expect(all).toHaveLength(4);
    const found = find('Service', 'web', { folder: 'shop/prod', namespace: 'b' });
    expect(found).toEqual({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'b' } });
    expect(all.filter((one) => one === found)).toHaveLength(1);
    expect(find('Service', 'web', { folder: 'shop/prod/', namespace: 'b' })).toBe(found);
  });

  test.each([
    {
      find: ['Service', 'web'],
      says: 'there are 4 of Service web: shop/dev/a.k8s.yaml (a), shop/dev/b.k8s.yaml (b), shop/prod/a.k8s.yaml (a), shop/prod/b.k8s.yaml (b). Say which',
    },
    { find: ['Service', 'web', { folder: 'shop/dev' }], says: 'there are 2 of Service web' },
    { find: ['Service', 'web', { folder: 'shop/de' }], says: 'there is no Service web in folder shop/de' },
    { find: ['Service', 'wbe'], says: 'there is no Service wbe. Of this kind there are: web' },
    { find: ['Service', 'web', { namespace: 'c' }], says: 'there is no Service web in namespace c' },
    { find: ['Servcie', 'web'], says: 'nor any other Servcie. Did you mean Service?' },
    { find: ['VirtualService', 'web'], says: 'nor any other VirtualService. Kinds: Service' },
  ] as const)('$find: $says', ({ find: [kind, name, where], says }) => {
    expect(() => objects(two()).find(kind, name, where)).toThrow(says);
  });

  test('of an app without any say so', () => {
    expect(objects(new App({ outdir })).all).toEqual([]);
    expect(() => objects(new App({ outdir })).find('Service', 'web')).toThrow('Kinds: none');
  });
});

describe('checkApp', () => {
  const broken = (app: App): App => {
    for (const folder of ['dev', 'prod']) {
      const one = new MeshChart(app, folder, { namespace: 'shop', file: `${folder}/orders` });
      const annotations = { 'check.weftmesh/ignore.W505': '' };
      object(one, 'ConfigMap', 'settings', { metadata: { name: 'settings', annotations } });
    }
    return app;
  };

  test.each([
    { name: 'MeshApp', app: () => new MeshApp({ outdir }), files: ['dev/orders.k8s.yaml', 'prod/orders.k8s.yaml'] },
    { name: 'App', app: () => new App({ outdir }), files: ['dev.k8s.yaml', 'prod.k8s.yaml'] },
  ])('says what is wrong with the manifests of a $name, by file', async ({ app, files }) => {
    const findings = await checkApp(broken(app()));
    expect(findings.filter(({ code }) => code === 'W406').map(({ file }) => file)).toEqual(files);
  });

  test('takes the options of a check', async () => {
    const ignores = [{ code: 'W406', reason: 'a test', by: 'configuration' }] as const;
    expect((await checkApp(broken(new MeshApp({ outdir })), { ignores })).map(({ code }) => code)).not.toContain(
      'W406',
    );
  });

  test('refuses an app that is not valid with all that is wrong', async () => {
    const app = new MeshApp({ outdir });
    object(new MeshChart(app, 'one', {}), 'Service', 'Bad');
    await expect(checkApp(app)).rejects.toThrow(SynthError);
  });
});

test('the examples in its documentation compile', () => {
  const source = readFileSync(join(repository, 'charts-src/app/testing.ts'), 'utf8');
  const examples = [...source.matchAll(/^ \* @example\n((?: \* .*\n)+)/gm)].map(([, text = '']) =>
    text.replace(/^ \* /gm, ''),
  );
  expect(examples).toHaveLength(3);
  const prelude =
    "import { App } from 'cdk8s';\nimport { expect, test } from 'vitest';\nimport { checkApp, manifests, objects } from 'weftmesh/testing';\nconst app = new App();\nvoid [test, checkApp, manifests, objects];\n";
  const texts = new Map(
    examples.map((text, index) => [
      join(import.meta.dirname, `example-${index}.ts`),
      `${prelude}${text.replace(/^ \*\/\n?/m, '')}`,
    ]),
  );
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(join(repository, 'tsconfig.json'), (path) => ts.sys.readFile(path)).config,
    ts.sys,
    repository,
  );
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.getSourceFile = (name, version) => {
    const text = texts.get(name);
    return text === undefined ? getSourceFile(name, version) : ts.createSourceFile(name, text, version);
  };
  host.fileExists = (name) => texts.has(name) || fileExists(name);
  const program = ts.createProgram([...texts.keys()], options, host);
  const errors = [...texts.keys()].flatMap((name) => ts.getPreEmitDiagnostics(program, program.getSourceFile(name)));
  expect(errors.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))).toEqual([]);
}, 60_000);
