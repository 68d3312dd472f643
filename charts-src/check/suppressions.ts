import type { Manifest, Position } from '../manifest/manifest.ts';
import { ACCEPTS_PREFIX, type Trap } from '../model/acceptance.ts';
import { own } from '../model/own.ts';
import type { Code, Finding } from './rule.ts';

/** Why a finding is kept apart from those that count. */
export interface Suppression {
  readonly by: 'annotation' | 'istio annotation' | 'configuration' | 'command line';
  readonly reason: string;
}

/** What is not to be reported, as a configuration file or a command line says it. */
export interface Ignore {
  readonly code: Code;
  /** Objects, as `Kind namespace/name`; `*` stands for any letters.
   * @default - whatever the object */
  readonly object?: string;
  /** A field, with everything in it: `spec.http[0]`.
   * @default - whatever the field */
  readonly path?: string;
  readonly reason: string;
  readonly by: 'configuration' | 'command line';
  /** Where it is written, so that it can be said when it no longer hides anything. */
  readonly at?: Position;
}

/** Annotations `check.weftmesh/ignore.W104: <reason>` hide a finding on their object. */
export const IGNORE_PREFIX = 'check.weftmesh/ignore.';

/** Istio's own: codes of `istioctl analyze` with commas between them, `*` for all of them. */
export const ISTIO_SUPPRESS = 'galley.istio.io/analyze-suppress';

/** The finding that an accepted trap answers to. */
export const TRAP_CODES = {
  'retries-exceed-timeout': 'W301',
  'default-retry-conditions': 'W302',
  'few-requests-per-connection': 'W312',
  'unmatched-paths-get-404': 'W118',
  'image-by-tag': 'W512',
  'no-cpu-limit': 'W514',
  'single-replica': 'W505',
  'plain-text-port': 'W204',
} as const satisfies Record<Trap, Code>;

const TRAPS_BY_CODE: ReadonlyMap<string, string> = new Map(
  Object.entries(TRAP_CODES).map(([trap, code]) => [code, trap]),
);

/** What of a finding is asked for when it may be suppressed. */
type Suppressible = Pick<Finding, 'code' | 'also' | 'object' | 'path'>;

/** The first reason why a finding on an object is suppressed, and all entries of configuration that fit it. */
export function suppressionOf(
  finding: Suppressible,
  annotations: Manifest['annotations'] | undefined,
  ignores: readonly Ignore[],
): { readonly suppression: Suppression | undefined; readonly used: readonly Ignore[] } {
  const used = ignores.filter((ignore) => fits(ignore, finding));
  const [first] = used;
  return {
    suppression:
      (annotations && byAnnotation(finding, annotations)) ?? (first && { by: first.by, reason: first.reason }),
    used,
  };
}

function byAnnotation({ code, also }: Suppressible, annotations: Manifest['annotations']): Suppression | undefined {
  const trap = TRAPS_BY_CODE.get(code);
  const reason =
    reasonIn(annotations, `${IGNORE_PREFIX}${code}`) ??
    (trap === undefined ? undefined : reasonIn(annotations, `${ACCEPTS_PREFIX}${trap}`));
  if (reason !== undefined) return { by: 'annotation', reason };
  // `*` is all that istioctl would say: what only weft sees was not meant by whoever wrote it.
  const codes = Object.hasOwn(annotations, ISTIO_SUPPRESS)
    ? (annotations[ISTIO_SUPPRESS] ?? '').split(',').map((part) => part.trim())
    : [];
  const ists = also.filter((other) => other.startsWith('IST'));
  return ists.some((ist) => codes.some((pattern) => matchesGlob(pattern, ist)))
    ? { by: 'istio annotation', reason: `${ISTIO_SUPPRESS}: ${codes.join(',')}` }
    : undefined;
}

function reasonIn(annotations: Manifest['annotations'], key: string): string | undefined {
  const reason = own(annotations, key)?.trim();
  return reason === '' ? undefined : reason;
}

function fits(ignore: Ignore, { code, object, path }: Suppressible): boolean {
  if (ignore.code !== code) return false;
  if (ignore.object !== undefined && (object === null || !matchesGlob(ignore.object, nameOf(object)))) return false;
  return ignore.path === undefined || isWithin(path, ignore.path);
}

const nameOf = ({ kind, namespace, name }: NonNullable<Finding['object']>): string =>
  `${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`;

/** Whether a field is another one, or lies in it. */
const isWithin = (path: string, outer: string): boolean =>
  path === outer || (path.startsWith(outer) && (outer === '' || /^[.[]/.test(path.slice(outer.length))));

/** Whether a text is of a form in which `*` stands for any letters. In linear time, whatever the form. */
export function matchesGlob(glob: string, text: string): boolean {
  const [first = '', ...others] = glob.split('*');
  const last = others.pop();
  if (last === undefined) return text === glob;
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false;
  let at = first.length;
  for (const part of others) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= text.length - last.length;
}
