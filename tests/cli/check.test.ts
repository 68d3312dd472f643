import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { catalogue } from '../../charts-src/check/catalogue.ts';
import { settingsProblems, type CheckSettings } from '../../charts-src/check/check-settings.ts';
import type { CheckReport } from '../../charts-src/check/report.ts';
import { DEFAULT_SETTINGS } from '../../charts-src/graph/mesh-settings.ts';
import { project, repository, type Project, type Ran } from './project.ts';
import { readSchemaFile, schemaErrors } from './schemas.ts';

let here: Project;
beforeEach(() => {
  here = project();
  mkdirSync(join(here.folder, 'mesh'));
});
afterEach(() => {
  here.remove();
});

/** A route to a subset that nobody declares, and what it needs so that nothing else is wrong with it. */
const ROUTE = `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: orders, namespace: shop }
spec:
  host: orders.shop.svc.cluster.local
  subsets:
    - { name: v1, labels: { version: v1 } }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: orders
  namespace: shop
spec:
  hosts:
    - orders.shop.svc.cluster.local
  http:
    - route:
        - destination:
            host: orders.shop.svc.cluster.local
            subset: v3
`;

/** An annotation that silences nothing: a warning, and nothing else. */
const WARNED = `apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: shop
  annotations: { check.weftmesh/ignore.W505: "" }
`;

const CLEAN = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings, namespace: shop }\n';

const reportOf = ({ out }: Ran): CheckReport => JSON.parse(out) as CheckReport; // fits the schema, by the tests below
const codesOf = (ran: Ran): readonly string[] => reportOf(ran).findings.map(({ code }) => code);

describe('weft check', () => {
  test('says what is wrong, where, and how to put it right, and ends with 1', async () => {
    here.file('mesh/route.yaml', ROUTE);
    const { code, out } = await here.weft(['check', 'mesh']);
    expect(code).toBe(1);
    expect(out).toMatch(/^Routing\n {2}✖ error W104 subset "v3" of host /);
    expect(out).toContain(`
      mesh/route.yaml:21:13   VirtualService shop/orders   spec.http[0].route[0].destination.subset
      20 |             host: orders.shop.svc.cluster.local
      21 |             subset: v3
         |             ^
      fix: `);
    expect(out).toMatch(/\n✖ 1 error, \d+ warnings?(?:, \d+ infos?)? in 2 objects \(0 s\)\. More: weft docs W104\n$/);
  });

  test('is short where nothing is wrong', async () => {
    here.file('mesh/a.yaml', CLEAN);
    expect(await here.weft(['check', 'mesh/a.yaml'])).toEqual({
      code: 0,
      out: '✔ no findings in 1 object (0 s).\n',
      err: '',
    });
  });

  test('judges each folder of the output as a mesh of its own, and reports them together', async () => {
    for (const folder of ['dist/shop/dev', 'dist/shop/prod']) {
      mkdirSync(join(here.folder, folder), { recursive: true });
      here.file(`${folder}/a.yaml`, CLEAN);
    }
    const ran = await here.weft(['check', '-o', 'json']);
    expect(ran.code).toBe(0);
    expect(reportOf(ran).summary).toMatchObject({ objects: 2, meshes: 2 });
    // To name the output says the same; what is named beside something else is one mesh with it.
    const named = await here.weft(['check', 'dist/', '-o', 'json']);
    expect(reportOf(named).summary).toMatchObject({ objects: 2, meshes: 2 });
    const together = await here.weft(['check', 'dist/shop', '-o', 'json']);
    expect(reportOf(together).summary).toMatchObject({ objects: 2, meshes: 1 });
  });

  test('reads stdin, shows it, and puts objects into the namespace that is named', async () => {
    const stdin = (): Promise<string> => Promise.resolve(ROUTE.replace(/namespace: shop/g, 'labels: {}'));
    const { out } = await here.weft(['check', '-', '-n', 'shop'], { stdin });
    expect(out).toContain('<stdin>:21:13   VirtualService shop/orders');
    expect(out).toContain('21 |             subset: v3');
  });

  test.each([
    { text: ROUTE, failOn: 'error', code: 1 },
    { text: WARNED, failOn: 'error', code: 0 },
    { text: WARNED, failOn: 'warning', code: 1 },
    { text: WARNED, failOn: 'info', code: 1 },
    { text: CLEAN, failOn: 'info', code: 0 },
  ])('--fail-on $failOn: $code', async ({ text, failOn, code }) => {
    here.file('mesh/a.yaml', text);
    expect((await here.weft(['check', 'mesh', '--fail-on', failOn])).code).toBe(code);
  });

  test('judges the rest of what it cannot read', async () => {
    here.file('mesh/broken.yaml', 'a: "b\n');
    here.file('mesh/route.yaml', ROUTE);
    writeFileSync(join(here.folder, 'mesh/picture.yaml'), Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0]));
    const ran = await here.weft(['check', 'mesh', '-o', 'json']);
    expect(ran.code).toBe(1);
    expect(codesOf(ran)).toEqual(expect.arrayContaining(['W400', 'W401', 'W104']));
  });

  test('says of a file that it cannot be read, with its name', async () => {
    symlinkSync('nowhere', join(here.folder, 'mesh/gone.yaml'));
    const { findings } = reportOf(await here.weft(['check', 'mesh', '-o', 'json']));
    expect(findings).toMatchObject([{ code: 'W405', file: 'mesh/gone.yaml', line: 1, column: 1, object: null }]);
  });

  test('has colour on terminals only, and words only when it is asked for', async () => {
    here.file('mesh/route.yaml', ROUTE);
    expect((await here.weft(['check', 'mesh'])).out).not.toContain('\u001b');
    expect((await here.weft(['check', 'mesh'], { hasColourOut: true })).out).toContain('\u001b[31m✖ error\u001b[0m');
    for (const ran of [
      await here.weft(['check', 'mesh', '--plain']),
      await here.weft(['check', 'mesh'], { env: { WEFT_PLAIN: '1' } }),
    ])
      expect(ran.out).toMatch(/^Routing\n {2}error W104 [\x20-\x7e\n]+$/);
  });
});

describe('a check of nothing has not said that anything is right', () => {
  test.each([
    { says: 'an empty folder', argv: ['mesh'], problem: 'there is no Kubernetes object in mesh' },
    { says: 'nothing on stdin', argv: ['-'], problem: 'there is no Kubernetes object in -' },
    { says: 'no output folder', argv: [], problem: 'there is no folder dist here' },
    { says: 'a path that is not there', argv: ['mehs'], problem: 'Did you mean mesh?' },
  ])('$says', async ({ argv, problem }) => {
    const { code, out, err } = await here.weft(['check', ...argv]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(problem);
  });
});

describe('other forms', () => {
  beforeEach(() => {
    here.file('mesh/route.yaml', `${ROUTE}---\n${WARNED}`);
  });

  test('JSON is one document that fits its schema', async () => {
    const ran = await here.weft(['check', 'mesh', '-o', 'json', '--ignore', 'W104']);
    expect(schemaErrors('check-report', JSON.parse(ran.out))).toEqual([]);
    expect(reportOf(ran).suppressed).toMatchObject([
      { code: 'W104', also: ['IST0101', 'KIA1107'], suppression: { by: 'command line', reason: '--ignore W104' } },
    ]);
    expect(ran.code).toBe(0);
    expect(schemaErrors('check-report', readSchemaFile('examples/check-report.json'))).toEqual([]);
  });

  test('JSON of a failure is one, too', async () => {
    const { code, out } = await here.weft(['check', 'nowhere', '-o', 'json']);
    expect(code).toBe(2);
    expect(schemaErrors('failure', JSON.parse(out))).toEqual([]);
    expect(JSON.parse(out)).toMatchObject({ command: 'check' });
  });

  test('SARIF has the pages of what was found', async () => {
    const { code, out } = await here.weft(['check', 'mesh', '-o', 'sarif']);
    expect(code).toBe(1);
    const log = JSON.parse(out) as {
      readonly runs: readonly {
        readonly tool: {
          readonly driver: {
            readonly semanticVersion: string;
            readonly rules: readonly { readonly id: string; readonly help: { readonly markdown?: string } }[];
          };
        };
      }[];
    };
    const driver = log.runs[0]?.tool.driver;
    expect(driver?.rules.find(({ id }) => id === 'W406')?.help.markdown).toMatch(/^# W406 /);
    expect(driver?.semanticVersion).toBe(
      (JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }).version,
    );
  });

  test('GitHub gets commands on stdout, and people the verdict on stderr', async () => {
    const { out, err } = await here.weft(['check', 'mesh', '-o', 'github']);
    expect(
      out
        .split('\n')
        .filter((line) => line !== '' && !/^::(?:error|warning|notice) file=mesh\/route\.yaml,/.test(line)),
    ).toEqual([]);
    expect(out).toContain('::error file=mesh/route.yaml,line=21,col=13,title=W104 ');
    expect(err).toMatch(/^1 error, \d+ warnings?.* in 3 objects\n$/);
  });
});

describe('what is meant', () => {
  beforeEach(() => {
    here.file('mesh/route.yaml', ROUTE);
  });

  test.each([
    { argv: ['--ignore', 'W104'], hides: true },
    { argv: ['--ignore', 'W104=VirtualService shop/orders'], hides: true },
    { argv: ['--ignore', 'W104=* shop/*'], hides: true },
    { argv: ['--ignore', 'W104=VirtualService shop/users'], hides: false },
  ])('$argv: $hides', async ({ argv, hides }) => {
    const ran = await here.weft(['check', 'mesh', '-o', 'json', ...argv]);
    expect(codesOf(ran).includes('W104')).toBe(!hides);
    expect(ran.err).toBe(hides ? '' : `note: ${argv.join(' ')} ignores nothing\n`);
  });

  test('is listed with --show-ignored', async () => {
    const { out } = await here.weft(['check', 'mesh', '--ignore', 'W104', '--show-ignored']);
    expect(out).toContain('Ignored\n  error W104 subset "v3"');
    expect(out).toContain('ignored (command line): --ignore W104\n');
    expect(out).toMatch(/, 1 ignored in 2 objects/);
  });

  test('is read from weft.check.yaml, and from the file that is named', async () => {
    const config =
      'ignore:\n  - code: W104\n    object: VirtualService shop/*\n    path: spec.http\n    reason: v3 comes tonight\n';
    here.file('weft.check.yaml', config);
    const found = reportOf(await here.weft(['check', 'mesh', '-o', 'json'])).suppressed;
    expect(found).toMatchObject([{ suppression: { by: 'configuration', reason: 'v3 comes tonight' } }]);
    here.file('other.yaml', config.replace('shop/*', 'shop/users'));
    const other = reportOf(await here.weft(['check', 'mesh', '-o', 'json', '--config', 'other.yaml']));
    expect(other.suppressed).toEqual([]);
    expect(other.findings.find(({ code }) => code === 'W407')).toMatchObject({
      file: 'other.yaml',
      line: 2,
      column: 5,
      severity: 'info',
      message:
        'W104 of VirtualService shop/users at spec.http is ignored (v3 comes tonight), but nothing of the kind was found',
    });
  });

  test('an entry that hides something in one of several meshes is used', async () => {
    for (const [folder, text] of [
      ['dist/a', ROUTE],
      ['dist/b', CLEAN],
    ] as const) {
      mkdirSync(join(here.folder, folder), { recursive: true });
      here.file(`${folder}/a.yaml`, text);
    }
    here.file('weft.check.yaml', 'ignore: [{ code: W104, reason: r }]\n');
    expect(codesOf(await here.weft(['check', '-o', 'json']))).not.toContain('W407');
  });

  test.each([
    { text: 'ignor: []\n', says: 'weft.check.yaml:1 ignor', and: 'ignore' },
    { text: 'ignore:\n  - code: W104\n    reson: x\n', says: 'weft.check.yaml:3 ignore[0].reson', and: 'reason' },
    { text: 'ignore:\n  - code: W104\n', says: 'weft.check.yaml:2 ignore[0]', and: 'reason' },
    { text: 'ignore:\n  - { code: W104, reason: " " }\n', says: 'weft.check.yaml:2 ignore[0].reason', and: 'say why' },
    { text: 'ignore:\n  - { code: IST0101, reason: r }\n', says: 'IST0101 is a code of another tool', and: 'W104' },
    { text: 'ignore:\n  - { code: W1044, reason: r }\n', says: 'there is no finding "W1044"', and: 'did you mean W10' },
    { text: 'mesh: { trustDomian: a }\n', says: 'weft.check.yaml:1 mesh.trustDomian', and: 'trustDomain' },
    { text: '- a\n', says: 'weft.check.yaml:1', and: 'list' },
    { text: 'ignore: [\n', says: 'weft.check.yaml is no YAML', and: 'at weft.check.yaml:' },
  ])('a configuration of $text is refused', async ({ text, says, and }) => {
    here.file('weft.check.yaml', text);
    const { code, out, err } = await here.weft(['check', 'mesh']);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(says);
    expect(err).toContain(and);
  });

  test.each([
    { argv: ['--config', 'nowhere.yaml'], says: '--config nowhere.yaml: there is no such file' },
    { argv: ['--ignore', 'W999'], says: '--ignore W999: there is no finding "W999"' },
    { argv: ['--ignore', 'W104='], says: 'no object is named' },
    { argv: ['--fail-on', 'never'], says: 'Allowed choices are error, warning, info' },
  ])('$argv is refused', async ({ argv, says }) => {
    const { code, err } = await here.weft(['check', 'mesh', ...argv]);
    expect(code).toBe(2);
    expect(err).toContain(says);
  });

  test('an empty configuration, and the settings of the mesh, are fine', async () => {
    for (const text of [
      '',
      '# nothing yet\n',
      'mesh: { rootNamespace: mesh, outboundTrafficPolicy: REGISTRY_ONLY, autoMtls: false }\n',
    ]) {
      here.file('weft.check.yaml', text);
      expect((await here.weft(['check', 'mesh'])).err).toBe('');
    }
  });
});

test('the page of the command shows a configuration with the settings that count when nobody says anything', async () => {
  const page = readFileSync(join(repository, 'docs/check.md'), 'utf8');
  const [, text = ''] = /```yaml\n([^]*?)```/.exec(page) ?? [];
  const settings = parse(text) as CheckSettings; // judged right here
  expect(settingsProblems(settings)).toEqual([]);
  expect(settings.mesh).toEqual(DEFAULT_SETTINGS);
});

describe('a rule that fails', () => {
  test('is a bug of ours with its object; everything else is judged', async () => {
    here.file('mesh/route.yaml', ROUTE);
    const rule = catalogue.find(({ code }) => code === 'W505');
    if (rule === undefined) throw new Error('W505 is gone');
    const spy = vi.spyOn(rule, 'check').mockImplementation((graph) => {
      if (graph.manifests.some(({ kind }) => kind === 'VirtualService')) throw new TypeError('x is undefined');
      return [];
    });
    try {
      const { code, out, err } = await here.weft(['check', 'mesh']);
      expect(code).toBe(4);
      expect(out).toContain('error W104');
      expect(err).toBe(
        'error: this is a bug in weft, not in what you wrote: W505 failed on VirtualService shop/orders: x is undefined\n' +
          'Everything else was judged. Please report it with that object and what WEFT_DEBUG=1 adds here.\n',
      );
      expect((await here.weft(['check', 'mesh'], { env: { WEFT_DEBUG: '1' } })).err).toContain('check.test.ts');
      expect(schemaErrors('check-report', JSON.parse((await here.weft(['check', 'mesh', '-o', 'json'])).out))).toEqual(
        [],
      );
    } finally {
      spy.mockRestore();
    }
  });
});
