import type { Alternatives, ObjectSchema, Schema } from '../../../charts-src/model/schema.ts';
import type { Definitions } from './crd.ts';
import type { Shape } from './shapes.ts';

/** What is known about the generated types besides the schemas. */
type Source = Pick<Definitions, 'kinds' | 'deprecated'>;

/**
 * The module of types: one per shape, and the specs by kind. Fields that may be null have no `| null`: it says the same
 * as leaving them out, and cdk8s drops it.
 */
export function printTypes(shapes: readonly Shape[], { kinds, deprecated }: Source): string {
  const names = new Map(shapes.map(({ schema, name }) => [JSON.stringify(schema), name]));
  const nameOf = (schema: ObjectSchema) => {
    const name = names.get(JSON.stringify(schema));
    if (name === undefined) throw new Error('a shape that was not collected');
    return name;
  };
  return [
    `/** Any value that JSON can say. */
export type JsonValue = boolean | null | number | string | readonly JsonValue[] | JsonObject;

/** An object of which the API knows nothing more. */
export interface JsonObject {
  readonly [field: string]: JsonValue;
}`,
    ...shapes.map((shape) => printShape(shape, { nameOf, deprecated })),
    `/** The spec of every kind, by its name. */
export interface IstioSpecs {
${kinds.map(({ kind, spec }) => `readonly ${kind}: ${nameOf(spec)};`).join('\n')}
}

/** A kind of Istio's API. */
export type IstioKind = keyof IstioSpecs;`,
  ].join('\n\n');
}

interface Names {
  readonly nameOf: (schema: ObjectSchema) => string;
  readonly deprecated: ReadonlySet<string>;
}

function printShape({ name, schema, paths }: Shape, { nameOf, deprecated }: Names): string {
  const groups = exclusiveGroups(schema);
  const inGroup = new Set(groups.flatMap(({ fields }) => fields));
  const field = (each: string, isRequired: boolean) => {
    const type = schema.fields[each];
    if (type === undefined) throw new Error(`${paths[0]}: a rule names the field ${each}, which is not there`);
    const comment = docstring([limits(type), deprecated.has(`${paths[0]}.${each}`) ? '@deprecated' : '']);
    return `${comment}readonly ${each}${isRequired ? '' : '?'}: ${typeOf(type, nameOf)};`;
  };
  const isRequired = (each: string) => schema.required?.includes(each) ?? false;
  const common = Object.keys(schema.fields).filter((each) => !inGroup.has(each));
  const body = common.map((each) => field(each, isRequired(each))).join('\n');
  const rules = groups.map(({ alternatives, isOneNeeded }) => {
    const choices = alternatives.map((fields) => (fields.length > 1 ? `(${fields.join(', ')})` : fields[0])).join(', ');
    return `${isOneNeeded ? 'Exactly' : 'At most'} one of: ${choices}.`;
  });
  const atLeast = (schema.atLeastOne ?? []).map((fields) => `At least one of: ${fields.join(', ')}.`);
  const source = docstring([`Source: ${placesOf(paths)}.`, ...rules, ...atLeast]).trimEnd();
  if (groups.length === 0) return `${source}\nexport interface ${name} {\n${body}\n}`;
  const unions = groups.map(({ fields, alternatives, isOneNeeded }) =>
    alternatives
      .map((chosen) => {
        const members = fields.map((each) =>
          chosen.includes(each)
            ? field(each, isRequired(each) || (isOneNeeded && chosen.length === 1))
            : `readonly ${each}?: never;`,
        );
        return `| {\n${members.join('\n')}\n}`;
      })
      .join('\n'),
  );
  if (common.length === 0 && unions.length === 1) return `${source}\nexport type ${name} =\n${unions[0]};`;
  const base = common.length === 0 ? [] : [`${name}Base`];
  const printedBase = `/** The fields of ${name} that exclude no other. */\nexport interface ${name}Base {\n${body}\n}`;
  const intersection = [...base, ...unions.map((union) => `(\n${union}\n)`)].join(' & ');
  return `${source}\nexport type ${name} = ${intersection};${base.length > 0 ? `\n\n${printedBase}` : ''}`;
}

interface ExclusiveGroup {
  readonly fields: readonly string[];
  /** Fields that may stand together; each alternative excludes all the others' own fields. */
  readonly alternatives: readonly (readonly string[])[];
  readonly isOneNeeded: boolean;
}

/** Fields that exclude one another, directly or through a third: each group becomes one union. */
function exclusiveGroups(schema: ObjectSchema): ExclusiveGroup[] {
  const exclusive = [...(schema.atMostOne ?? []), ...(schema.exactlyOne ?? [])];
  const conflicts = new Map<string, Set<string>>();
  for (const alternatives of exclusive)
    for (const [field, others] of rivals(alternatives))
      conflicts.set(field, new Set([...(conflicts.get(field) ?? []), ...others]));
  const groups: ExclusiveGroup[] = [];
  const seen = new Set<string>();
  for (const start of conflicts.keys()) {
    if (seen.has(start)) continue;
    const reached = new Set([start]);
    // A set may grow while it is walked: its new members are walked too.
    for (const field of reached) for (const rival of conflicts.get(field) ?? []) reached.add(rival);
    for (const field of reached) seen.add(field);
    const fields = Object.keys(schema.fields).filter((field) => reached.has(field));
    const isOneNeeded = (schema.exactlyOne ?? []).some((alternatives) => alternatives.flat().includes(start));
    groups.push({ fields, alternatives: compatible(fields, conflicts), isOneNeeded });
  }
  return groups;
}

function rivals(alternatives: Alternatives): [string, string[]][] {
  const sides = alternatives.map((side) => [side].flat());
  return sides.flatMap((side) =>
    side.map((field): [string, string[]] => [field, sides.filter((other) => other !== side).flat()]),
  );
}

/** The largest sets of fields without a conflict. */
function compatible(fields: readonly string[], conflicts: ReadonlyMap<string, ReadonlySet<string>>): string[][] {
  const sets = fields.map((start) => {
    const set = [start];
    for (const field of fields)
      if (!set.includes(field) && !set.some((other) => conflicts.get(other)?.has(field))) set.push(field);
    return fields.filter((field) => set.includes(field));
  });
  return sets.filter((set, index) => sets.findIndex((other) => other.join() === set.join()) === index);
}

function typeOf(schema: Schema, nameOf: Names['nameOf']): string {
  if (typeof schema === 'string') return schema === 'integer' ? 'number' : schema === 'any' ? 'JsonValue' : schema;
  switch (schema.type) {
    case 'string':
    case 'duration':
      return 'string';
    case 'integer':
    case 'number':
      return 'number';
    case 'enum':
      return schema.of.map((choice) => `'${choice}'`).join(' | ');
    case 'list': {
      const items = typeOf(schema.items, nameOf);
      return `readonly ${items.includes(' ') ? `(${items})` : items}[]`;
    }
    case 'map':
      return schema.values === 'any' ? 'JsonObject' : `Readonly<Record<string, ${typeOf(schema.values, nameOf)}>>`;
    case 'object':
      return nameOf(schema);
  }
}

/** The limits that the type itself does not say, as sentences. */
function limits(schema: Schema): string {
  if (typeof schema === 'string') return schema === 'integer' ? 'Whole number.' : '';
  switch (schema.type) {
    case 'string': {
      const pattern = schema.expects ?? (schema.pattern === undefined ? undefined : `matches \`${schema.pattern}\``);
      const schemes = schema.schemes?.filter((scheme) => scheme !== '').map((scheme) => `${scheme}://`);
      return sentences([
        schema.maxLength === 0 ? 'must be empty' : range(schema.minLength, schema.maxLength, 'character'),
        pattern,
        schemes && `URL with ${schemes.join(', ')}`,
        schema.format,
      ]);
    }
    case 'duration':
      return sentences([schema.min === undefined ? 'duration' : `duration of at least ${schema.min}`]);
    case 'integer':
    case 'number': {
      const span = range(schema.min, schema.max, '');
      return sentences([`${schema.type === 'integer' ? 'whole number' : 'number'}${span ? `, ${span}` : ''}`]);
    }
    case 'list': {
      const unique = schema.uniqueBy && `each with a ${schema.uniqueBy.join(' and a ')} of its own`;
      return each(sentences([range(schema.minItems, schema.maxItems, 'item'), unique]), 'Each', schema.items);
    }
    case 'map': {
      const keys = schema.keys === undefined ? '' : limits(schema.keys);
      const own = sentences([range(schema.minEntries, schema.maxEntries, 'entry')]);
      return each([own, keys && `Names: ${lower(keys)}`].filter(Boolean).join(' '), 'Values', schema.values);
    }
    case 'enum':
    case 'object':
      return '';
  }
}

function each(own: string, word: string, schema: Schema): string {
  const inner = limits(schema);
  return [own, inner && `${word}: ${lower(inner)}`].filter(Boolean).join(' ');
}

const INT32 = 2 ** 31;
function range(min: number | undefined, max: number | undefined, noun: string): string | undefined {
  const of = (count: number) => (noun === '' ? '' : ` ${count === 1 ? noun : `${noun}s`.replace('ys', 'ies')}`);
  // The range of the integer type itself says nothing about the field.
  const isBounded = max !== undefined && max < INT32 - 1;
  if (min !== undefined && min > -INT32 && isBounded) return `${min} to ${max}${of(max)}`;
  if (min !== undefined && min > -INT32) return `at least ${min}${of(min)}`;
  return isBounded ? `at most ${max}${of(max)}` : undefined;
}

const sentences = (parts: readonly (string | undefined)[]) =>
  parts
    .filter((part) => part !== undefined && part !== '')
    .map((part) => `${part?.charAt(0).toUpperCase()}${part?.slice(1)}.`)
    .join(' ');
const lower = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);

/** A comment of one line when that is all it takes: a tag such as `@deprecated` has to begin a line. */
function docstring(parts: readonly string[]): string {
  const lines = parts.filter((part) => part !== '');
  if (lines.length === 0) return '';
  return lines.length === 1 ? `/** ${lines[0]} */\n` : `/**\n${lines.map((line) => ` * ${line}\n`).join('')} */\n`;
}

const MAX_PLACES = 2;
function placesOf(paths: readonly string[]): string {
  const rest = paths.length - MAX_PLACES;
  // The shortest paths are the ones that readers know.
  const shown = paths.toSorted((a, b) => a.length - b.length).slice(0, MAX_PLACES);
  return `${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
