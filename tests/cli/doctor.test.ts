import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isAtLeast, isInRange } from '../../scripts/cli/doctor/diagnosis.ts';
import { project, TWO_TOPOLOGIES, type Project, type Ran } from './project.ts';
import { readSchemaFile, schemaErrors } from './schemas.ts';

let here: Project;
beforeEach(() => {
  here = project();
  mkdirSync(join(here.folder, 'bin'));
  symlinkSync(process.execPath, join(here.folder, 'bin/node'));
});
afterEach(() => {
  here.remove();
});

/** Puts a program on the PATH of the project, where there is none but Node. */
function tool(name: string, script: string): void {
  const file = join(here.folder, 'bin', name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
}

/** A kubectl that leads to a cluster. */
const kubectl = (version: string, definitions: readonly string[]): void =>
  tool(
    'kubectl',
    `case "$*" in
  *--client*) echo '{"clientVersion":{"gitVersion":"v1.34.4"}}' ;;
  "version "*) echo '{"clientVersion":{"gitVersion":"v1.34.4"},"serverVersion":{"gitVersion":"${version}"}}' ;;
  "get crd "*) printf '${definitions.map((name) => `customresourcedefinition.apiextensions.k8s.io/${name}\\n`).join('')}' ;;
esac`,
  );

const ISTIO = [
  ...['virtualservices', 'destinationrules', 'gateways', 'serviceentries', 'sidecars', 'envoyfilters'].map(
    (name) => `${name}.networking.istio.io`,
  ),
  ...['peerauthentications', 'requestauthentications', 'authorizationpolicies'].map(
    (name) => `${name}.security.istio.io`,
  ),
  'telemetries.telemetry.istio.io',
];

const doctor = (...argv: readonly string[]): Promise<Ran> =>
  here.weft(['doctor', ...argv], {
    env: { PATH: join(here.folder, 'bin'), HOME: here.folder },
  });

const statuses = ({ out }: Ran): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...out.matchAll(/^ {2}\S+ (ok|note|failed) +(\S+) /gm)].map(([, status = '', name]) => [name, status]),
  );

describe('weft doctor', () => {
  test('on a machine with nothing but Node finds nothing that is in the way', async () => {
    here.app(TWO_TOPOLOGIES);
    await here.weft(['synth']);
    const ran = await doctor();
    expect(ran.code).toBe(0);
    expect(statuses(ran)).toMatchObject({
      node: 'ok',
      cdk8s: 'ok',
      constructs: 'ok',
      output: 'ok',
      istioctl: 'note',
      envoy: 'note',
    });
    expect(ran.out).toMatch(/\n✔ nothing is in the way, \d notes\n$/);
    expect(ran.err).toBe('');
  });

  test('sees that the output is not what the code declares, and that it is not there', async () => {
    here.app(TWO_TOPOLOGIES);
    expect(statuses(await doctor())).toMatchObject({ output: 'note' });
    await here.weft(['synth']);
    here.app(TWO_TOPOLOGIES.replaceAll("'urls'", "'links'"));
    const stale = await doctor();
    expect(stale.code).toBe(1);
    expect(stale.out).toContain(
      'dist is not what the code declares: 3 of its files differ, the first is guide/dev/guide.k8s.yaml',
    );
    expect(stale.out).toContain('fix: weft synth');
    here.app(TWO_TOPOLOGIES.replace("'guide/dev/guide'", ''));
    expect((await doctor()).out).toContain('1 of its files differ, the first is guide/dev/guide.k8s.yaml');
  });

  test('says what an app dies of', async () => {
    here.app("throw new Error('no such thing');");
    const { code, out } = await doctor();
    expect(code).toBe(1);
    expect(out).toContain('the app failed, nothing was written: no such thing');
    expect(out).toContain('at main.ts:2');
  });

  test('outside of a project has notes only', async () => {
    const ran = await here.weft(['doctor'], { cwd: join(here.folder, 'bin'), env: { PATH: join(here.folder, 'bin') } });
    expect(ran.code).toBe(0);
    expect(statuses(ran)).toMatchObject({ package: 'note', output: 'note', kubectl: 'note' });
  });

  test('refuses packages of versions that do not fit', async () => {
    const own = join(here.folder, 'bin/project');
    for (const [name, version] of [
      ['weftmesh', '0.0.9'],
      ['cdk8s', '2.1.0'],
      ['constructs', '11.0.0'],
    ] as const) {
      mkdirSync(join(own, 'node_modules', name), { recursive: true });
      writeFileSync(join(own, 'node_modules', name, 'package.json'), JSON.stringify({ name, version }));
    }
    writeFileSync(join(own, 'package.json'), '{"name":"shop"}');
    const ran = await here.weft(['doctor'], { cwd: own, env: { PATH: '' } });
    expect(ran.code).toBe(1);
    expect(statuses(ran)).toMatchObject({ weftmesh: 'failed', cdk8s: 'failed', constructs: 'failed' });
    expect(ran.out).toContain('0.0.9 is installed in this project, but this command is');
    expect(ran.out).toMatch(/\n✖ 3 failed, /);
  });

  test.each([
    { says: 'a cluster with Istio', version: 'v1.34.2', definitions: ISTIO, code: 0, cluster: 'ok', istio: 'ok' },
    { says: 'a cluster without Istio', version: 'v1.30.0', definitions: [], code: 1, cluster: 'ok', istio: 'failed' },
    { says: 'half of Istio', version: 'v1.31.0', definitions: ISTIO.slice(3), code: 1, cluster: 'ok', istio: 'failed' },
    { says: 'an old cluster', version: 'v1.29.9', definitions: ISTIO, code: 1, cluster: 'failed', istio: 'ok' },
  ])('judges $says', async ({ version, definitions, code, cluster, istio }) => {
    here.file('cdk8s.yaml', '');
    kubectl(version, definitions);
    const ran = await doctor('--context', 'kind');
    expect(ran.code).toBe(code);
    expect(statuses(ran)).toMatchObject({ kubectl: 'ok', cluster, istio });
  });

  test('takes a cluster that does not answer for none', async () => {
    here.file('cdk8s.yaml', '');
    tool(
      'kubectl',
      `case "$*" in *--client*) echo '{"clientVersion":{"gitVersion":"v1.34.4"}}' ;; *) echo 'connection refused' >&2; exit 1 ;; esac`,
    );
    tool('istioctl', `echo '{"clientVersion":{"version":"1.31.0"}}'`);
    tool('envoy', 'echo "envoy  version: abc/1.38.3/Clean/RELEASE"');
    const ran = await doctor();
    expect(ran.code).toBe(0);
    expect(statuses(ran)).toMatchObject({ kubectl: 'ok', cluster: 'note', istioctl: 'ok', envoy: 'ok' });
    expect(ran.out).toContain('the current context leads to no cluster: connection refused');
    expect(ran.out).toContain('1.38.3');
  });

  test('in JSON is one document that fits its schema, with colour for terminals only', async () => {
    const { out } = await doctor('-o', 'json');
    expect(schemaErrors('doctor-report', JSON.parse(out))).toEqual([]);
    const coloured = await here.weft(['doctor'], { env: { PATH: '' }, hasColourOut: true });
    expect(coloured.out).toContain('\u001b[32m✔ ok');
    expect((await doctor()).out).not.toContain('\u001b');
  });
});

test('the example of its document fits the schema', () => {
  expect(schemaErrors('doctor-report', readSchemaFile('examples/doctor-report.json'))).toEqual([]);
});

test.each([
  ['20.19.0', '>=20.19', true],
  ['20.18.3', '>=20.19', false],
  ['24.0.0', '>=20.19', true],
  ['2.70.106', '^2.70.106', true],
  ['2.70.105', '^2.70.106', false],
  ['2.71.0', '^2.70.106', true],
  ['3.0.0', '^2.70.106', false],
])('%s is in %s: %s', (version, range, fits) => {
  expect(isInRange(version, range)).toBe(fits);
});

test.each([
  ['v1.30.0', '1.30', true],
  ['v1.34.4-gke.1', '1.30', true],
  ['v1.29.12', '1.30', false],
  ['v2.0.0', '1.30', true],
])('%s is at least %s: %s', (version, least, isSo) => {
  expect(isAtLeast(version, least)).toBe(isSo);
});

test('every range in package.json is of a form that is understood', () => {
  const { engines, peerDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    readonly engines: Readonly<Record<string, string>>;
    readonly peerDependencies: Readonly<Record<string, string>>;
  };
  for (const range of Object.values({ ...engines, ...peerDependencies }))
    expect(range).toMatch(/^(?:>=|\^)\d+(?:\.\d+){0,2}$/);
});
