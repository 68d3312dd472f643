/**
 * A value that has no place in a manifest, such as NaN or a function: `path` says where it is, for example
 * `spec.ports[0].port`.
 */
export class YamlValueError extends Error {
  override readonly name = 'YamlValueError';
  /** Field path of the value, from the document's root. */
  readonly path: string;

  constructor(path: string, problem: string) {
    super(`${path === '' ? 'the document' : path} ${problem}`);
    this.path = path;
  }
}

/**
 * The documents as YAML text, separated by `---`, each ending in a line break. The same values give the same
 * text, whatever the order of their keys: `apiVersion`, `kind`, `metadata` first, `name` first in every map
 * (then `namespace` in `metadata`), all else alphabetical. Undefined fields are left out.
 *
 * kubectl, istioctl and the API server read YAML with the habits of YAML 1.1 (`on` is true, `1_000` is a number):
 * every string that any of them could read as something else is quoted.
 *
 * @throws YamlValueError for null, NaN, infinities, functions, class instances and what else JSON lacks
 * @example renderYaml([{ kind: 'Namespace', apiVersion: 'v1', metadata: { name: 'shop' } }])
 */
export function renderYaml(documents: readonly unknown[]): string {
  let text = '';
  for (const document of documents) text += text === '' ? renderDocument(document) : `---\n${renderDocument(document)}`;
  return text;
}

/** One document of {@link renderYaml}, without separator. */
export function renderDocument(document: unknown): string {
  try {
    return new Printer().document(document);
  } catch (error) {
    if (error !== refusal) throw error;
    // The printer keeps no path while it runs, which makes it fast; a refused value is found a second time.
    throw firstRefused(document, '', 0) ?? new YamlValueError('', 'cannot be written as YAML');
  }
}

/** Deeper than any manifest; a value that contains itself ends here. */
const MAX_DEPTH = 200;

/** Thrown inside the printer only: tells that some value is refused. */
const refusal = new Error('refused value');

type Level = 'document' | 'metadata' | 'map';

class Printer {
  private text = '';

  document(document: unknown): string {
    if (isMap(document)) this.map(document, '', 0, 'document');
    else if (Array.isArray(document)) this.list(document, '', 0);
    else this.text = `${scalar(document, 1)}\n`;
    // Reading a letter makes V8 turn the tree of pieces into one text: 10,000 charts take 340 MB instead of 450.
    return this.text.charCodeAt(0) === 0 ? '' : this.text;
  }

  /** Writes `- item` lines; `first` stands before the first one, the indent of `depth` before all others. */
  private list(list: readonly unknown[], first: string, depth: number): void {
    let lead = first;
    let isEmpty = true;
    const indent = indentOf(depth);
    for (const item of list) {
      if (item === undefined) continue;
      isEmpty = false;
      if (typeof item !== 'object' || item === null) this.text += lead + '- ' + scalar(item, depth + 1) + '\n';
      else if (Array.isArray(item)) this.list(item, lead + '- ', depth + 1);
      else if (isMap(item)) this.map(item, lead + '- ', depth + 1, 'map');
      else throw refusal;
      lead = indent;
    }
    if (isEmpty) this.text += first + '[]\n';
  }

  /** Writes `key: value` lines; `first` stands before the first one, the indent of `depth` before all others. */
  private map(map: Readonly<Record<string, unknown>>, first: string, depth: number, level: Level): void {
    let isFirst = true;
    for (const key of keysInOrder(map, level)) {
      const value = map[key];
      if (value === undefined) continue;
      const start = keyStart(key, depth);
      this.text += isFirst ? first + start.slice(2 * depth) : start;
      isFirst = false;
      if (typeof value !== 'object' || value === null) this.text += ' ' + scalar(value, depth + 1) + '\n';
      else if (Array.isArray(value)) {
        if (isEmptyList(value)) this.text += ' []\n';
        else {
          this.text += '\n';
          this.list(value, indentOf(depth + 1), depth + 1);
        }
      } else if (!isMap(value)) throw refusal;
      else if (isEmptyMap(value)) this.text += ' {}\n';
      else {
        this.text += '\n';
        this.map(
          value,
          indentOf(depth + 1),
          depth + 1,
          level === 'document' && key === 'metadata' ? 'metadata' : 'map',
        );
      }
    }
    if (isFirst) this.text += first + '{}\n';
  }
}

const INDENTS = Array.from({ length: MAX_DEPTH + 1 }, (_, depth) => ' '.repeat(2 * depth));

function indentOf(depth: number): string {
  const indent = INDENTS[depth];
  if (indent === undefined) throw refusal;
  return indent;
}

const LEADERS: Readonly<Record<Level, readonly string[]>> = {
  document: ['apiVersion', 'kind', 'metadata', 'name'],
  metadata: ['name', 'namespace'],
  map: ['name'],
};

function keysInOrder(map: Readonly<Record<string, unknown>>, level: Level): readonly string[] {
  const keys = Object.keys(map);
  let last = '';
  for (const key of keys) {
    if (key < last) {
      keys.sort();
      break;
    }
    last = key;
  }
  const leaders = LEADERS[level];
  for (let i = leaders.length - 1; i >= 0; i--) {
    // In bounds: i counts down from the last index.
    const leader = leaders[i] as string;
    const at = keys.indexOf(leader);
    if (at <= 0) continue;
    keys.copyWithin(1, 0, at);
    keys[0] = leader;
  }
  return keys;
}

function isEmptyList(list: readonly unknown[]): boolean {
  for (const item of list) if (item !== undefined) return false;
  return true;
}

function isEmptyMap(map: Readonly<Record<string, unknown>>): boolean {
  for (const key in map) if (map[key] !== undefined && Object.hasOwn(map, key)) return false;
  return true;
}

/** Plain objects of any realm (test runners have several), nothing with a class of its own. */
function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null || isRootPrototype(prototype);
}

/** `Object.prototype` of another realm: its `constructor` makes plain objects, and nothing is above it. */
const isRootPrototype = (prototype: unknown): boolean =>
  typeof prototype === 'object' &&
  Object.getPrototypeOf(prototype) === null &&
  Object.hasOwn(prototype ?? {}, 'isPrototypeOf');

function scalar(value: unknown, depth: number): string {
  if (typeof value === 'string') return stringText(value, depth);
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  // JSON writes a number as YAML reads it, but for infinities and NaN, which it turns into null.
  if (typeof value === 'number' && Number.isFinite(value)) return value === 0 ? '0' : `${value}`;
  throw refusal;
}

/** Letters that are safe in a plain scalar for every reader, with one that cannot begin a number. */
const PLAIN = /^[A-Za-z_./](?:[A-Za-z0-9_./@%=:-]*[A-Za-z0-9_./@%=-])?$/;
/** What YAML 1.1 reads as a boolean, null or number although it looks like a word; also document ends. */
const WORD = /^(?:y|n|yes|no|on|off|true|false|null|nan|inf|\.nan|\.inf|\.{1,3}|\.[0-9_].*|\.?e[0-9].*)$/i;

const isPlain = (text: string): boolean =>
  PLAIN.test(text) && !(text.length < 6 || text.startsWith('.') ? WORD.test(text) : false);

function stringText(text: string, depth: number): string {
  if (isPlain(text)) return text;
  if (text.includes('\n') && LITERAL.test(text) && !BAD_LINE_END.test(text)) {
    const indent = indentOf(depth);
    const body = text.endsWith('\n') ? text.slice(0, -1) : text;
    return `${text.endsWith('\n') ? '|' : '|-'}\n${indent}${body.replace(/\n(?!\n)/g, `\n${indent}`)}`;
  }
  return quoted(text);
}

/**
 * Text that may be a literal block: its first line does not begin with a space (the reader takes the depth from it),
 * no line is blank but not empty or ends in a space (editors would take it away), at most one line break ends it,
 * and every letter is one that YAML may hold as it is and that is no line break of YAML 1.1.
 */
const LITERAL =
  // eslint-disable-next-line no-control-regex -- control characters are what this is about
  /^(?![ \t\n])(?:[^\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]|[\ud800-\udbff][\udc00-\udfff])*$/;
const BAD_LINE_END = / (?:\n|$)|\n\n$/;

/** Printable ASCII without quote and backslash: needs quotes, but no escapes. */
const SIMPLE = /^[ !#-[\]-~]*$/;

function quoted(text: string): string {
  if (SIMPLE.test(text)) return `"${text}"`;
  if (/\p{Surrogate}/u.test(text)) throw refusal;
  const json = JSON.stringify(text);
  return UNPRINTABLE.test(json) ? json.replace(UNPRINTABLE_ALL, escape) : json;
}

const UNPRINTABLE = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/;
const UNPRINTABLE_ALL = new RegExp(UNPRINTABLE, 'g');
const escape = (letter: string): string => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Beginnings of lines by depth and key: manifests repeat the same few hundred keys, and each is judged once. */
const keyStarts: Map<string, string>[] = [];
const MAX_KEY_STARTS = 2_000;
/** YAML readers look no further for the colon behind a key; a longer one is marked. Source: YAML 1.2, 7.4.2 */
const LONGEST_KEY = 1_000;

/** Indent, key and colon. */
function keyStart(key: string, depth: number): string {
  const starts = (keyStarts[depth] ??= new Map());
  const known = starts.get(key);
  if (known !== undefined) return known;
  const indent = indentOf(depth);
  const text = isPlain(key) && !key.includes(':') ? key : quoted(key);
  const start = text.length > LONGEST_KEY ? `${indent}? ${text}\n${indent}:` : `${indent}${text}:`;
  if (starts.size >= MAX_KEY_STARTS) starts.clear();
  starts.set(key, start);
  return start;
}

/** The first value that the printer refuses, in reading order. */
function firstRefused(value: unknown, path: string, depth: number): YamlValueError | undefined {
  if (depth > MAX_DEPTH) return new YamlValueError(path.slice(0, 60), 'goes too deep: does it contain itself?');
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      const found = item === undefined ? undefined : firstRefused(item, `${path}[${index}]`, depth + 1);
      if (found) return found;
    }
    return undefined;
  }
  if (isMap(value)) {
    for (const [key, item] of Object.entries(value)) {
      if (item === undefined) continue;
      const inner = IDENTIFIER.test(key) ? (path === '' ? key : `${path}.${key}`) : `${path}[${JSON.stringify(key)}]`;
      if (/\p{Surrogate}/u.test(key)) return new YamlValueError(inner, BROKEN_TEXT);
      const found = firstRefused(item, inner, depth + 1);
      if (found) return found;
    }
    return undefined;
  }
  const problem = scalarProblem(value);
  return problem === undefined ? undefined : new YamlValueError(path, problem);
}

const IDENTIFIER = /^[A-Za-z_$][A-Za-z0-9_$-]*$/;
const BROKEN_TEXT = 'holds half of a surrogate pair, which no file can hold: was a text cut in the middle of a letter?';

function scalarProblem(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
      return /\p{Surrogate}/u.test(value) ? BROKEN_TEXT : undefined;
    case 'boolean':
      return undefined;
    case 'number':
      return Number.isFinite(value)
        ? undefined
        : `is ${value}: manifests hold finite numbers only; check how it is computed`;
    case 'undefined':
      return 'is undefined: there is nothing to write';
    case 'function':
      return `is a function${value.name ? ` (${value.name})` : ''}: manifests hold data only; was a call forgotten?`;
    case 'bigint':
      return `is the bigint ${value}: write a number, or a string where the API takes one`;
    case 'symbol':
      return 'is a symbol: manifests hold data only';
    default:
      return value === null
        ? 'is null: leave the field out; the API server drops null or refuses it'
        : `is an instance of ${className(value)}: write a plain object, list, string, number or boolean`;
  }
}

// Only objects with a prototype of their own come here; what `constructor` holds is not ours to trust.
const className = (value: unknown): string => {
  const made: unknown = (value as { readonly constructor?: unknown }).constructor;
  return typeof made === 'function' && made.name ? made.name : 'a class';
};
