import type { Manifest, Position } from '../manifest/manifest.ts';
import { formatPath } from '../model/schema.ts';
import type { Finding } from './rule.ts';
import { ignoresNothing } from './rules/w407-ignores-nothing.ts';
import { IGNORE_PREFIX, type Ignore } from './suppressions.ts';

/** A finding for each entry of a configuration file that hid nothing, whatever mesh was judged. */
export const unusedIgnores = (ignores: readonly Ignore[], used: ReadonlySet<Ignore>): readonly Finding[] =>
  ignores.flatMap(({ code, object, path, reason, at }) => {
    if (at === undefined || [...used].some((other) => other.at === at)) return [];
    const what = `${code}${object === undefined ? '' : ` of ${object}`}${path === undefined ? '' : ` at ${path}`}`;
    return [finding({ what, reason, at })];
  });

/** A finding for each annotation that hid nothing on its object, though its code was looked for. */
export const unusedAnnotations = (
  manifests: readonly Manifest[],
  isLookedFor: (code: string) => boolean,
  used: ReadonlyMap<Manifest, ReadonlySet<string>>,
): readonly Finding[] =>
  manifests.flatMap((manifest) =>
    Object.entries(manifest.annotations).flatMap(([key, reason]) => {
      if (!key.startsWith(IGNORE_PREFIX) || reason.trim() === '') return []; // without a reason: W406
      const code = key.slice(IGNORE_PREFIX.length);
      if (!isLookedFor(code) || used.get(manifest)?.has(code)) return [];
      const at = ['metadata', 'annotations', key];
      const { kind, namespace, name } = manifest;
      return [
        {
          ...finding({ what: `${code} of this object`, reason, at: manifest.position(at) }),
          object: { kind, namespace, name },
          path: formatPath(at),
        },
      ];
    }),
  );

const finding = ({
  what,
  reason,
  at,
}: {
  readonly what: string;
  readonly reason: string;
  readonly at: Position;
}): Finding => ({
  code: ignoresNothing.code,
  severity: ignoresNothing.severity,
  title: ignoresNothing.summary,
  message: `${what} is ignored (${reason}), but nothing of the kind was found`,
  fix: 'take the entry away, or correct what it names',
  object: null,
  path: '',
  file: at.file,
  line: at.line,
  column: at.column,
  source: null,
  also: [],
});
