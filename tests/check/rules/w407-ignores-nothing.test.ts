import { expect, test } from 'vitest';
import { check } from '../../../charts-src/check/check.ts';
import { ignoresNothing } from '../../../charts-src/check/rules/w407-ignores-nothing.ts';
import { meshOf } from '../mesh-of.ts';

const text = (annotation: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  namespace: shop\n  annotations:\n    ${annotation}\ndata: { a: "1", a: "2" }\n`;

const found = (annotation: string): readonly string[] =>
  check({ 'mesh.yaml': text(annotation) })
    .findings.filter(({ code }) => code === 'W407')
    .map(({ severity, line, path }) => `${severity} line ${line} ${path}`);

test.each([
  {
    annotation: 'check.weftmesh/ignore.W505: one is enough',
    at: ['info line 7 metadata.annotations["check.weftmesh/ignore.W505"]'],
  },
  {
    annotation: 'check.weftmesh/ignore.W406: nothing of it here',
    at: ['info line 7 metadata.annotations["check.weftmesh/ignore.W406"]'],
  },
  // Without a reason, and for no code, it is W406.
  { annotation: 'check.weftmesh/ignore.W505: ""', at: [] },
  { annotation: 'check.weftmesh/ignore.nothing: because', at: [] },
  { annotation: 'accepts.weftmesh/single-replica: one is enough', at: [] },
])('$annotation: $at', ({ annotation, at }) => {
  expect(found(annotation)).toEqual(at);
});

test('an annotation that hides something is fine', () => {
  const deployment = text('check.weftmesh/ignore.W406: we know').replace(
    'annotations:\n',
    'annotations:\n    accepts.weftmesh/nothing: because\n',
  );
  const { findings, suppressed } = check({ 'mesh.yaml': deployment });
  expect(findings.filter(({ code }) => code === 'W407')).toEqual([]);
  expect(suppressed).toMatchObject([{ code: 'W406' }]);
});

test('the rule itself finds nothing: it takes what all rules found', () => {
  expect([...ignoresNothing.check()]).toEqual([]);
  expect(meshOf(text('a: b').replace(', a: "2"', '')).manifests).toHaveLength(1);
});
