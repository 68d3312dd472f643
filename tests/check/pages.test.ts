import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { catalogue } from '../../charts-src/check/catalogue.ts';
import { check } from '../../charts-src/check/check.ts';

const folder = resolve(import.meta.dirname, '../../docs/findings');
const pageOf = (code: string): string => readFileSync(join(folder, `${code}.md`), 'utf8');

/** Examples of a page: of what is wrong, and of the same put right. */
const examples = (code: string, which: 'bad' | 'good'): readonly string[] =>
  [...pageOf(code).matchAll(new RegExp(`^\`\`\`yaml ${which}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(
    ([, text]) => text ?? '',
  );

/** Findings that no manifest shows: a page is text, and it has no file system. */
const WITHOUT_EXAMPLE = new Set(['W401', 'W405']);

test('every page is the page of a rule', () => {
  const codes = new Set<string>(catalogue.map(({ code }) => code));
  expect(readdirSync(folder).filter((file) => !codes.has(file.replace(/\.md$/, '')))).toEqual([]);
});

describe.each([...catalogue])('the page of $code', ({ code, name, also = [], reads }) => {
  test('says its name, its title and what it answers to', () => {
    const page = pageOf(code);
    expect(page).toMatch(new RegExp(`^# ${code} ${name}\n\n`));
    const answers = page.slice(page.lastIndexOf('\nAnswers to:'));
    for (const other of also) expect(answers).toContain(other);
    expect(page.endsWith('\n')).toBe(true);
  });

  test('has examples of it, and of it put right', () => {
    const [bad, good] = [examples(code, 'bad'), examples(code, 'good')];
    expect([bad.length > 0, good.length > 0]).toEqual(WITHOUT_EXAMPLE.has(code) ? [false, false] : [true, true]);
    for (const text of bad) {
      const found = check({ 'example.yaml': text }).findings.filter((finding) => finding.code === code);
      expect(found, text).not.toEqual([]);
      if (reads.includes('*')) continue;
      for (const { object } of found) if (object) expect(reads, 'reads').toContain(object.kind);
    }
    for (const text of good) {
      const { findings, bugs } = check({ 'example.yaml': text });
      expect(bugs).toEqual([]);
      expect(
        findings.filter((finding) => finding.code === code),
        text,
      ).toEqual([]);
      expect(
        findings.filter(({ severity }) => severity === 'error').map(({ code, message }) => `${code} ${message}`),
      ).toEqual([]);
    }
  });
});
