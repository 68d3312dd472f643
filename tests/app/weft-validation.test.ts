import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildSync } from 'esbuild';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WeftValidation } from '../../charts-src/app/weft-validation.ts';

const repository = resolve(import.meta.dirname, '../..');
const cdk8s = join(repository, 'node_modules/cdk8s-cli/bin/cdk8s');

/** An app of plain cdk8s, with a route to a subset that is nowhere declared. */
const APP = `
const { App, ApiObject, Chart } = require('cdk8s');
const app = new App();
const chart = new Chart(app, 'shop', { namespace: 'shop', disableResourceNameHashes: true });
new ApiObject(chart, 'service', { apiVersion: 'v1', kind: 'Service', metadata: { name: 'orders' }, spec: { selector: { app: 'orders' }, ports: [{ name: 'http', port: 80 }] } });
new ApiObject(chart, 'rule', { apiVersion: 'networking.istio.io/v1', kind: 'DestinationRule', metadata: { name: 'orders' }, spec: { host: 'orders', subsets: [{ name: 'v1', labels: { version: 'v1' } }] } });
new ApiObject(chart, 'route', { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { name: 'orders' }, spec: { hosts: ['orders'], http: [{ route: [{ destination: { host: 'orders', subset: process.env.SUBSET } }] }] } });
app.synth();
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weft-plugin-'));
  symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'main.cjs'), APP);
  // As the package does by `main`.
  mkdirSync(join(folder, 'weft'));
  writeFileSync(join(folder, 'weft/package.json'), '{"main":"index.cjs"}');
  buildSync({
    entryPoints: [join(repository, 'charts-src/app/weft-validation.ts')],
    outfile: join(folder, 'weft/index.cjs'),
    bundle: true,
    format: 'cjs',
    platform: 'node',
    packages: 'external',
  });
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

interface Report {
  readonly reports: readonly {
    readonly title: string;
    readonly summary: { readonly status: string; readonly metadata: Readonly<Record<string, string>> };
    readonly violations: readonly {
      readonly ruleName: string;
      readonly violatingConstructs: readonly {
        readonly constructPath?: string;
        readonly locations: readonly string[];
      }[];
    }[];
  }[];
}

/** Runs the real `cdk8s synth` with the plugin. */
function synth(subset: string, properties = '{}') {
  writeFileSync(
    join(folder, 'cdk8s.yaml'),
    `language: typescript\napp: node main.cjs\noutput: dist\nvalidations:\n  - { package: ./weft, version: 0.1.0, class: WeftValidation, properties: ${properties} }\n`,
  );
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [cdk8s, 'synth', '--validation-reports-output-file', 'report.json'],
    { cwd: folder, env: { ...process.env, CDK8S_CHECK_UPGRADE: 'false', SUBSET: subset }, encoding: 'utf8' },
  );
  return {
    status,
    said: stdout + stderr,
    report: (): Report => JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')) as Report, // cdk8s wrote it
  };
}

describe('in the real cdk8s command, WeftValidation', () => {
  test('fails the synthesis of what the mesh would refuse, with construct, place and cure', () => {
    const { status, said, report } = synth('v3');
    expect(status).toBe(2);
    expect(said).toContain('Validation failed');
    const [only] = report().reports;
    expect(only?.summary).toMatchObject({ status: 'failure', metadata: { objects: '3' } });
    const subset = only?.violations.find(({ ruleName }) => ruleName === 'error W104');
    expect(subset).toMatchObject({ fix: expect.stringContaining('v3') as string });
    expect(subset?.violatingConstructs).toHaveLength(1);
    expect(subset?.violatingConstructs[0]?.locations[0]).toMatch(
      /^line \d+:\d+ spec\.http\[0\]\.route\[0\]\.destination\.subset: .*"v3"/,
    );
    expect(subset?.violatingConstructs[0]?.constructPath).toBe('shop/route');
  }, 60_000);

  test('passes what is right, and tells warnings nevertheless', () => {
    const { status, said, report } = synth('v1', '{ failOn: error, ignore: [{ code: W105, reason: no pods here }] }');
    expect({ status, said }).toMatchObject({ status: 0, said: expect.stringContaining('Validations ended') as string });
    expect(report().reports[0]?.summary.status).toBe('success');
  }, 60_000);

  test('says what is wrong with its properties', () => {
    const { status, said } = synth('v1', '{ failon: error }');
    expect(status).not.toBe(0);
    expect(said).toContain('the properties of WeftValidation in cdk8s.yaml: failon:');
    expect(said).toContain('failOn');
  }, 60_000);
});

describe('the report', () => {
  /** What a plugin is given, by hand. */
  async function validated(files: Readonly<Record<string, string>>, props = {}) {
    const violations: { readonly ruleName: string; readonly violatingResources: readonly object[] }[] = [];
    let submitted: unknown;
    const paths = Object.entries(files).map(([name, text]) => {
      const file = join(folder, name);
      mkdirSync(join(file, '..'), { recursive: true });
      writeFileSync(file, text);
      return file;
    });
    await new WeftValidation(props).validate({
      manifests: paths,
      report: { addViolation: (violation) => violations.push(violation), submit: (...all) => void (submitted = all) },
    });
    return { violations, submitted };
  }

  const twice = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata: { a: "1", a: "2" }\n';

  test('holds findings of one code and one cure together, worst first', async () => {
    const { violations, submitted } = await validated({ 'dev/a.yaml': twice, 'prod/a.yaml': twice });
    expect(violations[0]).toMatchObject({ ruleName: 'error W402' });
    expect(violations[0]?.violatingResources).toHaveLength(2);
    expect(submitted).toMatchObject(['failure', { errors: '2' }]);
  });

  test('each folder is a mesh: what is the same in two is no conflict', async () => {
    const text = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: shop }\n';
    const apart = await validated({ 'dev/a.yaml': text, 'prod/a.yaml': text });
    expect(apart.submitted).toMatchObject(['success', { objects: '2' }]);
    expect(apart.violations.map(({ ruleName }) => ruleName)).not.toContain('info W552');
    const together = await validated({ 'dev/a.yaml': text, 'dev/b.yaml': text });
    expect(together.violations.map(({ ruleName }) => ruleName)).toContain('info W552');
  });

  test.each([
    { failOn: 'error', status: 'success' },
    { failOn: 'warning', status: 'failure' },
    { failOn: 'info', status: 'failure' },
  ])('fails from $failOn on: $status', async ({ failOn, status }) => {
    const warned =
      'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, annotations: { check.weftmesh/ignore.W101: "" } }\n';
    expect((await validated({ 'a.yaml': warned }, { failOn })).submitted).toMatchObject([status, { warnings: '1' }]);
  });
});

test.each([
  { props: { failOn: 'never' }, says: 'failOn' },
  { props: { ignore: [{ code: 'W999', reason: 'r' }] }, says: 'there is no finding "W999"' },
  { props: { ignore: [{ code: 'W402', reason: ' ' }] }, says: 'the reason is empty' },
  { props: { ignore: [{ code: 'W402' }] }, says: 'reason' },
  { props: { mesh: { trustDomain: 1 } }, says: 'mesh.trustDomain' },
])('properties $props are refused', async ({ props, says }) => {
  const context = { manifests: [], report: { addViolation: () => undefined, submit: () => undefined } };
  await expect(new WeftValidation(props as never).validate(context)).rejects.toThrow(says);
});
