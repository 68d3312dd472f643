import * as fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { check } from '../../charts-src/check/check.ts';
import type { CheckResult } from '../../charts-src/check/run-check.ts';
import { readManifests } from '../../charts-src/manifest/read-manifests.ts';
import { changedManifests, oddChanges } from '../support/odd-values.ts';

const folder = resolve(import.meta.dirname, '../../docs/findings');

/** Objects of every kind that rules look at: those of all examples of all pages. */
const examples: readonly (readonly unknown[])[] = readdirSync(folder)
  .flatMap((file) => [...readFileSync(join(folder, file), 'utf8').matchAll(/^```yaml (?:bad|good)\n([\s\S]*?)^```$/gm)])
  .map(([, text = '']) => readManifests('page.yaml', text).manifests.map(({ object }) => object))
  .filter((objects) => objects.length > 0);

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
      fc.property(fc.constantFrom(...examples), oddChanges, (objects, changes) => {
        const documents = changedManifests(objects, changes);
        const text = documents.join('\n---\n');
        looked += documents.length;
        expect(problemsOf(check({ 'mesh.yaml': text })), text).toEqual([]);
      }),
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
