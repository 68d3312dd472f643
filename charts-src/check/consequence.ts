import type { Manifest } from '../manifest/manifest.ts';
import type { Path } from '../model/schema.ts';

/**
 * Whether something that was found at a field only follows from a field that is wrong in itself: it lies in that field,
 * is the object around it, or is missing beside it, as `route` is missing where `rout` is written.
 */
export function isConsequence({ object }: Pick<Manifest, 'object'>, at: Path, broken: readonly Path[]): boolean {
  const there = existing(object, at);
  const isMissing = there.length < at.length;
  return broken.some((field) => {
    if (startsWith(at, field)) return true;
    const around = field.slice(0, -1);
    // The object as a whole is around everything that stands in its first column: only what is missing there follows.
    return around.length === there.length && startsWith(field, there) && (isMissing || around.length > 0);
  });
}

/** As much of a path as is there. */
function existing(object: unknown, path: Path): Path {
  let at = object;
  for (const [depth, part] of path.entries()) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, part)) return path.slice(0, depth);
    at = (at as Readonly<Record<string | number, unknown>>)[part]; // it has this property
  }
  return path;
}

const startsWith = (path: Path, start: Path): boolean => start.every((part, index) => path[index] === part);
