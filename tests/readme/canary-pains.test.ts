import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const page = readFileSync('docs/canary-pains.md', 'utf8');
const lines = page.split('\n').filter((line) => /^\| \d+ /.test(line));

describe('docs/canary-pains.md', () => {
  test('has a line for each of the 21', () => {
    expect(lines.map((line) => Number(line.split('|')[1]))).toEqual(
      Array.from({ length: 21 }, (_, index) => index + 1),
    );
  });

  test.each(lines.map((line) => ({ number: line.split('|')[1]?.trim(), shown: line.split('|').at(-2) ?? '' })))(
    '$number names tests that are there, or says later',
    ({ shown }) => {
      const files = [...shown.matchAll(/`([^`]+)`/g)].map(([, file]) => file ?? '');
      if (files.length === 0) return expect(shown.trim()).toBe('later');
      expect(files.filter((file) => !existsSync(file))).toEqual([]);
      const text = files.map((file) => readFileSync(file, 'utf8')).join('\n');
      const quoted = [...shown.matchAll(/"([^"]+)"/g)].map(([, words]) => words ?? '');
      expect(quoted.filter((words) => !text.includes(words))).toEqual([]);
    },
  );
});
