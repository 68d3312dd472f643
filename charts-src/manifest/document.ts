import type { JsonValue } from '../imports/istio.ts';

/** Where the fields and items of the objects and lists of a document begin. */
export type Places = Map<object, Map<string | number, number>>;

/** A field that one object has twice. */
export interface RepeatedKey {
  readonly key: string;
  /** Where it is the second time. */
  readonly offset: number;
  /** Where it was before; known only when places are kept. */
  readonly before: number | undefined;
  /** Whether `<<` brought it the second time. */
  readonly isMerged: boolean;
}

/** A part of a text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** One document that was read. */
export interface Document {
  /** Undefined when there is nothing in it but comments. */
  readonly value: JsonValue | undefined;
  /** Where the value begins. */
  readonly start: number;
  /** Where something stands that is no part of it any more; undefined when all of the text is. */
  readonly rest?: { readonly offset: number; readonly isDocument: boolean };
  readonly repeated: readonly RepeatedKey[];
  /** Where the items of the field `items` of the outermost object are written. */
  readonly items: readonly Span[];
}

/** How deep objects and lists may lie in each other: deeper than in any manifest, and within what the stack holds. */
export const MAX_DEPTH = 500;
/** How many repeated keys of a document are remembered. */
export const MAX_REPEATED = 1_000;

/** An object that is being read. */
export type Fields = Record<string, JsonValue>;

/** Whether a field is there. Values are never undefined; the second look is for names that every object has. */
export const hasField = (fields: Fields, key: string): boolean =>
  fields[key] !== undefined && Object.hasOwn(fields, key);

/** Sets a field, whatever its name. */
export function setField(fields: Fields, key: string, value: JsonValue): void {
  if (key === '__proto__')
    Object.defineProperty(fields, key, { value, enumerable: true, configurable: true, writable: true });
  else fields[key] = value;
}
