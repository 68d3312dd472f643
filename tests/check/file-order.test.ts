import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { check } from '../../charts-src/check/check.ts';
import { allRules } from './all-rules.ts';

const rules = await allRules();
const PAGES = join(import.meta.dirname, '../../docs/findings');

/** All bad examples of the pages, each as a file of one mesh: whatever can be wrong is wrong here, most of it twice. */
const files: readonly (readonly [string, string])[] = readdirSync(PAGES).flatMap((page) =>
  [...readFileSync(join(PAGES, page), 'utf8').matchAll(/^```yaml bad\n([\s\S]*?)^```$/gm)].map(
    ([, text = ''], index) => [`${page.replace('.md', '')}-${index}.yaml`, text] as const,
  ),
);

const findingsOf = (all: typeof files): readonly string[] => {
  const { findings, bugs } = check(Object.fromEntries(all), { rules });
  expect(bugs).toEqual([]);
  return findings.map((finding) => JSON.stringify(finding));
};

test('findings do not depend on the order in which files are read', { timeout: 60_000 }, () => {
  const findings = findingsOf(files);
  expect(findings.length).toBeGreaterThan(300);
  expect(findingsOf([...files].reverse())).toEqual(findings);
  const half = Math.floor(files.length / 2);
  expect(findingsOf([...files.slice(half), ...files.slice(0, half)])).toEqual(findings);
});
