import { closest } from './closest.ts';
import { own } from './own.ts';

/** Names and indexes that lead from a value to one of its parts: `['spec', 'http', 0, 'timeout']`. */
export type Path = readonly (string | number)[];

/**
 * What a plain value (from YAML, JSON or code) may look like. A name alone stands for a value without limits;
 * `any` is every value. Plain data: it can be written by hand, generated, printed and compared.
 * @example
 * const replicas: Schema = {
 *   type: 'object',
 *   fields: { service: 'string', count: { type: 'integer', min: 1 }, size: { type: 'enum', of: ['small', 'large'] } },
 *   required: ['service'],
 * };
 */
export type Schema =
  | 'any'
  | 'boolean'
  | 'integer'
  | 'number'
  | 'string'
  | StringSchema
  | EnumSchema
  | DurationSchema
  | NumberSchema
  | ListSchema
  | MapSchema
  | ObjectSchema;

/** A text. */
export interface StringSchema {
  readonly type: 'string';
  /** In Unicode characters, not in bytes. */
  readonly minLength?: number;
  /** In Unicode characters, not in bytes. */
  readonly maxLength?: number;
  /** Regular expression as both JavaScript and RE2 read it; it finds its match anywhere unless it has `^` and `$`. */
  readonly pattern?: string;
  /** What `pattern` asks for in words, with an example: it is what a message says.
   * @default - the pattern itself */
  readonly expects?: string;
  /** The text is a URL with one of these schemes; an empty text among them allows a URL without scheme. */
  readonly schemes?: readonly string[];
  /** `base64`: bytes in the standard alphabet, with padding. */
  readonly format?: 'base64';
}

/** One text of a closed list. */
export interface EnumSchema {
  readonly type: 'enum';
  readonly of: readonly string[];
}

/** A text such as `30s`, `250ms` or `1h30m`, as Go's `time.ParseDuration` reads it. */
export interface DurationSchema {
  readonly type: 'duration';
  readonly min?: string;
}

/** A number. Limits are inclusive. */
export interface NumberSchema {
  readonly type: 'integer' | 'number';
  readonly min?: number;
  readonly max?: number;
}

/** A list of values that are all alike. */
export interface ListSchema {
  readonly type: 'list';
  readonly items: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  /** Fields of the items, each of which must differ from item to item. */
  readonly uniqueBy?: readonly string[];
}

/** An object whose field names are free. */
export interface MapSchema {
  readonly type: 'map';
  readonly values: Schema;
  /** What the names look like; `integer` means digits. */
  readonly keys?: Schema;
  readonly minEntries?: number;
  readonly maxEntries?: number;
}

/** An object with known fields; others are a problem. */
export interface ObjectSchema extends FieldRules {
  readonly type: 'object';
  readonly fields: Readonly<Record<string, Schema>>;
  /**
   * Alternatives that exclude each other. An alternative is a field, or several that go together.
   * @example atMostOne: [['exact', 'prefix', 'regex'], ['principals', ['serviceAccounts', 'notServiceAccounts']]]
   */
  readonly atMostOne?: readonly Alternatives[];
  /** As `atMostOne`, but one alternative has to be there. */
  readonly exactlyOne?: readonly Alternatives[];
  /** Of each list, at least one field has to be there. */
  readonly atLeastOne?: readonly (readonly string[])[];
  /** Fields that may be null, which says the same as leaving them out. */
  readonly nullable?: readonly string[];
  /** Rules that hold only for some objects. */
  readonly when?: readonly ConditionalRule[];
}

/** Fields, or groups of fields, of which only one may be there. */
export type Alternatives = readonly (string | readonly string[])[];

/** What is asked of the fields of an object. */
export interface FieldRules {
  /** What the fields, when there, look like. */
  readonly fields?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly forbidden?: readonly string[];
}

/** "If this field says so, then …" */
export interface ConditionalRule {
  readonly if: Condition;
  readonly then: FieldRules;
}

/** A statement about one field. With `field` alone: it is there. */
export interface Condition {
  readonly field: string;
  /** It is one of these texts. */
  readonly is?: readonly string[];
  /** It is not there at all, or the rest of the condition holds. */
  readonly orAbsent?: true;
  /** It is a text that begins so. */
  readonly startsWith?: string;
  /** It is a list of texts, one of which holds this one. */
  readonly hasItemWith?: string;
}

/** One thing that is wrong with a value. All parts are phrases without a full stop. */
export interface SchemaProblem {
  readonly path: Path;
  /** What was found, with the value. */
  readonly what: string;
  /** Why it hurts. */
  readonly why: string;
  readonly fix: string;
}

/** Who reads the value, and what comes of a wrong one: the "why" of every problem. */
export interface Reader {
  readonly refuses: string;
  readonly unknownField: string;
  /** What a fix is written in. @default 'yaml' */
  readonly syntax?: 'yaml' | 'code';
}

/** The reader of our own data files: what is wrong stops the command. */
export const dataFile: Reader = {
  refuses: 'nothing can be made from it',
  unknownField: 'nothing reads it, so it would change nothing',
};

/** A construct reading its props, for code that no compiler has seen. */
export const declaration: Reader = { ...dataFile, syntax: 'code' };

/** Kubernetes' API server reading a custom resource. */
export const apiServer: Reader = {
  refuses: 'the API server refuses the whole object',
  unknownField: 'kubectl refuses the object, and other clients drop the field without a word',
};

/** How {@link validate} looks at a value. */
export interface ValidateOptions {
  /** Where the value itself is; problems are told from there.
   * @default - the value is the root */
  readonly at?: Path;
  /** @default - {@link dataFile} */
  readonly reader?: Reader;
}

/**
 * Everything that is wrong with a value, in the order of the value; nothing when it is fine.
 * A field that is `undefined` counts as left out.
 * @example
 * const problems = validate(istioSchemas.VirtualService.spec, spec, { at: ['spec'], reader: apiServer });
 */
export function validate(schema: Schema, value: unknown, options: ValidateOptions = {}): readonly SchemaProblem[] {
  const problems: SchemaProblem[] = [];
  check(schema, value, options.at ?? [], { reader: options.reader ?? dataFile, problems });
  return problems;
}

/** A path as people write it: `spec.http[0].route[1].weight`, `labels["app.kubernetes.io/name"]`. */
export function formatPath(path: Path): string {
  return path
    .map((part, index) => {
      if (typeof part === 'number') return `[${part}]`;
      if (!/^[\w$-]+$/.test(part)) return `[${JSON.stringify(part)}]`;
      return index === 0 ? part : `.${part}`;
    })
    .join('');
}

/** What a schema that is just a name stands for. */
const BARE = {
  any: { type: 'any' },
  boolean: { type: 'boolean' },
  integer: { type: 'integer' },
  number: { type: 'number' },
  string: { type: 'string' },
} as const satisfies Record<Extract<Schema, string>, unknown>;

interface Context {
  readonly reader: Reader;
  readonly problems: SchemaProblem[];
}

type Fields = Readonly<Record<string, unknown>>;

function check(schema: Schema, value: unknown, path: Path, context: Context): void {
  const rule = typeof schema === 'string' ? BARE[schema] : schema;
  const refuse = (what: string, fix: string) =>
    void context.problems.push({ path, what, why: context.reader.refuses, fix });
  if (rule.type === 'any') return;
  if (value === undefined) return refuse('there is nothing here', 'write a value');
  if (value === null)
    return refuse(
      'null is no value here',
      `leave the field out, or ${context.reader.syntax === 'code' ? 'give it a value' : 'write something after its colon'}`,
    );
  switch (rule.type) {
    case 'boolean':
      if (typeof value !== 'boolean')
        refuse(`${show(value)} is not true or false`, unquoted(value, /^(true|false)$/, 'true or false'));
      return;
    case 'integer':
    case 'number':
      return checkNumber(rule, value, refuse);
    case 'string':
      if (isText(value, refuse)) checkString(rule, value, refuse);
      return;
    case 'enum':
      if (!isText(value, refuse) || rule.of.includes(value)) return;
      return refuse(
        `${show(value)} is none of the choices`,
        `${didYouMean(value, rule.of)}choices: ${listed(rule.of)}`,
      );
    case 'duration':
      if (typeof value === 'number')
        return refuse(`${value} is not a duration`, `add the unit: "${value}s", or "${value}ms"`);
      if (isText(value, refuse)) checkDuration(rule, value, refuse);
      return;
    case 'list':
      return checkList(rule, value, path, context, refuse);
    case 'map':
      if (isFields(value, refuse, context)) checkMap(rule, value, path, context, refuse);
      return;
    case 'object':
      if (isFields(value, refuse, context)) checkObject(rule, value, path, context);
      return;
  }
}

type Refuse = (what: string, fix: string) => void;

function isText(value: unknown, refuse: Refuse): value is string {
  if (typeof value === 'string') return true;
  const isScalar = typeof value === 'number' || typeof value === 'boolean';
  refuse(`${show(value)} is not a text`, isScalar ? `put it in quotes: "${String(value)}"` : 'write a text');
  return false;
}

function isFields(value: unknown, refuse: Refuse, { reader }: Context): value is Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return true;
  const isYaml = reader.syntax !== 'code';
  const fix = Array.isArray(value)
    ? `write fields instead of a list${isYaml ? ': leave out the "-"' : ': { name: value }'}`
    : `write fields: ${isYaml ? '"name: value"' : '{ name: value }'}`;
  refuse(`${show(value)} is not an object`, fix);
  return false;
}

function checkNumber({ type, min, max }: NumberSchema, value: unknown, refuse: Refuse) {
  const kind = type === 'integer' ? 'whole number' : 'number';
  if (typeof value !== 'number' || !Number.isFinite(value))
    return refuse(`${show(value)} is not a ${kind}`, unquoted(value, /^[+-]?\d+(\.\d+)?$/, `a ${kind}`));
  const fix = `write a ${kind}${between(min, max)}`;
  if (type === 'integer' && !Number.isInteger(value)) return refuse(`${value} is not a whole number`, fix);
  if (min !== undefined && value < min) refuse(`${value} is less than ${min}`, fix);
  if (max !== undefined && value > max) refuse(`${value} is more than ${max}`, fix);
}

function checkString(rule: StringSchema, value: string, refuse: Refuse) {
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY, pattern, expects, schemes, format } = rule;
  const length = [...value].length;
  if (length < minLength)
    refuse(
      minLength === 1 ? 'the text is empty' : `${show(value)} has ${length} characters`,
      `write at least ${minLength} character${minLength === 1 ? '' : 's'}`,
    );
  if (length > maxLength)
    refuse(
      `${show(value)} has ${length} characters, more than ${maxLength}`,
      maxLength === 0 ? 'leave it out' : `shorten it to ${maxLength}`,
    );
  // A text of the wrong length has its message already, and an endless one is not worth the pattern's time.
  if (pattern !== undefined && length >= minLength && length <= maxLength && !compiled(pattern).test(value))
    refuse(
      `${show(value)} is not ${expects ?? `of the form ${pattern}`}`,
      `write ${expects ?? `a text that matches ${pattern}`}`,
    );
  if (schemes !== undefined && !isUrl(value, schemes)) {
    const named = schemes.filter((scheme) => scheme !== '').map((scheme) => `${scheme}://`);
    refuse(`${show(value)} is not a URL that can be fetched here`, `write a URL that begins with ${listed(named)}`);
  }
  if (format === 'base64' && !/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(value))
    refuse(`${show(value)} is not base64`, 'encode the bytes as base64, with padding');
}

function checkDuration({ min }: DurationSchema, value: string, refuse: Refuse) {
  const length = goDurationMs(value);
  if (length === undefined)
    return refuse(
      `${show(value)} is not a duration`,
      /^\d+(\.\d+)?$/.test(value)
        ? `add the unit: "${value}s", or "${value}ms"`
        : 'write a number and a unit, such as "30s"',
    );
  if (min !== undefined && length < (goDurationMs(min) ?? 0))
    refuse(`${show(value)} is shorter than ${min}`, `write ${min} or more, or leave the field out`);
}

function checkList(rule: ListSchema, value: unknown, path: Path, context: Context, refuse: Refuse) {
  if (!Array.isArray(value))
    return refuse(
      `${show(value)} is not a list`,
      context.reader.syntax === 'code' ? 'write a list: put it into [ ]' : 'write a list: put "- " before each item',
    );
  const { minItems = 0, maxItems = Number.POSITIVE_INFINITY } = rule;
  if (value.length < minItems) refuse(`the list has ${counted(value.length, 'item')}`, `write at least ${minItems}`);
  if (value.length > maxItems)
    refuse(`the list has ${counted(value.length, 'item')}, more than ${maxItems}`, `leave at most ${maxItems}`);
  value.forEach((item: unknown, index) => check(rule.items, item, [...path, index], context));
  for (const field of rule.uniqueBy ?? []) checkUnique(field, value, path, context);
}

function checkUnique(field: string, items: readonly unknown[], path: Path, context: Context) {
  const first = new Map<unknown, number>();
  items.forEach((item, index) => {
    // Whatever else it is, an object has fields.
    const key = typeof item === 'object' && item !== null ? own(item as Fields, field) : undefined;
    if (key === undefined) return;
    const earlier = first.get(key);
    if (earlier === undefined) first.set(key, index);
    else
      context.problems.push({
        path: [...path, index, field],
        what: `${show(key)} is already the ${field} of item ${earlier}`,
        why: context.reader.refuses,
        fix: `give each item a ${field} of its own`,
      });
  });
}

function checkMap(rule: MapSchema, value: Fields, path: Path, context: Context, refuse: Refuse) {
  const names = Object.keys(value).filter((name) => own(value, name) !== undefined);
  const { minEntries = 0, maxEntries = Number.POSITIVE_INFINITY } = rule;
  if (names.length < minEntries)
    refuse(`the object has ${counted(names.length, 'entry')}`, `write at least ${minEntries}`);
  if (names.length > maxEntries)
    refuse(`the object has ${counted(names.length, 'entry')}, more than ${maxEntries}`, `leave at most ${maxEntries}`);
  for (const name of names) {
    if (rule.keys !== undefined) checkKey(rule.keys, name, [...path, name], context);
    check(rule.values, value[name], [...path, name], context);
  }
}

function checkKey(keys: Schema, name: string, path: Path, context: Context): void {
  const isNumeric = typeof keys === 'object' && keys.type === 'integer' && /^\+?\d+$/.test(name);
  const problems: SchemaProblem[] = [];
  check(keys, isNumeric ? Number(name) : name, path, { ...context, problems });
  for (const problem of problems) context.problems.push({ ...problem, what: `as a name, ${problem.what}` });
}

function checkObject(rule: ObjectSchema, value: Fields, path: Path, context: Context) {
  const has = (field: string) => isSet(value, field, rule.nullable);
  const refuse = (what: string, fix: string) =>
    void context.problems.push({ path, what, why: context.reader.refuses, fix });
  for (const name of Object.keys(value)) {
    if (value[name] === undefined || Object.hasOwn(rule.fields, name)) continue;
    context.problems.push({
      path: [...path, name],
      what: `unknown field ${JSON.stringify(name)}`,
      why: context.reader.unknownField,
      fix: whereItBelongs(name, rule),
    });
  }
  checkFields(rule, value, path, context, rule.nullable);
  for (const alternatives of rule.atMostOne ?? []) checkAlternatives(alternatives, has, refuse);
  for (const alternatives of rule.exactlyOne ?? []) {
    checkAlternatives(alternatives, has, refuse);
    if (!alternatives.flat().some(has))
      refuse(`none of ${quoted(alternatives.flat())} is set`, 'set exactly one of them');
  }
  for (const fields of rule.atLeastOne ?? [])
    if (!fields.some(has)) refuse(`none of ${quoted(fields)} is set`, 'set at least one of them');
  for (const rules of rule.when ?? []) checkWhen(rules, value, path, context);
}

function checkFields(rules: FieldRules, value: Fields, path: Path, context: Context, nullable?: readonly string[]) {
  const why = context.reader.refuses;
  const has = (field: string) => isSet(value, field, nullable);
  for (const field of rules.required ?? [])
    if (!has(field))
      context.problems.push({ path: [...path, field], what: `${field} is missing`, why, fix: `add "${field}"` });
  for (const field of rules.forbidden ?? [])
    if (has(field))
      context.problems.push({ path: [...path, field], what: `${field} may not be set`, why, fix: 'leave it out' });
  for (const [field, schema] of Object.entries(rules.fields ?? {}))
    if (has(field)) check(schema, value[field], [...path, field], context);
}

/** Adds what a rule finds that holds only under a condition, and has not been said without it. */
function checkWhen({ if: condition, then }: ConditionalRule, value: Fields, path: Path, context: Context) {
  if (!holds(condition, own(value, condition.field))) return;
  const said = new Set(context.problems.map((problem) => formatPath(problem.path)));
  const problems: SchemaProblem[] = [];
  checkFields(then, value, path, { ...context, problems });
  for (const problem of problems)
    if (!said.has(formatPath(problem.path)))
      context.problems.push({ ...problem, what: `${problem.what} ${told(condition)}` });
}

function checkAlternatives(alternatives: Alternatives, has: (field: string) => boolean, refuse: Refuse) {
  const chosen = alternatives.map((fields) => [fields].flat().filter(has)).filter((fields) => fields.length > 0);
  if (chosen.length > 1)
    refuse(
      `${quoted(chosen.flat())} exclude each other`,
      `keep one of ${chosen.map((fields) => quoted(fields)).join(' or ')}`,
    );
}

function holds({ is, orAbsent, startsWith, hasItemWith }: Condition, value: unknown): boolean {
  if (value === undefined) return orAbsent === true;
  if (is !== undefined) return typeof value === 'string' && is.includes(value);
  if (startsWith !== undefined) return typeof value === 'string' && value.startsWith(startsWith);
  if (hasItemWith === undefined) return true;
  return Array.isArray(value) && value.some((item) => typeof item === 'string' && item.includes(hasItemWith));
}

function told({ field, is, orAbsent, startsWith, hasItemWith }: Condition): string {
  const absent = orAbsent ? ' or left out' : '';
  if (is !== undefined) return `when ${field} is ${is.join(' or ')}${absent}`;
  if (startsWith !== undefined) return `when ${field} begins with ${startsWith}${absent}`;
  if (hasItemWith !== undefined) return `when one of ${field} holds "${hasItemWith}"${absent}`;
  return `when ${field} is set`;
}

/** What to do about an unknown field: a slip of the pen, or a field that sits one level too high. */
function whereItBelongs(name: string, { fields }: ObjectSchema): string {
  const known = Object.keys(fields);
  const inside = known.filter((field) => Object.hasOwn(fieldsWithin(fields[field]), name));
  const meant = didYouMean(name, known);
  if (meant !== '') return meant.trimEnd();
  return inside.length === 1 ? `move it into "${inside[0]}"` : `remove it; fields here: ${listed(known)}`;
}

function fieldsWithin(schema: Schema | undefined): ObjectSchema['fields'] {
  if (typeof schema !== 'object') return {};
  if (schema.type === 'list') return fieldsWithin(schema.items);
  return schema.type === 'object' ? schema.fields : {};
}

function isSet(value: Fields, field: string, nullable: readonly string[] = []): boolean {
  const found = own(value, field);
  return found !== undefined && !(found === null && nullable.includes(field));
}

// The Greek letter is escaped: one such letter doubles what the whole bundle takes in memory.
const MS_PER_UNIT: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  '\u03bcs': 1e-3,
  ms: 1,
  s: 1e3,
  m: 6e4,
  h: 3.6e6,
};
/** Go holds a duration in 63 bits of nanoseconds. */
const MAX_MS = 2 ** 63 / 1e6;

/**
 * Reads all that Go's time.ParseDuration reads, which is what the API server measures durations with: also signs,
 * a bare 0, and units below the millisecond that the duration type of this model leaves out on purpose.
 */
export function goDurationMs(text: string): number | undefined {
  const [, sign, amount = ''] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  if (amount === '0') return 0;
  if (!/^(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|\u00b5s|\u03bcs|ms|s|m|h))+$/.test(amount)) return undefined;
  const parts = amount.matchAll(/([\d.]+)([^\d.]+)/g);
  const total = [...parts].reduce((sum, [, count, unit]) => sum + Number(count) * (MS_PER_UNIT[unit ?? ''] ?? 0), 0);
  if (total >= MAX_MS) return undefined;
  return sign === '-' ? -total : total;
}

/**
 * Whether Go's url.ParseRequestURI would read it, and with one of these schemes. What it does not read is read again as
 * if `http://` stood before it where a URL may have no scheme.
 */
function isUrl(text: string, schemes: readonly string[]): boolean {
  // eslint-disable-next-line no-control-regex -- control characters are exactly what a URL may not hold
  if (text === '' || /[\u0000-\u001f\u007f]|^[^?]*%(?![0-9a-f]{2})/i.test(text)) return false;
  const [, scheme, rest = ''] = /^(?:([a-z][a-z0-9+.-]*):)?(.*)$/is.exec(text) ?? [];
  const isRead = scheme === undefined ? rest.startsWith('/') : !rest.startsWith('//') || hasAuthority(rest.slice(2));
  return isRead ? schemes.includes(scheme?.toLowerCase() ?? '') : schemes.includes('') && hasAuthority(text);
}

/** Whether a URL without its scheme begins with a host that Go reads, a user before it and a port behind it or not. */
const hasAuthority = (text: string): boolean =>
  /^(?:[^@]*@)?(?:\[[^[\]]*\]|[^\s[\]{}|\\^`@:]*)(?::\d*)?$/.test(text.split(/[/?#]/, 1)[0] ?? '');

const patterns = new Map<string, RegExp>();
function compiled(pattern: string): RegExp {
  let found = patterns.get(pattern);
  if (found === undefined) patterns.set(pattern, (found = new RegExp(pattern, 'u')));
  return found;
}

const MAX_SHOWN = 60;
/** A value as it stands in a message: one line, not too long. */
export function show(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list (${counted(value.length, 'item')})`;
  if (typeof value === 'object') return 'an object';
  if (typeof value !== 'string') return String(value);
  return JSON.stringify(value.length > MAX_SHOWN ? `${value.slice(0, MAX_SHOWN)}…` : value);
}

function unquoted(value: unknown, pattern: RegExp, wanted: string): string {
  return typeof value === 'string' && pattern.test(value) ? `leave out the quotes: ${value}` : `write ${wanted}`;
}

function didYouMean(name: string, names: readonly string[]): string {
  const meant = closest(name, names);
  return meant === undefined ? '' : `did you mean "${meant}"? `;
}

const between = (min: number | undefined, max: number | undefined) =>
  min === undefined
    ? max === undefined
      ? ''
      : ` of at most ${max}`
    : max === undefined
      ? ` of at least ${min}`
      : ` from ${min} to ${max}`;
const counted = (count: number, noun: string) => `${count} ${count === 1 ? noun : noun.replace(/y$/, 'ie') + 's'}`;
const quoted = (names: readonly string[]) => names.map((name) => `"${name}"`).join(' and ');
const listed = (names: readonly string[]) => names.map((name) => name || '""').join(', ') || 'none';
