import { check, type CheckFilesOptions } from '../check/check.ts';
import type { CheckResult } from '../check/run-check.ts';

/**
 * Judges manifests as an app writes them: all files of one folder are one mesh.
 * @throws Error when a rule fails, which is a bug of ours
 */
export function checkFolders(
  files: Readonly<Record<string, string>>,
  options: CheckFilesOptions = {},
): readonly CheckResult[] {
  const meshes = new Map<string, Record<string, string>>();
  for (const [file, text] of Object.entries(files)) {
    const folder = file.slice(0, Math.max(0, file.lastIndexOf('/')));
    const mesh = meshes.get(folder) ?? {};
    mesh[file] = text;
    meshes.set(folder, mesh);
  }
  const results = [...meshes.values()].map((mesh) => check(mesh, options));
  const [bug] = results.flatMap(({ bugs }) => bugs);
  if (bug)
    throw new Error(
      `this is a bug in weft: ${bug.code} failed${bug.object === null ? '' : ` on ${bug.object}`}: ${bug.message}. Please report it with that object\n${bug.stack}`,
    );
  return results;
}
