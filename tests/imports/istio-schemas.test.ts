import { describe, expect, test } from 'vitest';
import { istioSchemas } from '../../charts-src/imports/istio-schemas.ts';
import { apiServer, formatPath, validate, type Path, type Schema } from '../../charts-src/model/schema.ts';
import { istioSpecs, type IstioSpecCase } from '../fixtures/istio-specs.ts';

const problemsOf = ({ kind, spec }: Pick<IstioSpecCase, 'kind' | 'spec'>) =>
  validate(istioSchemas[kind].spec, spec, { at: ['spec'], reader: apiServer });

test.each(istioSpecs)('$kind: $name', (specCase) => {
  const places = problemsOf(specCase).map(({ path }) => formatPath(path));
  expect(places).toEqual(specCase.valid ? [] : [specCase.why]);
});

test('every kind has right and wrong cases, each with a name of its own', () => {
  for (const valid of [true, false])
    expect(new Set(istioSpecs.filter((specCase) => specCase.valid === valid).map(({ kind }) => kind))).toEqual(
      new Set(Object.keys(istioSchemas)),
    );
  expect(new Set(istioSpecs.map(({ kind, name }) => `${kind}/${name}`)).size).toBe(istioSpecs.length);
  for (const { name } of istioSpecs) expect(name).toMatch(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
});

describe('a slip in one letter is found wherever it is made', () => {
  const slips = istioSpecs.filter(({ valid }) => valid).flatMap((specCase) => misspellings(specCase));
  test('there are many', () => expect(slips.length).toBeGreaterThan(150));
  test.each(slips)('$kind $at', ({ kind, spec, at, meant }) => {
    const found = problemsOf({ kind, spec }).find(({ path }) => formatPath(path) === at);
    expect(found).toMatchObject({
      what: expect.stringContaining('unknown field') as string,
      fix: `did you mean "${meant}"?`,
    });
  });
});

test('what a hand that reads JSON may bring does no harm', () => {
  const hostile = JSON.parse('{"__proto__": {"hosts": ["a"]}, "toString": 1, "http": {"length": 2}}') as unknown;
  expect(problemsOf({ kind: 'VirtualService', spec: hostile }).map(({ path }) => formatPath(path))).toEqual([
    'spec.__proto__',
    'spec.toString',
    'spec.http',
  ]);
});

test('a number that does not fit the type of the API is refused, although some API servers store it', () => {
  const spec = { http: [{ route: [{ destination: { host: 'a' }, weight: 3_000_000_000 }] }] };
  expect(problemsOf({ kind: 'VirtualService', spec }).map(({ what }) => what)).toEqual([
    '3000000000 is more than 2147483647',
  ]);
});

test('every pattern compiles, and every rule names fields that exist', () => {
  let patterns = 0;
  let rules = 0;
  const visit = (schema: Schema): void => {
    if (typeof schema === 'string') return;
    if (schema.type === 'string' && schema.pattern !== undefined) {
      patterns++;
      expect(() => new RegExp(schema.pattern ?? '', 'u')).not.toThrow();
    }
    if (schema.type === 'list') visit(schema.items);
    if (schema.type === 'map') [schema.values, ...(schema.keys ? [schema.keys] : [])].forEach(visit);
    if (schema.type !== 'object') return;
    const {
      fields,
      required = [],
      nullable = [],
      atMostOne = [],
      exactlyOne = [],
      atLeastOne = [],
      when = [],
    } = schema;
    const named = [
      ...[...required, ...nullable, ...atLeastOne.flat(), ...[...atMostOne, ...exactlyOne].flat().flat()],
      ...when.flatMap(({ if: { field }, then }) => [
        ...[field, ...(then.required ?? []), ...(then.forbidden ?? []), ...Object.keys(then.fields ?? {})],
      ]),
    ];
    rules += named.length;
    expect(Object.keys(fields)).toEqual(expect.arrayContaining(named));
    Object.values(fields).forEach(visit);
  };
  for (const { spec } of Object.values(istioSchemas)) visit(spec);
  expect(patterns).toBeGreaterThan(20);
  expect(rules).toBeGreaterThan(100);
});

interface Slip extends Pick<IstioSpecCase, 'kind' | 'spec'> {
  readonly at: string;
  readonly meant: string;
}

/** The spec once for each of its fields, that field with a letter too many. Names that are free cannot be misspelt. */
function misspellings({ kind, spec }: IstioSpecCase): Slip[] {
  const slips: Slip[] = [];
  const visit = (schema: Schema, value: unknown, path: Path, rebuild: (part: unknown) => unknown): void => {
    if (typeof schema !== 'object' || typeof value !== 'object' || value === null) return;
    if (schema.type === 'list' && Array.isArray(value))
      value.forEach((item, index) =>
        visit(schema.items, item, [...path, index], (part) =>
          rebuild(value.map((old: unknown, i) => (i === index ? part : old))),
        ),
      );
    if (schema.type !== 'object') return;
    for (const [name, field] of Object.entries(value)) {
      const inner = schema.fields[name];
      if (inner === undefined) continue;
      const { [name]: _, ...others } = value as Record<string, unknown>;
      const wrong = `${name}x`;
      slips.push({
        kind,
        at: formatPath([...path, wrong]),
        meant: name,
        spec: rebuild({ ...others, [wrong]: field as unknown }),
      });
      visit(inner, field, [...path, name], (part) => rebuild({ ...others, [name]: part }));
    }
  };
  visit(istioSchemas[kind].spec, spec, ['spec'], (part) => part);
  return slips;
}
