import * as fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { check } from '../../charts-src/check/check.ts';
import type { CheckResult } from '../../charts-src/check/run-check.ts';
import { readManifests } from '../../charts-src/manifest/read-manifests.ts';

const folder = resolve(import.meta.dirname, '../../docs/findings');

/** Objects of every kind that rules look at: those of all examples of all pages. */
const examples: readonly (readonly unknown[])[] = readdirSync(folder)
  .flatMap((file) => [...readFileSync(join(folder, file), 'utf8').matchAll(/^```yaml (?:bad|good)\n([\s\S]*?)^```$/gm)])
  .map(([, text = '']) => readManifests('page.yaml', text).manifests.map(({ object }) => object))
  .filter((objects) => objects.length > 0);

/** What nobody writes on purpose. */
const ODD: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e21,
  '',
  ' ',
  'x',
  '*',
  '-',
  '0',
  '1s',
  '-5m',
  '$(A)',
  '{}',
  'a/b/c',
  '..',
  'ä',
  'constructor',
  '__proto__',
  'a'.repeat(300),
  [],
  [null],
  [[]],
  ['', ''],
  {},
  { '': '' },
  { constructor: 1 },
  [{}],
  { a: { b: [] } },
];

/** A path to every part of a value. */
function* paths(value: unknown, path: readonly (string | number)[] = []): Generator<readonly (string | number)[]> {
  yield path;
  if (typeof value !== 'object' || value === null) return;
  for (const [key, item] of Array.isArray(value) ? value.entries() : Object.entries(value))
    yield* paths(item, [...path, key]);
}

type Holder = Record<string | number, unknown>;

/** A copy in which one part is another value, or is gone. */
function changed(value: unknown, path: readonly (string | number)[], to: unknown): unknown {
  const copy = structuredClone(value);
  const last = path.at(-1);
  if (last === undefined) return to;
  let at = copy as Holder;
  for (const part of path.slice(0, -1)) at = at[part] as Holder; // a path of this very value
  if (to !== undefined) at[last] = to;
  else if (Array.isArray(at)) at.splice(Number(last), 1);
  else delete at[last];
  return copy;
}

const problemsOf = ({ bugs, findings }: CheckResult): readonly string[] => [
  ...bugs.map(({ code, object, message }) => `${code} ${object ?? ''}: ${message}`),
  // What is said must be sayable: of a known place, in words.
  ...findings
    .filter(
      ({ line, column, message, fix }) =>
        !(line >= 1) || !(column >= 1) || message === '' || fix === '' || /\bundefined\b|\[object |NaN/.test(message),
    )
    .map(
      ({ code, line, column, message, fix }) =>
        `${code} at ${line}:${column} says ${JSON.stringify(message)}, fix ${JSON.stringify(fix)}`,
    ),
];

const RUNS = Number(process.env['WEFT_TOTAL_RUNS'] ?? 400);

describe('check is total', () => {
  test('no object makes a rule fail, whatever stands in it', { timeout: 300_000 }, () => {
    expect(examples.length).toBeGreaterThan(200);
    let looked = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...examples),
        fc.array(fc.tuple(fc.nat(), fc.constantFrom(...ODD, undefined)), { minLength: 1, maxLength: 3 }),
        (objects, changes) => {
          let mutated: unknown = objects;
          for (const [which, to] of changes) {
            const all = [...paths(mutated)].slice(1);
            const path = all[which % Math.max(1, all.length)];
            if (path) mutated = changed(mutated, path, to);
          }
          const documents = Array.isArray(mutated) ? (mutated as readonly unknown[]) : [mutated];
          const text = documents.map((object) => JSON.stringify(object)).join('\n---\n');
          looked += documents.length;
          expect(problemsOf(check({ 'mesh.yaml': text })), text).toEqual([]);
        },
      ),
      { numRuns: RUNS },
    );
    expect(looked).toBeGreaterThan(RUNS / 2);
  });

  test('no text makes it throw', { timeout: 60_000 }, () => {
    const pieces = fc.constantFrom(
      'a',
      ':',
      '-',
      ' ',
      '\n',
      '\t',
      '"',
      "'",
      '{',
      '}',
      '[',
      ']',
      '&a',
      '*a',
      '<<',
      '!',
      '|',
      '>',
      '#',
      '---\n',
      '...\n',
      '?',
      '%',
      '@',
      '\r',
      '\u0000',
      '\ufeff',
      'kind',
      'apiVersion: v1\n',
      '2',
      '\ud800',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
        expect(problemsOf(check({ 'mesh.yaml': parts.join('') }))).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });
});
