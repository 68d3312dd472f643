import { findingAt, type Findings, type Place } from './finding.ts';

/** An object of a JSON document. */
export type JsonObject = Readonly<Record<string, unknown>>;

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A value in words, for messages. */
export const described = (value: unknown): string => {
  if (value === undefined) return 'missing';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' && value !== null ? 'an object' : String(JSON.stringify(value));
};

/** The value of a key that the object itself has: `constructor` and the like come with every JavaScript object. */
export const own = (object: unknown, key: string): unknown =>
  isJsonObject(object) && Object.hasOwn(object, key) ? object[key] : undefined;

/**
 * The object at a place, with its `$ref`, if it has one, followed within the document. Keys beside the `$ref` stay
 * and win. Undefined, with a problem reported, when there is none.
 */
export function objectAt(
  document: JsonObject,
  value: unknown,
  place: Place,
  findings: Findings,
): JsonObject | undefined {
  let found: JsonObject = {};
  const seen = new Set<string>();
  for (let next: unknown = value; ;) {
    if (!isJsonObject(next)) {
      findings.problems.push(
        seen.size === 0
          ? findingAt(
              place,
              `is ${described(next)}`,
              'an object must be here, so it cannot be read',
              'write an object, or remove it',
            )
          : findingAt(
              [...place, '$ref'],
              `"${[...seen].at(-1)}" leads to nothing`,
              'what it stands for is unknown',
              'name something that the document has',
            ),
      );
      return undefined;
    }
    const { $ref: reference, ...rest } = next;
    found = { ...rest, ...found };
    if (typeof reference !== 'string') return found;
    if (!/^#(\/|$)/.test(reference)) {
      findings.problems.push(
        findingAt(
          [...place, '$ref'],
          `"${reference}" leads out of the document`,
          'only this document is read, so what is there is unknown',
          'bundle the documents into one first, for example with `npx @redocly/cli bundle`',
        ),
      );
      return undefined;
    }
    if (seen.has(reference)) {
      findings.problems.push(
        findingAt(
          [...place, '$ref'],
          `"${reference}" leads back to itself`,
          'it never comes to an object',
          'break the circle',
        ),
      );
      return undefined;
    }
    seen.add(reference);
    next = pointedTo(document, reference);
  }
}

/** What a JSON pointer in a fragment names. Source: RFC 6901 section 6. */
const pointedTo = (document: JsonObject, reference: string): unknown =>
  reference
    .split('/')
    .slice(1)
    .reduce<unknown>((value, key) => {
      const name = unescaped(key);
      return Array.isArray(value) ? value[Number(name)] : own(value, name);
    }, document);

const unescaped = (key: string): string => {
  let text = key;
  try {
    text = decodeURIComponent(key);
  } catch {
    // A lone "%" is no escape: then the key is meant as it is written.
  }
  return text.replaceAll('~1', '/').replaceAll('~0', '~');
};
