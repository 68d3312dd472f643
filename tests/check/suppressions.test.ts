import { describe, expect, test } from 'vitest';
import { catalogue } from '../../charts-src/check/catalogue.ts';
import type { Finding } from '../../charts-src/check/rule.ts';
import {
  IGNORE_PREFIX,
  ISTIO_SUPPRESS,
  matchesGlob,
  suppressionOf,
  TRAP_CODES,
  type Ignore,
} from '../../charts-src/check/suppressions.ts';
import { ACCEPTS_PREFIX } from '../../charts-src/model/acceptance.ts';

const found: Pick<Finding, 'code' | 'also' | 'object' | 'path'> = {
  code: 'W104',
  also: ['IST0101', 'KIA1107'],
  object: { kind: 'VirtualService', namespace: 'shop', name: 'orders' },
  path: 'spec.http[1].route[0].destination.subset',
};

const by = (finding: typeof found, annotations: Record<string, string>, ignores: readonly Ignore[] = []) =>
  suppressionOf(finding, annotations, ignores).suppression;

describe('an annotation', () => {
  test.each([
    { says: 'with a reason', key: `${IGNORE_PREFIX}W104`, reason: 'v3 comes tonight', hides: true },
    { says: 'without a reason', key: `${IGNORE_PREFIX}W104`, reason: '  ', hides: false },
    { says: 'of another code', key: `${IGNORE_PREFIX}W105`, reason: 'v3 comes tonight', hides: false },
    { says: 'of another prefix', key: 'ignore.W104', reason: 'v3 comes tonight', hides: false },
  ])('$says: hides $hides', ({ key, reason, hides }) => {
    expect(by(found, { [key]: reason })).toEqual(hides ? { by: 'annotation', reason } : undefined);
  });

  test.each(Object.entries(TRAP_CODES))('that accepts %s hides %s and nothing else', (trap, code) => {
    const annotations = { [`${ACCEPTS_PREFIX}${trap}`]: 'we know' };
    expect(by({ ...found, code }, annotations)).toEqual({ by: 'annotation', reason: 'we know' });
    for (const other of Object.values(TRAP_CODES).filter((value) => value !== code))
      expect(by({ ...found, code: other }, annotations)).toBeUndefined();
    expect(by({ ...found, code }, { [`${ACCEPTS_PREFIX}${trap}`]: '' })).toBeUndefined();
  });

  test('has a key that Kubernetes takes', () => {
    for (const { code } of catalogue) {
      const [prefix = '', name = ''] = `${IGNORE_PREFIX}${code}`.split('/');
      expect(prefix).toMatch(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/);
      expect(name).toMatch(/^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/);
    }
  });
});

describe("istioctl's annotation", () => {
  test.each([
    { codes: 'IST0101', also: ['IST0101'], hides: true },
    { codes: 'IST0103, IST0101', also: ['IST0101'], hides: true },
    { codes: 'IST01*', also: ['IST0101'], hides: true },
    { codes: 'IST02*', also: ['IST0101'], hides: false },
    { codes: '*', also: ['KIA1107', 'IST0101'], hides: true },
    // What istioctl would not say was not meant by whoever wrote it.
    { codes: '*', also: [], hides: false },
    { codes: '*', also: ['KIA1107'], hides: false },
    { codes: '', also: ['IST0101'], hides: false },
  ])('"$codes" on a finding that answers to $also: $hides', ({ codes, also, hides }) => {
    const suppression = by({ ...found, also }, { [ISTIO_SUPPRESS]: codes });
    expect(suppression?.by).toBe(hides ? 'istio annotation' : undefined);
  });
});

describe('an entry of configuration', () => {
  const entry = (fields: Partial<Ignore>): Ignore => ({ code: 'W104', reason: 'r', by: 'configuration', ...fields });

  test.each([
    { fields: {}, hides: true },
    { fields: { code: 'W105' as const }, hides: false },
    { fields: { object: 'VirtualService shop/orders' }, hides: true },
    { fields: { object: 'VirtualService */orders' }, hides: true },
    { fields: { object: '* shop/*' }, hides: true },
    { fields: { object: '*' }, hides: true },
    { fields: { object: 'VirtualService shop/order' }, hides: false },
    { fields: { object: 'DestinationRule shop/orders' }, hides: false },
    { fields: { path: 'spec.http[1]' }, hides: true },
    { fields: { path: 'spec' }, hides: true },
    { fields: { path: 'spec.http[1].route[0].destination.subset' }, hides: true },
    { fields: { path: 'spec.http[1].route[0].destination.sub' }, hides: false },
    { fields: { path: 'spec.http[0]' }, hides: false },
    { fields: { object: '* shop/*', path: 'spec.tcp' }, hides: false },
  ])('$fields: $hides', ({ fields, hides }) => {
    const ignore = entry(fields);
    const { suppression, used } = suppressionOf(found, {}, [ignore]);
    expect(suppression).toEqual(hides ? { by: 'configuration', reason: 'r' } : undefined);
    expect(used).toEqual(hides ? [ignore] : []);
  });

  test('that names an object hides nothing of a file that holds none', () => {
    expect(suppressionOf({ ...found, object: null, path: '' }, undefined, [entry({ object: '*' })]).used).toEqual([]);
    expect(suppressionOf({ ...found, object: null, path: '' }, undefined, [entry({})]).used).toHaveLength(1);
  });

  test('counts as used beside an annotation, which is named', () => {
    const { suppression, used } = suppressionOf(found, { [`${IGNORE_PREFIX}W104`]: 'a' }, [entry({})]);
    expect({ suppression, used: used.length }).toEqual({ suppression: { by: 'annotation', reason: 'a' }, used: 1 });
  });
});

describe('matchesGlob', () => {
  test.each([
    ['', '', true],
    ['', 'a', false],
    ['a', 'a', true],
    ['*', '', true],
    ['a*', 'ab', true],
    ['*b', 'ab', true],
    ['a*a', 'a', false],
    ['a*b*c', 'axxbyyc', true],
    ['a*b*c', 'axxcyyb', false],
    ['**', 'anything at all/x', true],
    ['a.c', 'abc', false],
    ['*aa', 'aaa', true],
    ['*ab*ab', 'ab', false],
  ])('%j and %j: %s', (glob, text, fits) => {
    expect(matchesGlob(glob, text)).toBe(fits);
  });

  test('takes linear time for a form that would hold up a regular expression', () => {
    expect(matchesGlob(`${'a*'.repeat(200)}b`, 'a'.repeat(20_000))).toBe(false);
  });
});

test('every trap answers to a rule', () => {
  const codes = new Set<string>(catalogue.map(({ code }) => code));
  expect(Object.values(TRAP_CODES).filter((code) => !codes.has(code))).toEqual([]);
});
