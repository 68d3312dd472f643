import { objectName, type Manifest } from '../manifest/manifest.ts';
import { isFields, type Fields } from '../manifest/raw.ts';
import { own } from '../model/own.ts';
import type { Path } from '../model/schema.ts';
import { meant } from './meant-object.ts';
import { pairRenames } from './renames.ts';

/** One field that is not what it was. Undefined: it is not there. */
export interface FieldChange {
  readonly path: Path;
  readonly before: unknown;
  readonly after: unknown;
}

/** What became of one object. */
export type ObjectChange =
  | { readonly change: 'added'; readonly after: Manifest }
  | { readonly change: 'removed'; readonly before: Manifest }
  | {
      readonly change: 'changed';
      readonly before: Manifest;
      readonly after: Manifest;
      readonly fields: readonly FieldChange[];
    }
  /** The same object under another name or in another namespace. */
  | {
      readonly change: 'renamed';
      readonly before: Manifest;
      readonly after: Manifest;
      readonly fields: readonly FieldChange[];
    };

/** What became of all objects. */
export interface ObjectChanges {
  readonly changes: readonly ObjectChange[];
  readonly same: number;
}

/** Compares two sets of objects by what they are, not by how they are written down. */
export function compareObjects(before: readonly Manifest[], after: readonly Manifest[]): ObjectChanges {
  const old = new Map(before.map((manifest) => [identity(manifest), manifest]));
  const current = new Map(after.map((manifest) => [identity(manifest), manifest]));
  const changes: ObjectChange[] = [];
  const added: Manifest[] = [];
  let same = 0;
  for (const [key, manifest] of current) {
    const was = old.get(key);
    if (was === undefined) {
      added.push(manifest);
      continue;
    }
    const fields = fieldChanges(meant(was), meant(manifest));
    if (fields.length === 0) same += 1;
    else changes.push({ change: 'changed', before: was, after: manifest, fields });
  }
  const removed = [...old].filter(([key]) => !current.has(key)).map(([, manifest]) => manifest);
  const renames = pairRenames(removed, added);
  const paired = new Set(renames.values());
  for (const manifest of removed) {
    const now = renames.get(manifest);
    changes.push(
      now === undefined
        ? { change: 'removed', before: manifest }
        : { change: 'renamed', before: manifest, after: now, fields: fieldChanges(meant(manifest), meant(now)) },
    );
  }
  for (const manifest of added) if (!paired.has(manifest)) changes.push({ change: 'added', after: manifest });
  return { changes: changes.sort((a, b) => compareText(nameOf(a), nameOf(b))), same };
}

/** The sides of a change that are there. */
export const manifestsOf = (change: ObjectChange): readonly Manifest[] => [
  ...('before' in change ? [change.before] : []),
  ...('after' in change ? [change.after] : []),
];

/** Every field in which two values differ, in the order of the fields. */
export function fieldChanges(before: unknown, after: unknown, path: Path = []): readonly FieldChange[] {
  if (isFields(before) && isFields(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) => fieldChanges(own(before, key), own(after, key), [...path, key]));
  }
  if (Array.isArray(before) && Array.isArray(after)) return listChanges(before, after, path);
  // A field without a value is no field.
  return (before ?? null) === (after ?? null) ? [] : [{ path, before, after }];
}

/** Items that have names are compared by name, all others by their place. */
function listChanges(before: readonly unknown[], after: readonly unknown[], path: Path): readonly FieldChange[] {
  if (isNamed(before) && isNamed(after)) {
    const old = new Map(before.map((item) => [item['name'], item]));
    const names = new Set(after.map((item) => item['name']));
    const fields = [
      ...after.flatMap((item, index) => fieldChanges(old.get(item['name']), item, [...path, index])),
      ...before.flatMap((item, index) =>
        names.has(item['name']) ? [] : [{ path: [...path, index], before: item, after: undefined }],
      ),
    ];
    const isReordered = before.some((item, index) => item['name'] !== after[index]?.['name']);
    // What stands first may win: rules and containers are lists, not sets.
    return fields.length === 0 && isReordered
      ? [{ path, before: before.map((item) => item['name']), after: after.map((item) => item['name']) }]
      : fields;
  }
  const length = Math.max(before.length, after.length);
  return Array.from({ length }, (_, index) => fieldChanges(before[index], after[index], [...path, index])).flat();
}

function isNamed(items: readonly unknown[]): items is readonly Fields[] {
  const names = items.map((item) => (isFields(item) ? item['name'] : undefined));
  return names.every((name) => typeof name === 'string') && new Set(names).size === names.length;
}

const identity = ({ group, kind, namespace, name }: Manifest): string => `${group}/${kind} ${namespace}/${name}`;

const nameOf = (change: ObjectChange): string => objectName('after' in change ? change.after : change.before);

const compareText = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
