import { describe, expect, test } from 'vitest';
import { excerpt, shown } from '../../charts-src/check/excerpt.ts';
import { verdict } from '../../charts-src/check/report.ts';
import { reportText, type TextOptions } from '../../charts-src/check/report-text.ts';
import { empty, finding, sample, SHOP_TS, SHOP_YAML } from './sample-report.ts';
import { checkReport } from '../../charts-src/check/report.ts';

const files: Readonly<Record<string, string>> = { 'dist/shop.yaml': SHOP_YAML, 'src/shop.ts': SHOP_TS };
const text = (options: Partial<TextOptions> = {}, report = sample): string =>
  reportText(report, {
    linesOf: (file) => files[file]?.split('\n'),
    hasColour: false,
    isPlain: false,
    showsIgnored: false,
    ...options,
  });

describe('the report for people', () => {
  test('has sections, errors first, places, excerpts, fixes and the verdict last', () => {
    expect(text()).toBe(`Routing
  ✖ error W104 subset "v3" of host "orders" is not declared (declared: v1, v2): requests are answered 503
      dist/shop.yaml:7:52   VirtualService shop/orders   spec.http[0].route[0].destination.subset
      src/shop.ts:2   weights: { v3: 100 },
      6 |   http:
      7 |     - route: [{ destination: { host: orders, subset: v3 } }]
        |                                                    ^
      fix: declare the subset "v3", or route to v1 or v2
  ⚠ warning W118 the rest is 404
      dist/shop.yaml:5:2   VirtualService shop/orders   spec.http[0].route[0].destination.subset
      4 | spec:
      5 |  hosts: [orders] # ·[31mred·
        |  ^
      fix: declare the subset "v3", or route to v1 or v2
  ℹ info W118 so is this
      dist/shop.yaml:6:3   VirtualService shop/orders   spec.http[0].route[0].destination.subset
      fix: declare the subset "v3", or route to v1 or v2
Schema
  ✖ error W400 no YAML, 100%: "a,b"··second line
      -:1:1
      fix: declare the subset "v3", or route to v1 or v2
Rollout and workloads
  ⚠ warning W505 one pod
      dist/shop.yaml:2:1   VirtualService shop/orders
      1 | apiVersion: networking.istio.io/v1
      2 | kind: VirtualService
        | ^
      fix: run 2
✖ 2 errors, 2 warnings, 1 info, 1 ignored in 41 objects of 2 meshes (0.09 s). More: weft docs W400
`);
  });

  test('says once what is true of several places', () => {
    const findings = ['a.yaml', 'b.yaml', 'c.yaml'].map((file) => finding({ file, source: null }));
    const other = finding({ file: 'd.yaml', source: null, message: 'another one' });
    const report = checkReport([{ objects: 4, findings: [...findings, other], suppressed: [] }]);
    expect(text({}, report)).toBe(`Routing
  ✖ error W104 subset "v3" of host "orders" is not declared (declared: v1, v2): requests are answered 503
      a.yaml:7:52   VirtualService shop/orders   spec.http[0].route[0].destination.subset
      fix: declare the subset "v3", or route to v1 or v2
      the same in 2 more places:
        b.yaml:7:52   VirtualService shop/orders   spec.http[0].route[0].destination.subset
        c.yaml:7:52   VirtualService shop/orders   spec.http[0].route[0].destination.subset
  ✖ error W104 another one
      d.yaml:7:52   VirtualService shop/orders   spec.http[0].route[0].destination.subset
      fix: declare the subset "v3", or route to v1 or v2
✖ 4 errors, 0 warnings in 4 objects (0 s). More: weft docs W104
`);
  });

  test('shows the place of every error, and of the first warning of a code', () => {
    const two = (severity: 'error' | 'warning'): string =>
      text(
        {},
        checkReport([
          {
            objects: 1,
            findings: ['one', 'two'].map((message) => finding({ severity, message, source: null })),
            suppressed: [],
          },
        ]),
      );
    expect(two('error').match(/^ +\| +\^$/gm)).toHaveLength(2);
    expect(two('warning').match(/^ +\| +\^$/gm)).toHaveLength(1);
  });

  test('lists what is ignored when it is asked for', () => {
    expect(text({ showsIgnored: true })).toContain(`Ignored
  warning W301 4 tries do not fit
      dist/shop.yaml:7:52   VirtualService shop/orders   spec.http[0].route[0].destination.subset
      ignored (annotation): the guide says so
✖ 2 errors`);
    expect(text()).not.toContain('the guide says so');
  });

  test('in plain words has no symbol, no excerpt and no mark', () => {
    const plain = text({ isPlain: true });
    expect(plain).not.toMatch(/[^\x20-\x7e\n·]/);
    expect(plain).not.toContain(' | ');
    expect(plain).toContain('\n  warning W505 one pod\n');
    expect(plain).toContain('\n2 errors, 2 warnings');
  });

  test('says the same in colour', () => {
    // eslint-disable-next-line no-control-regex -- this is about escapes
    const escapes = /\u001b\[\d+m/g;
    const coloured = text({ hasColour: true });
    expect(coloured.match(escapes)?.length).toBeGreaterThan(20);
    expect(coloured.replace(escapes, '')).toBe(text());
    expect(text()).not.toContain('\u001b');
  });

  test('passes over files that cannot be shown', () => {
    const report = checkReport([
      { objects: 1, findings: [finding({ file: 'gone.yaml', source: null })], suppressed: [] },
    ]);
    expect(text({}, report)).toBe(`Routing
  ✖ error W104 subset "v3" of host "orders" is not declared (declared: v1, v2): requests are answered 503
      gone.yaml:7:52   VirtualService shop/orders   spec.http[0].route[0].destination.subset
      fix: declare the subset "v3", or route to v1 or v2
✖ 1 error, 0 warnings in 1 object (0 s). More: weft docs W104
`);
  });

  test('is one line where there is nothing to say', () => {
    expect(text({}, empty)).toBe('✔ no findings in 41 objects (0 s).\n');
  });
});

test.each([
  { severities: ['warning'] as const, says: '0 errors, 1 warning in 1 object' },
  { severities: ['info', 'info'] as const, says: '0 errors, 0 warnings, 2 infos in 1 object' },
  { severities: ['error', 'error', 'warning'] as const, says: '2 errors, 1 warning in 1 object' },
])('the verdict on $severities', ({ severities, says }) => {
  const findings = severities.map((severity, index) => finding({ severity, line: index + 1 }));
  expect(verdict(checkReport([{ objects: 1, findings, suppressed: [] }]))).toBe(says);
});

describe('an excerpt', () => {
  test.each([
    { says: 'a line beyond the text', lines: ['a'], line: 2, column: 1 },
    { says: 'an empty line', lines: ['a', '  '], line: 2, column: 1 },
    { says: 'no lines', lines: [], line: 1, column: 1 },
  ])('of $says is none', ({ lines, line, column }) => {
    expect(excerpt(lines, line, column)).toBeUndefined();
  });

  test('of a very long line is the part around the place', () => {
    const line = `${'x'.repeat(5_000)}HERE${'y'.repeat(5_000)}`;
    const found = excerpt([line], 1, 5_001);
    const shownLine = found?.lines[0]?.text ?? '';
    expect(shownLine.length).toBe(100);
    expect(shownLine.slice(found?.caret)).toMatch(/^HERE/);
    const end = excerpt([line], 1, 10_004);
    expect(end?.lines[0]?.text.slice(end.caret)).toBe('y');
  });

  test('leaves out an empty line before, and a column beyond the line', () => {
    expect(excerpt(['', 'kind: X'], 2, 90)).toEqual({ lines: [{ number: 2, text: 'kind: X' }], caret: 7 });
  });

  test('holds nothing that moves a cursor', () => {
    expect(shown('a\u001b[2Jb\u0000c\u202ed\te\u2028f\ufeff')).toBe('a·[2Jb·c·d e·f·');
    expect(shown('Grüße, 世界 🚀')).toBe('Grüße, 世界 🚀');
  });
});
