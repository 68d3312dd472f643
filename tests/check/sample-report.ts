import { checkReport, type CheckReport } from '../../charts-src/check/report.ts';
import type { Finding } from '../../charts-src/check/rule.ts';

/** A file with places for findings; line 5 has a tab and letters that would move a cursor. */
export const SHOP_YAML = [
  'apiVersion: networking.istio.io/v1',
  'kind: VirtualService',
  'metadata: { name: orders, namespace: shop }',
  'spec:',
  '\thosts: [orders] # \u001b[31mred\u202e',
  '  http:',
  '    - route: [{ destination: { host: orders, subset: v3 } }]',
].join('\n');

export const SHOP_TS = "new MeshService(shop, 'orders', {\n  weights: { v3: 100 },\n});\n";

export const finding = (fields: Partial<Finding> = {}): Finding => ({
  code: 'W104',
  severity: 'error',
  title: 'A VirtualService routes to a subset that its DestinationRule does not declare.',
  message: 'subset "v3" of host "orders" is not declared (declared: v1, v2): requests are answered 503',
  fix: 'declare the subset "v3", or route to v1 or v2',
  object: { kind: 'VirtualService', namespace: 'shop', name: 'orders' },
  path: 'spec.http[0].route[0].destination.subset',
  file: 'dist/shop.yaml',
  line: 7,
  column: 52,
  source: { file: 'src/shop.ts', line: 2 },
  also: ['IST0101', 'KIA1107'],
  ...fields,
});

/** One of each. */
export const sample: CheckReport = checkReport(
  [
    {
      objects: 40,
      findings: [
        finding(),
        finding({
          code: 'W505',
          severity: 'warning',
          title: 'A workload is one pod.',
          message: 'one pod',
          fix: 'run 2',
          path: '',
          line: 2,
          column: 1,
          source: null,
          also: [],
        }),
        finding({
          code: 'W118',
          severity: 'warning',
          message: 'the rest is 404',
          line: 5,
          column: 2,
          source: null,
          also: [],
        }),
        finding({ code: 'W118', severity: 'info', message: 'so is this', line: 6, column: 3, source: null, also: [] }),
      ],
      suppressed: [
        {
          ...finding({ code: 'W301', severity: 'warning', message: '4 tries do not fit', source: null, also: [] }),
          suppression: { by: 'annotation', reason: 'the guide says so' },
        },
      ],
    },
    {
      objects: 1,
      findings: [
        finding({
          code: 'W400',
          message: 'no YAML, 100%: "a,b"\r\nsecond line',
          title: 'A document is no YAML, is it: never.',
          object: null,
          path: '',
          file: '-',
          line: 1,
          column: 1,
          source: null,
          also: [],
        }),
      ],
      suppressed: [],
    },
  ],
  { seconds: 0.0912 },
);

export const empty: CheckReport = checkReport([{ objects: 41, findings: [], suppressed: [] }]);
