import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { Reporter, SerializedError, TestModule, TestRunEndReason } from 'vitest/node';
import type { NotPassed, Outcome } from './outcome.ts';

/** The environment variable that tells the reporter where to write. */
export const REPORT_FILE = 'WEFT_TEST_REPORT';

/** How a message begins: its second line often has the values. */
const beginning = (message = 'no message'): string =>
  message
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .slice(0, 3)
    .join(' / ')
    .slice(0, 300);

/**
 * Writes what the tier runner needs to know of a vitest run. vitest's own JSON report has neither the reason of a skipped
 * test, nor a broken hook, nor an error that belongs to no test.
 */
// eslint-disable-next-line no-restricted-syntax -- vitest takes a reporter by default export only
export default class TierReporter implements Reporter {
  onTestRunEnd(
    modules: readonly TestModule[],
    unhandledErrors: readonly SerializedError[],
    reason: TestRunEndReason,
  ): void {
    let passed = 0;
    const failed: NotPassed[] = unhandledErrors.map(({ message, stacks }) => {
      const [frame] = stacks ?? [];
      const at = frame === undefined ? '' : ` (${relative(process.cwd(), frame.file)}:${frame.line})`;
      return { name: `an error outside of any test${at}`, why: beginning(message) };
    });
    const skipped: NotPassed[] = [];
    for (const module of modules) {
      const file = relative(process.cwd(), module.moduleId);
      for (const error of module.errors()) failed.push({ name: file, why: beginning(error.message) });
      for (const suite of module.children.allSuites()) {
        for (const error of suite.errors())
          failed.push({ name: `${file} > ${suite.fullName}`, why: beginning(error.message) });
      }
      for (const test of module.children.allTests()) {
        const name = `${file} > ${test.fullName}`;
        const result = test.result();
        switch (result.state) {
          case 'passed':
            passed += 1;
            break;
          case 'failed':
            failed.push({ name, why: beginning(result.errors[0]?.message) });
            break;
          case 'skipped':
            skipped.push({ name, why: result.note ?? 'skipped by the test itself' });
            break;
          case 'pending':
            failed.push({ name, why: 'it did not run to its end' });
            break;
        }
      }
    }
    if (reason === 'interrupted') failed.push({ name: 'the run', why: 'it was interrupted' });
    const report = process.env[REPORT_FILE];
    if (report !== undefined) writeFileSync(report, JSON.stringify({ passed, failed, skipped } satisfies Outcome));
  }
}
