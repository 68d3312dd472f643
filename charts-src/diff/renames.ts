import type { Manifest } from '../manifest/manifest.ts';
import { meant } from './meant-object.ts';

/** An object as pairs of a path and a value, and as one text. */
interface Content {
  readonly manifest: Manifest;
  readonly text: string;
}

/** At least so much of two objects has to be the same for one to be the other under a new name. */
const LIKENESS = 0.75;
/** More candidates than this are not compared one by one. */
const MOST_COMPARED = 2_000;

/**
 * Objects that are gone, each with the new object that it is now: one that says the same but for its own name and
 * namespace, then one that says the same but for names that were found so, then one that says nearly the same.
 */
export function pairRenames(removed: readonly Manifest[], added: readonly Manifest[]): ReadonlyMap<Manifest, Manifest> {
  const pairs = new Map<Manifest, Manifest>();
  if (removed.length === 0 || added.length === 0) return pairs;
  const gone = new Map(removed.map((manifest) => [manifest, contentOf(manifest)]));
  const fresh = new Map(added.map((manifest) => [manifest, contentOf(manifest)]));
  const pair = (before: Manifest, after: Manifest): void => {
    pairs.set(before, after);
    gone.delete(before);
    fresh.delete(after);
  };
  pairEqual(gone, fresh, ownNameLeftOut, ownNameLeftOut, pair);
  // Each name that is found may explain further ones.
  for (let known = -1; known !== pairs.size && gone.size > 0 && fresh.size > 0;) {
    known = pairs.size;
    const rename = renamer(pairs);
    pairEqual(
      gone,
      fresh,
      ({ text }) => rename(text),
      ({ text }) => text,
      pair,
    );
    const renamed = ({ manifest, text }: Content): Content => ({
      text: rename(text),
      manifest: { ...manifest, name: rename(manifest.name), namespace: rename(manifest.namespace) },
    });
    pairEqual(gone, fresh, (content) => ownNameLeftOut(renamed(content)), ownNameLeftOut, pair);
  }
  pairAlike(gone, fresh, renamer(pairs), pair);
  return pairs;
}

type Pair = (before: Manifest, after: Manifest) => void;
type Contents = ReadonlyMap<Manifest, Content>;

function pairEqual(
  gone: Contents,
  fresh: Contents,
  keyOfOld: (content: Content) => string,
  keyOfNew: (content: Content) => string,
  pair: Pair,
): void {
  const byKey = new Map<string, Manifest[]>();
  for (const [manifest, content] of fresh) {
    const key = keyOfNew(content);
    const list = byKey.get(key);
    if (list) list.push(manifest);
    else byKey.set(key, [manifest]);
  }
  for (const [before, content] of [...gone]) {
    const after = byKey.get(keyOfOld(content))?.shift();
    if (after !== undefined) pair(before, after);
  }
}

/** The nearest of those that are near enough, and of the same kind. */
function pairAlike(gone: Contents, fresh: Contents, rename: (text: string) => string, pair: Pair): void {
  if (gone.size * fresh.size > MOST_COMPARED) return;
  for (const [before, content] of [...gone]) {
    // A name says enough only where there is something else to say.
    const old = [ownNameLeftOut(content), rename(content.text)].map(leavesOf);
    let best: { readonly manifest: Manifest; readonly likeness: number } | undefined;
    for (const [after, other] of fresh) {
      if (after.kind !== before.kind || after.group !== before.group) continue;
      const now = [ownNameLeftOut(other), other.text].map(leavesOf);
      const likeness = Math.max(...old.map((leaves, index) => likenessOf(leaves, now[index] ?? leaves)));
      if (likeness >= LIKENESS && likeness > (best?.likeness ?? 0)) best = { manifest: after, likeness };
    }
    if (best) pair(before, best.manifest);
  }
}

const leavesOf = (text: string): ReadonlySet<string> => new Set(text.split('\n'));

function likenessOf(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  let shared = 0;
  for (const leaf of one) if (other.has(leaf)) shared += 1;
  return shared / Math.max(one.size, other.size);
}

/** One line a leaf, keys in order: equal objects print alike. */
function contentOf(manifest: Manifest): Content {
  const lines: string[] = [`${manifest.group}/${manifest.kind}`];
  const { metadata, ...rest } = meant(manifest);
  const { name: _name, namespace: _namespace, ...others } = (metadata ?? {}) as Readonly<Record<string, unknown>>; // JSON of any shape
  void [_name, _namespace];
  print({ ...rest, metadata: others }, '', lines);
  return { manifest, text: lines.join('\n') };
}

function print(value: unknown, path: string, lines: string[]): void {
  if (typeof value !== 'object' || value === null) {
    lines.push(`${path} ${JSON.stringify(value)}`);
    return;
  }
  if (Array.isArray(value)) for (const [index, item] of value.entries()) print(item, `${path}[${index}]`, lines);
  else {
    const fields = value as Readonly<Record<string, unknown>>; // neither null nor a list
    for (const key of Object.keys(fields).sort()) print(fields[key], `${path}.${key}`, lines);
  }
}

/** The own name of an object wherever it stands, also within longer names; its namespace as a word. */
function ownNameLeftOut({ manifest: { name, namespace }, text }: Content): string {
  const short = name.length < 2 ? text : text.replaceAll(name, '\u0001');
  return namespace === '' ? short : short.replace(word(namespace), '\u0002');
}

/** Puts new names in the place of old ones. */
function renamer(pairs: ReadonlyMap<Manifest, Manifest>): (text: string) => string {
  const names = new Map<string, string>();
  for (const [before, after] of pairs) {
    if (before.name !== after.name) names.set(before.name, after.name);
    if (before.namespace !== after.namespace) names.set(before.namespace, after.namespace);
  }
  if (names.size === 0) return (text) => text;
  return (text) => text.replace(/[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*/g, (found) => renamed(found, names));
}

/** A word, or the longest part of it up to a dash, by its new name: names are made of other names. */
function renamed(found: string, names: ReadonlyMap<string, string>): string {
  for (let end = found.length; end > 0; end = found.lastIndexOf('-', end - 1)) {
    const name = names.get(found.slice(0, end));
    if (name !== undefined) return name + found.slice(end);
  }
  return found;
}

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const word = (text: string): RegExp => new RegExp(`(?<![A-Za-z0-9-])${literal(text)}(?![A-Za-z0-9-])`, 'g');
