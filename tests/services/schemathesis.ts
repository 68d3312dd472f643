import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../scripts/dev/provision/locate.ts';
import { toolPath } from '../../scripts/dev/provision/tools-file.ts';
import { run } from '../support/mesh-cluster.ts';
import { contractFile } from './operations.ts';
import type { ServiceName } from './shop.ts';

/** What schemathesis found. */
export interface Verdict {
  readonly failures: number;
  /** Requests that it made. */
  readonly cases: number;
  /** All that it printed: each failure with the command that shows it again. */
  readonly report: string;
}

/**
 * Judges a running service by its contract, with every check that schemathesis knows.
 * @throws Error when it could not judge at all
 */
export const judgeByContract = async (
  service: ServiceName,
  {
    url,
    token,
    seed,
    examples,
  }: { readonly url: string; readonly token: string; readonly seed: number; readonly examples: number },
): Promise<Verdict> => {
  const folder = mkdtempSync(join(tmpdir(), 'weft-schemathesis-')); // it keeps notes where it runs
  const command = [
    toolPath('schemathesis'),
    ...['--config-file', join(ROOT, 'tests', 'services', 'schemathesis.toml')],
    ...['run', contractFile(service), '--url', `${url}/api`, '--checks', 'all'],
    ...['--header', `Authorization: Bearer ${token}`, '--output-sanitize', 'false'],
    ...['--seed', String(seed), '--max-examples', String(examples), '--generation-database', 'none'],
  ] as const;
  const { code, stdout, stderr } = await run(command, { cwd: folder });
  rmSync(folder, { recursive: true, force: true });
  const report = `${stdout}\n${stderr}`;
  const cases = Number(/(\d+) generated/.exec(stdout)?.[1] ?? 0);
  // 1: there are failures. Everything else is no verdict.
  if ((code !== 0 && code !== 1) || cases === 0) throw new Error(`schemathesis ended with ${code}:\n${report}`);
  const failures = [...stdout.matchAll(/^\s*❌ .+: (\d+)$/gm)].reduce((sum, [, count]) => sum + Number(count), 0);
  return { failures: code === 0 ? failures : Math.max(1, failures), cases, report };
};
