import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { IstioKind } from '../../../charts-src/imports/istio.ts';
import { istioSchemas } from '../../../charts-src/imports/istio-schemas.ts';
import { allRules, familyOf } from '../all-rules.ts';
import { findingsOf, istioObject } from './judged.ts';
import { mutations } from './mutations.ts';

const rules = (await allRules()).filter((rule) => familyOf(rule) === '4');
const all = (object: object): readonly string[] => rules.flatMap((rule) => findingsOf(rule, object));

const kinds = Object.keys(istioSchemas) as IstioKind[]; // the keys of the table are the kinds
const core = [
  ['v1', 'Service'],
  ['v1', 'Pod'],
  ['apps/v1', 'Deployment'],
  ['apps/v1', 'StatefulSet'],
  ['batch/v1', 'Job'],
  ['batch/v1', 'CronJob'],
] as const;
const words = fc.constantFrom(
  'metadata',
  'spec',
  'labels',
  'name',
  'ports',
  'template',
  'containers',
  'selector',
  'http',
  'match',
  '__proto__',
  'constructor',
);
const json = fc.anything({
  key: words,
  maxDepth: 5,
  values: [fc.string(), fc.integer(), fc.boolean(), fc.constant(null)],
});

test('nothing makes a rule throw', () => {
  fc.assert(
    fc.property(fc.constantFrom(...core), json, json, ([apiVersion, kind], metadata, spec) => {
      all({ apiVersion, kind, metadata, spec });
    }),
    { numRuns: 300 },
  );
  fc.assert(
    fc.property(fc.constantFrom(...kinds), json, (kind, spec) => {
      all(istioObject(kind, spec));
    }),
    { numRuns: 300 },
  );
});

test('a changed spec is judged, and judged the same twice', () => {
  let refused = 0;
  fc.assert(
    fc.property(mutations, ({ kind, spec }) => {
      const found = all(istioObject(kind, spec));
      if (found.length > 0) refused++;
      expect(all(istioObject(kind, spec))).toEqual(found);
    }),
    { numRuns: 300 },
  );
  expect(refused).toBeGreaterThan(50);
});
