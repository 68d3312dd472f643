import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { ROOT } from '../provision/locate.ts';

/**
 * The seed of all property tests of a tier. In CI it is made from the files of the commit: the next commit tries other
 * values, the same one the same. Undefined elsewhere, where each run tries new ones; WEFT_PROPERTY_SEED names one.
 */
export function propertySeed(tier: string): number | undefined {
  const named = process.env['WEFT_PROPERTY_SEED'];
  if (named !== undefined && named !== '') return Number(named);
  if (process.env['CI'] !== 'true') return undefined;
  return createHash('sha256').update(`${treeOfFiles()} ${tier}`).digest().readInt32BE();
}

/** The name that git gives to the files of the commit; empty for files without git. */
function treeOfFiles(): string {
  try {
    return execFileSync('git', ['rev-parse', 'HEAD^{tree}'], {
      cwd: ROOT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return '';
  }
}
