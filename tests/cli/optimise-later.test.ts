import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { laterOptimisation } from '../../scripts/cli/optimise-later.ts';

test('the flag is one that this very V8 knows, because it complains of others on stderr', () => {
  const flag = laterOptimisation(process.versions.v8);
  if (flag === undefined) expect(Number.parseInt(process.versions.v8, 10)).toBeGreaterThan(12);
  else
    expect(execFileSync(process.execPath, ['--v8-options'], { encoding: 'utf8' })).toContain(
      `\n  ${flag.split('=')[0] ?? ''} (`,
    );
});

test.each([
  { v8: '11.3.244.8-node.38', starts: '--interrupt-budget=' },
  { v8: '12.4.254.21-node.33', starts: '--invocation-count-for-turbofan=' },
])('$v8 is told by the flag that it has', ({ v8, starts }) => {
  expect(laterOptimisation(v8)).toMatch(new RegExp(`^${starts}\\d+$`));
});

test.each(['13.6.233.17-node.51', '14.1.146.11-node.14', ''])('V8 %j is left to itself', (v8) => {
  expect(laterOptimisation(v8)).toBeUndefined();
});
