import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonValue } from '../../charts-src/imports/istio.ts';
import { readManifests } from '../../charts-src/manifest/read-manifests.ts';
import { renderYaml } from '../../charts-src/manifest/yaml.ts';
import { MANIFEST, mutationsOf, yamlSoup } from '../support/yaml-texts.ts';

const anyText = fc.oneof(
  { weight: 4, arbitrary: yamlSoup },
  { weight: 4, arbitrary: mutationsOf(MANIFEST) },
  {
    weight: 1,
    arbitrary: mutationsOf(JSON.stringify({ apiVersion: 'v1', items: [{ kind: 'A', a: [1, 'x\n', null] }] })),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  {
    weight: 1,
    arbitrary: fc.string({ unit: fc.constantFrom(...'-?:,[]{}#&*!|>\'"%@`\\ \t\n\r=~.ab1'), maxLength: 40 }),
  },
);
const anyPath = fc.array(
  fc.oneof(
    fc.constantFrom('metadata', 'name', 'spec', 'http', 'items', 'a', '__proto__', 'constructor', 'length', '0'),
    fc.integer({ min: -1, max: 3 }),
    fc.string({ maxLength: 3 }),
  ),
  { maxLength: 6 },
);

/** What was read, without the function. */
const plain = (text: string) => {
  const { manifests, problems } = readManifests('f', text);
  return {
    objects: manifests.map(({ object }) => object),
    names: manifests.map(({ kind, namespace, name }) => [kind, namespace, name]),
    starts: manifests.map((manifest) => manifest.position([])),
    problems,
  };
};

test('reading is total: no text makes it throw, and every place lies in the text', () => {
  fc.assert(
    fc.property(anyText, anyPath, (text, path) => {
      const lines = text.split(/\r\n|\r|\n/);
      const { manifests, problems } = readManifests('f', text);
      for (const { line, column } of [...problems.map(({ at }) => at), ...manifests.map((one) => one.position(path))]) {
        expect(line).toBeGreaterThanOrEqual(1);
        expect(line).toBeLessThanOrEqual(lines.length);
        expect(column).toBeGreaterThanOrEqual(1);
        expect(column).toBeLessThanOrEqual((lines[line - 1]?.length ?? 0) + 2);
      }
    }),
    { numRuns: 6_000 },
  );
});

test('what is read is JSON, with texts where texts are promised', () => {
  let objects = 0;
  fc.assert(
    fc.property(anyText, (text) => {
      for (const manifest of readManifests('f', text).manifests) {
        const { object, position, labels, annotations, ...texts } = manifest;
        objects++;
        expect(JSON.parse(JSON.stringify(object))).toEqual(object);
        expect(position).toBeTypeOf('function');
        for (const value of [...Object.values(texts), ...Object.values(labels), ...Object.values(annotations)])
          expect(value).toBeTypeOf('string');
      }
    }),
    { numRuns: 2_000 },
  );
  expect(objects).toBeGreaterThan(50);
});

test('CR LF reads as LF', () => {
  fc.assert(
    fc.property(
      anyText.filter((text) => !text.includes('\r')),
      (text) => {
        expect(plain(text.replaceAll('\n', '\r\n'))).toEqual(plain(text));
      },
    ),
    { numRuns: 2_000, examples: [['{"a": ["x\\\n", null}']] },
  );
});

describe('documents that are put together', () => {
  const part = fc.oneof(
    fc.constantFrom(
      MANIFEST,
      'a: b: c\n',
      '# only a comment\n',
      '\n',
      'a: "x\n',
      'kind: Service\n',
      'text\n',
      'a: 1\na: 2\n',
    ),
    mutationsOf(MANIFEST),
    yamlSoup,
  );
  /** Marks, and what makes JSON or a template of a whole file, mean something else between other documents. */
  const alone = part
    .map((text) => (text.endsWith('\n') ? text : `${text}\n`))
    .filter((text) => !/^(?:---|\.\.\.|%)|\{[{%]/m.test(text) && !/^\s*\{/.test(text));

  test('read as the sum of them', () => {
    const seen = { objects: 0, problems: 0 };
    fc.assert(
      fc.property(fc.array(alone, { minLength: 1, maxLength: 5 }), (texts) => {
        const together = plain(texts.join('---\n'));
        let lines = 0;
        const sum: ReturnType<typeof plain> = { objects: [], names: [], starts: [], problems: [] };
        for (const text of texts) {
          const before = lines;
          const moved = <P extends { readonly line: number }>(at: P): P => ({ ...at, line: at.line + before });
          const { objects, names, starts, problems } = plain(text);
          sum.objects.push(...objects);
          sum.names.push(...names);
          sum.starts.push(...starts.map(moved));
          // Messages may name lines, too.
          for (const problem of problems) {
            const message = problem.message.replaceAll(/(?<=\bline )\d+/g, (line) => String(Number(line) + before));
            (sum.problems as unknown[]).push({ ...problem, message, at: moved(problem.at) }); // an array of our own
          }
          lines += text.split('\n').length;
        }
        expect(together).toEqual(sum);
        seen.objects += sum.objects.length;
        seen.problems += sum.problems.length;
      }),
      { numRuns: 1_500 },
    );
    expect(seen.objects).toBeGreaterThan(200);
    expect(seen.problems).toBeGreaterThan(200);
  });
});

describe('objects that were written', () => {
  const value: fc.Arbitrary<JsonValue> = fc.letrec<{ value: JsonValue }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: fc.constantFrom(...'-?:,[]{}#&*!|>\'"%@`\\ \n=~.ab1') }),
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }).filter((number) => !Object.is(number, -0)),
      fc.boolean(),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(fc.string({ maxLength: 8 }), tie('value'), { maxKeys: 4, noNullPrototype: true }),
    ),
  })).value;
  const object = fc.record({ apiVersion: fc.constant('v1'), kind: fc.constant('A'), spec: value });

  test.each([
    { by: 'our printer', write: (objects: readonly unknown[]) => renderYaml(objects) },
    {
      by: 'JSON.stringify',
      write: (objects: readonly unknown[]) => objects.map((one) => JSON.stringify(one)).join('\n'),
    },
    {
      by: 'JSON.stringify with tabs',
      write: (objects: readonly unknown[]) => objects.map((one) => JSON.stringify(one, null, '\t')).join(''),
    },
    {
      by: 'JSON.stringify, as a List',
      write: (items: readonly unknown[]) => JSON.stringify({ apiVersion: 'v1', kind: 'List', items }),
    },
  ])('by $by come back', ({ write }) => {
    fc.assert(
      fc.property(fc.array(object, { minLength: 1, maxLength: 3 }), (objects) => {
        const { objects: read, problems } = plain(write(objects));
        expect(problems).toEqual([]);
        expect(read).toEqual(objects);
      }),
      { numRuns: 500 },
    );
  });
});
