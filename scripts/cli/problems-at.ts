import type { Position } from '../../charts-src/manifest/manifest.ts';
import { formatPath, type Path, type SchemaProblem } from '../../charts-src/model/schema.ts';
import type { Problem } from './failure.ts';

/** What is wrong with a file of a user, each with its line. */
export const problemsAt = (problems: readonly SchemaProblem[], at: (path: Path) => Position): readonly Problem[] =>
  problems.map(({ path, what, why, fix }) => {
    const { file, line } = at(path);
    return {
      path: `${file}:${line}${path.length === 0 ? '' : ` ${formatPath(path)}`}`,
      message: `${what}: ${why}. Fix: ${fix}`,
    };
  });
