import * as fc from 'fast-check';

/** What nobody writes on purpose. */
const ODD: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e21,
  '',
  ' ',
  'x',
  '*',
  '-',
  '0',
  '1s',
  '-5m',
  '$(A)',
  '{}',
  'a/b/c',
  '..',
  'ä',
  'constructor',
  '__proto__',
  'a'.repeat(300),
  [],
  [null],
  [[]],
  ['', ''],
  {},
  { '': '' },
  { constructor: 1 },
  [{}],
  { a: { b: [] } },
];

/** Names for a field that every object of JavaScript seems to have. */
const INHERITED = ['constructor', 'toString', '__proto__'];

type OddChange =
  /** One part is another value, or is gone when `to` is undefined. */
  | { readonly kind: 'value'; readonly which: number; readonly to: unknown }
  /** One field has another name. */
  | { readonly kind: 'name'; readonly which: number; readonly to: string };

/** One to three changes of manifests to what nobody writes on purpose. */
export const oddChanges: fc.Arbitrary<readonly OddChange[]> = fc.array(
  fc.oneof(
    {
      weight: 9,
      arbitrary: fc.record({
        kind: fc.constant('value' as const),
        which: fc.nat(),
        to: fc.constantFrom(...ODD, undefined),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('name' as const),
        which: fc.nat(),
        to: fc.constantFrom(...INHERITED),
      }),
    },
  ),
  { minLength: 1, maxLength: 3 },
);

/** Manifests after the changes, as YAML documents. */
export function changedManifests(manifests: readonly unknown[], changes: readonly OddChange[]): readonly string[] {
  let changed: unknown = manifests;
  for (const change of changes) {
    const all = [...paths(changed)].slice(1);
    const path = all[change.which % Math.max(1, all.length)];
    if (path === undefined) continue;
    changed = change.kind === 'value' ? withValue(changed, path, change.to) : withName(changed, path, change.to);
  }
  return (Array.isArray(changed) ? (changed as readonly unknown[]) : [changed]).map((one) => JSON.stringify(one));
}

/** A path to every part of a value. */
function* paths(value: unknown, path: readonly (string | number)[] = []): Generator<readonly (string | number)[]> {
  yield path;
  if (typeof value !== 'object' || value === null) return;
  for (const [key, item] of Array.isArray(value) ? value.entries() : Object.entries(value))
    yield* paths(item, [...path, key]);
}

type Holder = Record<string | number, unknown>;

/** A copy, with what holds the part at a path, and the last step to it. */
function copied(value: unknown, path: readonly (string | number)[]): readonly [unknown, Holder, string | number] {
  const copy = structuredClone(value);
  let holder = copy as Holder;
  for (const part of path.slice(0, -1)) holder = holder[part] as Holder; // a path of this very value
  return [copy, holder, path.at(-1) ?? ''];
}

function withValue(value: unknown, path: readonly (string | number)[], to: unknown): unknown {
  const [copy, holder, last] = copied(value, path);
  if (to !== undefined) holder[last] = to;
  else if (Array.isArray(holder)) holder.splice(Number(last), 1);
  else delete holder[last];
  return copy;
}

function withName(value: unknown, path: readonly (string | number)[], name: string): unknown {
  const [copy, holder, last] = copied(value, path);
  if (Array.isArray(holder)) return copy;
  const held = holder[last];
  delete holder[last];
  // Not set: `__proto__` would be the prototype.
  Object.defineProperty(holder, name, { value: held, enumerable: true, configurable: true, writable: true });
  return copy;
}
