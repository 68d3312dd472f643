import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { expect, test } from 'vitest';
import { checkReport, type CheckReport } from '../../charts-src/check/report.ts';
import { reportSarif } from '../../charts-src/check/report-sarif.ts';
import { empty, finding, sample } from './sample-report.ts';
import { sarifShape } from './sarif-shape.ts';

const RULES = (['W104', 'W118', 'W301', 'W400', 'W505', 'W699'] as const).map((code) => ({
  code,
  name: `name-of-${code.toLowerCase()}`,
  severity: 'warning' as const,
  summary: `Summary of ${code}.`,
  ...(code === 'W104' && { also: ['KIA1107', 'IST0101'] }),
}));

const ajv = new Ajv2020({ allErrors: true });
addFormats.default(ajv);
const validate = ajv.compile(sarifShape);

interface Log {
  readonly runs: readonly {
    readonly tool: {
      readonly driver: { readonly rules: readonly { readonly id: string; readonly helpUri?: string }[] };
    };
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly level: string;
      readonly locations: readonly {
        readonly physicalLocation: { readonly artifactLocation: { readonly uri: string }; readonly region: object };
        readonly logicalLocations?: readonly object[];
      }[];
      readonly suppressions: readonly object[];
      readonly relatedLocations?: readonly object[];
    }[];
  }[];
}

function log(report: CheckReport): Log {
  const text = reportSarif(report, { version: '1.2.3', rules: RULES, pageOf: (code) => `# ${code}\n` });
  const parsed: unknown = JSON.parse(text);
  validate(parsed);
  expect(validate.errors ?? []).toEqual([]);
  return parsed as Log; // it fits the shape
}

test('a log is what the standard asks for, and rules are those that found something', () => {
  const [run] = log(sample).runs;
  expect(run?.tool.driver.rules.map(({ id }) => id)).toEqual(['W104', 'W118', 'W301', 'W400', 'W505']);
  expect(run?.tool.driver.rules[0]).toEqual({
    id: 'W104',
    name: 'NameOfW104',
    shortDescription: { text: 'Summary of W104.' },
    fullDescription: { text: 'Summary of W104.' },
    help: { text: 'Summary of W104. More: weft docs W104', markdown: '# W104' },
    helpUri: 'https://istio.io/latest/docs/reference/config/analysis/ist0101/',
    defaultConfiguration: { level: 'warning' },
    properties: { tags: ['routing', 'KIA1107', 'IST0101'] },
  });
  for (const result of run?.results ?? []) expect(run?.tool.driver.rules[result.ruleIndex]?.id).toBe(result.ruleId);
});

test('a result has its place in the file, in the object, and in the TypeScript', () => {
  const result = log(sample).runs[0]?.results.find(({ ruleId }) => ruleId === 'W104');
  expect(result).toMatchObject({
    level: 'error',
    message: {
      text: 'subset "v3" of host "orders" is not declared (declared: v1, v2): requests are answered 503. Fix: declare the subset "v3", or route to v1 or v2.',
    },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri: 'dist/shop.yaml' }, region: { startLine: 7, startColumn: 52 } },
        logicalLocations: [
          {
            name: 'spec.http[0].route[0].destination.subset',
            fullyQualifiedName: 'VirtualService shop/orders spec.http[0].route[0].destination.subset',
            kind: 'property',
          },
        ],
      },
    ],
    relatedLocations: [{ physicalLocation: { artifactLocation: { uri: 'src/shop.ts' }, region: { startLine: 2 } } }],
    suppressions: [],
  });
});

test('what is ignored is there, as suppressed, with the reason', () => {
  const result = log(sample).runs[0]?.results.find(({ ruleId }) => ruleId === 'W301');
  expect(result?.suppressions).toEqual([{ kind: 'inSource', status: 'accepted', justification: 'the guide says so' }]);
  const external = checkReport([
    { objects: 1, findings: [], suppressed: [{ ...finding(), suppression: { by: 'configuration', reason: 'r' } }] },
  ]);
  expect(log(external).runs[0]?.results[0]?.suppressions).toEqual([
    { kind: 'external', status: 'accepted', justification: 'r' },
  ]);
});

test('an info is a note, and a log without findings is a log', () => {
  expect(log(sample).runs[0]?.results.map(({ level }) => level)).toContain('note');
  expect(log(empty).runs).toMatchObject([{ results: [], tool: { driver: { rules: [] } } }]);
});

test.each([
  { file: './a b/ü.yaml', uri: 'a%20b/%C3%BC.yaml' },
  { file: '/tmp/x.yaml', uri: 'file:///tmp/x.yaml' },
  { file: String.raw`C:\mesh\x.yaml`, uri: 'file:///C:/mesh/x.yaml' },
  { file: '../x#y?.yaml', uri: '../x%23y%3F.yaml' },
  { file: '<stdin>', uri: 'stdin' },
])('$file is told as $uri', ({ file, uri }) => {
  const report = checkReport([{ objects: 1, findings: [finding({ file })], suppressed: [] }]);
  expect(log(report).runs[0]?.results[0]?.locations[0]?.physicalLocation.artifactLocation.uri).toBe(uri);
});

test('the shape is strict: it refuses what the standard does not know', () => {
  expect(validate({ version: '2.1.0', runs: [{ tool: { driver: { name: 'weft' } }, results: [{ text: 'x' }] }] })).toBe(
    false,
  );
  expect(
    validate({
      version: '2.1.0',
      runs: [{ tool: { driver: { name: 'weft' } }, results: [{ message: { text: 'x' }, level: 'info' }] }],
    }),
  ).toBe(false);
});
