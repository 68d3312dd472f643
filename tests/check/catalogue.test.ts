import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { catalogue } from '../../charts-src/check/catalogue.ts';
import { sectionOf } from '../../charts-src/check/sections.ts';
import { CATALOGUE, catalogueText, ruleFiles } from '../../scripts/dev/catalogue.ts';

const root = resolve(import.meta.dirname, '../..');
const files = ruleFiles();

test('the catalogue is what `npm run catalogue` makes of the folder', async () => {
  expect(files.length).toBeGreaterThan(8);
  expect(readFileSync(CATALOGUE, 'utf8'), 'stale: run `npm run catalogue`').toBe(await catalogueText());
});

test('every code is used once, in order, and every file holds the rule of its name', () => {
  expect(catalogue.map(({ code, name }) => `${code.toLowerCase()}-${name}.ts`)).toEqual(files);
  expect(new Set(catalogue.map(({ code }) => code)).size).toBe(catalogue.length);
  expect(new Set(catalogue.map(({ name }) => name)).size).toBe(catalogue.length);
});

describe.each(catalogue.map((rule) => ({ ...rule, rule })))('$code $name', ({ code, name, rule }) => {
  const file = `${code.toLowerCase()}-${name}`;

  test('has a section, a summary of one sentence and codes of other tools that look like codes', () => {
    expect(sectionOf(code)).not.toBe('');
    expect(rule.summary).toMatch(/^[^\n]{10,140}\.$/);
    for (const other of rule.also ?? []) expect(other).toMatch(/^(?:IST|KIA)\d{4}$/);
  });

  test('has a page and a test', () => {
    expect(existsSync(join(root, `docs/findings/${code}.md`)), `docs/findings/${code}.md`).toBe(true);
    expect(existsSync(join(root, `tests/check/rules/${file}.test.ts`)), `tests/check/rules/${file}.test.ts`).toBe(true);
  });

  test('asks the graph for kinds that it declares', () => {
    const text = readFileSync(join(root, `charts-src/check/rules/${file}.ts`), 'utf8');
    const asked = [...text.matchAll(/\.(?:of|objects)\(\s*'(\w+)'/g)].map(([, kind]) => kind);
    expect(rule.reads.includes('*') ? [] : asked.filter((kind) => !rule.reads.includes(kind ?? ''))).toEqual([]);
  });
});
