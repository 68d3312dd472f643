import {
  declaration,
  formatPath,
  validate,
  type ObjectSchema,
  type Path,
  type Schema,
  type SchemaProblem,
} from './schema.ts';

/** What somebody gave, fit to be used. */
export interface Given<P> {
  /** What was given; the parts that cannot be used are left out, or something that can stands in for them. */
  readonly props: P;
  /** All that is wrong with these parts, each with its place, what, why and fix. */
  readonly problems: readonly string[];
  /** The fields in which something is wrong: what else they lead to is no news. */
  readonly wrong: ReadonlySet<string>;
}

/** What stands in for a part that cannot be left out, by its path; `*` is any name in a map. */
export type StandIns = Readonly<Record<string, unknown>>;

/**
 * Takes what code gave that no compiler has seen: plain JavaScript, or data that was cast. What is wrong becomes
 * problems to report; the rest can be worked with, so that everything else that is wrong is found in the same run.
 *
 * @param further problems that a schema cannot tell
 */
export function given<P extends object>(
  schema: ObjectSchema,
  props: P,
  standIns: StandIns,
  further: (fields: Readonly<Record<string, unknown>>) => readonly SchemaProblem[] = () => [],
): Given<P> {
  const value: unknown = props ?? {};
  const isObject = typeof value === 'object' && !Array.isArray(value);
  const problems = [
    ...validate(schema, value, { reader: declaration }),
    ...(isObject ? further(value as Readonly<Record<string, unknown>>) : []), // an object may have any field
  ];
  if (problems.length === 0) return { props: dense(schema, value) as P, problems: [], wrong: NOTHING }; // it fits the schema of P
  let fit: unknown = isObject
    ? value
    : Object.fromEntries(Object.entries(standIns).filter(([pattern]) => !pattern.includes('.')));
  for (const { path } of problems) fit = repaired(fit, path, schema, standIns);
  return {
    props: dense(schema, fit) as P, // it has what the schema asks for, and the schema says what P is
    problems: problems.map((problem) => problemText(problem)),
    wrong: new Set(problems.map(({ path }) => String(path[0] ?? ''))),
  };
}

/** The value without fields that are `undefined`, which count as left out. The value itself where there is none. */
function dense(schema: Schema | undefined, value: unknown): unknown {
  if (typeof schema !== 'object' || typeof value !== 'object' || value === null) return value;
  if (schema.type === 'list' && Array.isArray(value)) {
    const items = value.map((item: unknown) => dense(schema.items, item));
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  if (schema.type !== 'object' && schema.type !== 'map') return value;
  const before = Object.entries(value);
  const after = before.flatMap(([name, part]): [string, unknown][] =>
    part === undefined ? [] : [[name, dense(within(schema, name), part)]],
  );
  const isSame = after.length === before.length && after.every(([, part], index) => part === before[index]?.[1]);
  return isSame ? value : Object.fromEntries(after);
}

const NOTHING: ReadonlySet<string> = new Set();

/** A problem in one sentence for each part: where and what, why, how to fix. */
export function problemText({ path, what, why, fix }: SchemaProblem, root = 'props'): string {
  const name = path.at(-1);
  const said = typeof name === 'string' && what.startsWith(`${name} `) ? what.slice(name.length + 1) : what;
  const end = /[.?!]$/.test(fix) ? '' : '.';
  return `${formatPath(path) || root}: ${said}: ${why}. ${fix.charAt(0).toUpperCase()}${fix.slice(1)}${end}`;
}

/** The value without the part at a path: with its stand-in, or the smallest part around it that can be left out. */
function repaired(value: unknown, path: Path, schema: Schema, standIns: StandIns): unknown {
  for (let length = path.length; length > 0; length--) {
    const part = path.slice(0, length);
    const standIn = Object.entries(standIns).find(([pattern]) => fits(part, pattern));
    if (standIn !== undefined) return changed(value, part, standIn[1]);
    if (!isRequired(schema, part)) return changed(value, part, undefined);
  }
  return value;
}

const fits = (path: Path, pattern: string): boolean => {
  const parts = pattern.split('.');
  return parts.length === path.length && parts.every((part, index) => part === '*' || part === path[index]);
};

/** Whether a part cannot just be left out. That goes for items too: the others would have another place then. */
function isRequired(schema: Schema, path: Path): boolean {
  let at: Schema | undefined = schema;
  for (const part of path.slice(0, -1)) at = within(at, part);
  if (typeof at !== 'object') return false;
  return at.type === 'list' || (at.type === 'object' && (at.required ?? []).includes(String(path.at(-1))));
}

function within(schema: Schema | undefined, part: string | number): Schema | undefined {
  if (typeof schema !== 'object') return undefined;
  if (schema.type === 'object') return schema.fields[part];
  if (schema.type === 'map') return schema.values;
  return schema.type === 'list' ? schema.items : undefined;
}

/** A copy with another value at a path; `undefined` takes the field away. The original stays as it is. */
function changed(value: unknown, [first, ...rest]: Path, replacement: unknown): unknown {
  if (first === undefined) return replacement;
  if (Array.isArray(value))
    return value.map((item: unknown, index) => (index === first ? changed(item, rest, replacement) : item));
  if (typeof value !== 'object' || value === null) return value;
  const { [first]: old, ...others } = value as Readonly<Record<string, unknown>>; // any object has fields
  const field = changed(old, rest, replacement);
  return field === undefined ? others : { ...others, [first]: field };
}
