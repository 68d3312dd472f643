import { durationMs } from './duration.ts';
import { own } from './own.ts';
import type { ObjectSchema, Schema } from './schema.ts';

/**
 * The type of the values that a schema describes, for schemas that are written down `as const`. Every field may be
 * missing.
 * @example type Port = Conformed<typeof portSchema>;
 */
export type Conformed<S> = S extends 'any'
  ? unknown
  : S extends 'boolean'
    ? boolean
    : S extends 'integer' | 'number'
      ? number
      : S extends 'string'
        ? string
        : S extends { readonly type: 'enum'; readonly of: readonly (infer E)[] }
          ? E
          : S extends { readonly type: 'list'; readonly items: infer I }
            ? readonly Conformed<I>[]
            : S extends { readonly type: 'map'; readonly values: infer V }
              ? Readonly<Record<string, Conformed<V>>>
              : S extends { readonly type: 'object'; readonly fields: infer F }
                ? { readonly [K in keyof F]?: Conformed<F[K]> }
                : S extends { readonly type: 'integer' | 'number' }
                  ? number
                  : string;

/**
 * What of a value has the types of its schema: what has not is left out, so that code may rely on the types. What is
 * required and missing, and items of lists that do not fit, become empty values, so that every index stays what it is
 * in the file. Only types are looked at, no limits. The value itself comes back when all of it fits.
 */
export function conform(schema: Schema, value: unknown): unknown {
  const fitted = fit(schema, value);
  return fitted === undefined ? empty(schema) : fitted;
}

/** Undefined when the value is not of the type at all. */
function fit(schema: Schema, value: unknown): unknown {
  const type = typeof schema === 'string' ? schema : schema.type;
  switch (type) {
    case 'any':
      return value ?? undefined;
    case 'boolean':
      return typeof value === 'boolean' ? value : undefined;
    case 'integer':
    case 'number':
      return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
    case 'string':
      return typeof value === 'string' ? value : undefined;
  }
  if (typeof schema === 'string') return undefined;
  switch (schema.type) {
    case 'enum':
      return typeof value === 'string' && schema.of.includes(value) ? value : undefined;
    case 'duration':
      return typeof value === 'string' && durationMs(value) !== undefined ? value : undefined;
    case 'list':
      return Array.isArray(value) ? fitList(schema.items, value) : undefined;
    case 'map':
      return isFields(value) ? fitMap(schema.values, value) : undefined;
    case 'object':
      return isFields(value) ? fitObject(schema, value) : undefined;
    default:
      return undefined;
  }
}

function fitList(items: Schema, value: readonly unknown[]): readonly unknown[] {
  let changed: unknown[] | undefined;
  for (const [index, item] of value.entries()) {
    const fitted = fit(items, item) ?? empty(items);
    if (fitted !== item) (changed ??= [...value])[index] = fitted;
  }
  return changed ?? value;
}

function fitMap(values: Schema, value: Fields): Fields {
  let changed: Record<string, unknown> | undefined;
  for (const key of Object.keys(value)) {
    const fitted = fit(values, value[key]);
    if (fitted === value[key]) continue;
    changed ??= { ...value };
    if (fitted === undefined) delete changed[key];
    else changed[key] = fitted;
  }
  return changed ?? value;
}

function fitObject(schema: ObjectSchema, value: Fields): Fields {
  let changed: Record<string, unknown> | undefined;
  for (const key of Object.keys(value)) {
    const field = own(schema.fields, key);
    const fitted = field === undefined ? undefined : fit(field, value[key]);
    if (fitted === value[key]) continue;
    changed ??= { ...value };
    if (fitted === undefined) delete changed[key];
    else changed[key] = fitted;
  }
  for (const key of schema.required ?? []) {
    const field = schema.fields[key];
    if (field === undefined || (changed ?? value)[key] !== undefined) continue;
    changed ??= { ...value };
    changed[key] = empty(field);
  }
  return changed ?? value;
}

/** The emptiest value of a type. */
function empty(schema: Schema): unknown {
  if (typeof schema === 'string') {
    if (schema === 'any') return {};
    return schema === 'string' ? '' : schema === 'boolean' ? false : 0;
  }
  switch (schema.type) {
    case 'string':
      return '';
    case 'enum':
      return schema.of[0] ?? '';
    case 'duration':
      return '0s';
    case 'integer':
    case 'number':
      return 0;
    case 'list':
      return [];
    case 'map':
      return {};
    case 'object':
      return fitObject(schema, {});
  }
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
