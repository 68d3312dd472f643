import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Hit, Rule } from '../../charts-src/check/rule.ts';
import { runCheck } from '../../charts-src/check/run-check.ts';
import { unusedIgnores } from '../../charts-src/check/unused-ignores.ts';
import type { Ignore } from '../../charts-src/check/suppressions.ts';
import { buildGraph, type MeshGraph } from '../../charts-src/graph/mesh-graph.ts';
import type { Path } from '../../charts-src/model/schema.ts';
import { manifestsOf, meshOf } from './mesh-of.ts';

const config = (name: string, more = ''): string => `
apiVersion: v1
kind: ConfigMap
metadata:
  name: ${name}
  namespace: shop${more}
data:
  b: "2"
  a: "1"
`;

/** A rule that finds what it is told. */
const rule = (code: Rule['code'], check: (graph: MeshGraph) => Iterable<Hit>, more: Partial<Rule> = {}): Rule => ({
  code,
  name: 'told',
  severity: 'error',
  summary: `Title of ${code}.`,
  reads: ['ConfigMap'],
  check,
  ...more,
});

/** Finds one field of every ConfigMap. */
const everywhere = (code: Rule['code'], at: Path, more: Partial<Rule> = {}): Rule =>
  rule(
    code,
    ({ manifests }) => manifests.map((manifest) => ({ manifest, at, message: `${code} found`, fix: 'do' })),
    more,
  );

describe('a finding', () => {
  test('has all that a reader needs', () => {
    const { findings, objects } = runCheck(meshOf(config('one')), {
      rules: [everywhere('W101', ['data', 'a'], { also: ['IST0101'] })],
      sourceOf: ({ name }, at) => ({ file: `${name}.ts`, line: at.length }),
    });
    expect(objects).toBe(1);
    expect(findings).toEqual([
      {
        code: 'W101',
        severity: 'error',
        title: 'Title of W101.',
        message: 'W101 found',
        fix: 'do',
        object: { kind: 'ConfigMap', namespace: 'shop', name: 'one' },
        path: 'data.a',
        file: 'mesh.yaml',
        line: 9,
        column: 3,
        source: { file: 'one.ts', line: 2 },
        also: ['IST0101'],
      },
    ]);
  });

  test('of a file has no object, and a hit overrides what its rule says', () => {
    const place = { file: 'a.yaml', line: 3, column: 1 };
    const { findings } = runCheck(meshOf(config('one')), {
      rules: [
        rule('W400', () => [{ place, message: 'm', fix: 'f', severity: 'info', also: ['KIA0001'] }], {
          also: ['IST0001'],
        }),
      ],
    });
    expect(findings).toMatchObject([
      { severity: 'info', also: ['KIA0001'], object: null, path: '', ...place, source: null },
    ]);
  });

  test('is said once, however often it is found', () => {
    const twice = rule('W101', ({ manifests: [manifest] }) =>
      manifest ? [1, 2].map(() => ({ manifest, at: ['data', 'a'], message: 'm', fix: 'f' })) : [],
    );
    expect(runCheck(meshOf(config('one')), { rules: [twice, twice] }).findings).toHaveLength(1);
  });

  test('stands by place, whatever the order of files and rules', () => {
    const rules = [
      everywhere('W301', ['data', 'b']),
      everywhere('W102', ['data', 'b']),
      everywhere('W201', ['data', 'a']),
    ];
    const manifests = [...'cab'].flatMap((name) => manifestsOf(config(name), `${name}.yaml`));
    const inOrder = runCheck(buildGraph({ manifests, problems: [] }), { rules });
    expect(inOrder.findings.map(({ file, line, code }) => `${file}:${line} ${code}`)).toEqual(
      [...'abc'].flatMap((name) => [`${name}.yaml:8 W102`, `${name}.yaml:8 W301`, `${name}.yaml:9 W201`]),
    );
    fc.assert(
      fc.property(
        fc.shuffledSubarray(manifests, { minLength: 3 }),
        fc.shuffledSubarray(rules, { minLength: 3 }),
        (shuffled, rules) => {
          expect(runCheck(buildGraph({ manifests: shuffled, problems: [] }), { rules })).toEqual(inOrder);
        },
      ),
    );
  });
});

describe('the cause, not its consequences', () => {
  const schema = (severity: Rule['severity']): Rule => everywhere('W410', ['data', 'a'], { severity });

  test('what follows from an error of the schema is left out', () => {
    const rules = [everywhere('W101', ['data', 'a']), everywhere('W102', ['data']), schema('error')];
    expect(runCheck(meshOf(config('one')), { rules }).findings.map(({ code }) => code)).toEqual(['W410']);
  });

  test('but not what lies elsewhere, in another object, or follows from a warning', () => {
    const elsewhere = everywhere('W101', ['data', 'b']);
    expect(runCheck(meshOf(config('one')), { rules: [elsewhere, schema('error')] }).findings).toHaveLength(2);
    const same = everywhere('W101', ['data', 'a']);
    expect(runCheck(meshOf(config('one')), { rules: [same, schema('warning')] }).findings).toHaveLength(2);
    const ofFirst = rule('W410', ({ manifests: [manifest] }) =>
      manifest ? [{ manifest, at: ['data', 'a'], message: 'm', fix: 'f' }] : [],
    );
    const found = runCheck(meshOf(`${config('one')}---${config('two')}`), { rules: [same, ofFirst] }).findings;
    expect(found.map(({ code, object }) => `${code} ${object?.name ?? ''}`)).toEqual(['W410 one', 'W101 two']);
  });

  test('errors of the schema do not hide each other', () => {
    const rules = [schema('error'), everywhere('W411', ['data', 'a'])];
    expect(runCheck(meshOf(config('one')), { rules }).findings).toHaveLength(2);
  });
});

describe('a rule that throws', () => {
  const broken = (culprit: string): Rule =>
    rule('W101', function* ({ manifests }) {
      for (const manifest of manifests) {
        if (manifest.name === culprit) throw new TypeError('x is undefined');
        yield { manifest, at: [], message: `saw ${manifest.name}`, fix: 'f' };
      }
    });
  const mesh = meshOf(['one', 'two', 'three', 'four', 'five'].map((name) => config(name)).join('---'));

  test.each(['one', 'three', 'five'])('is a bug on %s, and takes nothing else down', (culprit) => {
    const { bugs, findings } = runCheck(mesh, { rules: [broken(culprit), everywhere('W201', ['data', 'a'])] });
    expect(bugs).toMatchObject([{ code: 'W101', object: `ConfigMap shop/${culprit}`, message: 'x is undefined' }]);
    expect(bugs[0]?.stack).toContain('run-check.test.ts');
    expect(findings.filter(({ code }) => code === 'W201')).toHaveLength(5);
  });

  test('keeps what it had found before', () => {
    const { findings } = runCheck(mesh, { rules: [broken('three')] });
    expect(findings.map(({ message }) => message)).toEqual(['saw one', 'saw two']);
  });

  test('names no object where it takes several to make it fail, or none', () => {
    const onTwo = rule('W101', ({ manifests }) => {
      const names = manifests.map(({ name }) => name);
      if (names.includes('one') && names.includes('five')) throw new Error('both');
      return [];
    });
    expect(runCheck(mesh, { rules: [onTwo] }).bugs).toMatchObject([{ object: null }]);
    const onProblems = rule('W103', ({ problems }) => {
      if (problems.length > 0) throw new Error('not the object');
      return [];
    });
    const problem = { fault: 'syntax', at: { file: 'a', line: 1, column: 1 }, message: 'm', fix: 'f' } as const;
    const { manifests } = meshOf(config('one'));
    expect(runCheck(buildGraph({ manifests, problems: [problem] }), { rules: [onProblems] }).bugs).toMatchObject([
      { object: null },
    ]);
    const always = rule('W102', () => {
      throw new Error('always');
    });
    expect(runCheck(buildGraph({ manifests: [], problems: [] }), { rules: [always] }).bugs).toMatchObject([
      { object: null },
    ]);
  });
});

describe('what is suppressed', () => {
  const rules = [everywhere('W101', ['data', 'a']), everywhere('W102', ['data', 'b'])];
  const annotated = config('one', '\n  annotations: { check.weftmesh/ignore.W101: "on purpose" }');

  test('is kept apart, with its reason', () => {
    const { findings, suppressed } = runCheck(meshOf(annotated), { rules });
    expect(findings.map(({ code }) => code)).toEqual(['W102']);
    expect(suppressed).toMatchObject([{ code: 'W101', suppression: { by: 'annotation', reason: 'on purpose' } }]);
    const counted = runCheck(meshOf(annotated), { rules, listsSuppressed: false });
    expect(counted).toMatchObject({ findings, suppressed: [], suppressedCount: 1 });
  });

  test('by configuration and command line is noted as used', () => {
    const at = { file: 'weft.check.yaml', line: 2, column: 5 };
    const ignores: Ignore[] = [
      { code: 'W101', reason: 'r1', by: 'configuration', at },
      { code: 'W102', object: 'Service *', reason: 'r2', by: 'configuration', at: { ...at, line: 4 } },
      { code: 'W103', reason: '--ignore W103', by: 'command line' },
    ];
    const { used, suppressed } = runCheck(meshOf(config('one')), { rules, ignores });
    expect([...used]).toEqual([ignores[0]]);
    expect(suppressed).toMatchObject([{ suppression: { by: 'configuration', reason: 'r1' } }]);
    expect(unusedIgnores(ignores, used)).toEqual([
      {
        code: 'W407',
        severity: 'info',
        title: 'An entry that ignores findings ignores none.',
        message: 'W102 of Service * is ignored (r2), but nothing of the kind was found',
        fix: 'take the entry away, or correct what it names',
        object: null,
        path: '',
        file: 'weft.check.yaml',
        line: 4,
        column: 5,
        source: null,
        also: [],
      },
    ]);
  });

  test('by an annotation that hides nothing is said, where its rule looked', () => {
    const unused = config('one', '\n  annotations: { check.weftmesh/ignore.W301: "no longer" }');
    const looked = runCheck(meshOf(unused), { rules: [...rules, everywhere('W301', [], { check: () => [] })] });
    expect(looked.findings).toHaveLength(3);
    expect(looked.findings[0]).toMatchObject({
      code: 'W407',
      message: 'W301 of this object is ignored (no longer), but nothing of the kind was found',
      object: { name: 'one' },
      path: 'metadata.annotations["check.weftmesh/ignore.W301"]',
      line: 7,
    });
    expect(runCheck(meshOf(unused), { rules }).findings).toHaveLength(2);
  });
});
