// Sets of JSON web keys, as far as they can be judged without cryptography. Source: RFC 7517 and 7518

import { isFields, type Fields } from '../../manifest/raw.ts';

/** What a key needs beside its type: texts as they are, and bytes in base64. */
const NEEDS: Readonly<Record<string, { readonly texts: readonly string[]; readonly bytes: readonly string[] }>> = {
  RSA: { texts: [], bytes: ['e', 'n'] },
  EC: { texts: ['crv'], bytes: ['x', 'y'] },
  OKP: { texts: ['crv'], bytes: ['x'] },
  oct: { texts: [], bytes: ['k'] },
};
/** What else must be a text where it is there. */
const TEXTS = ['kid', 'use', 'alg', 'x5t', 'x5u'];

/** What is wrong with the text of a set of keys; undefined when nothing is. */
export function jwksProblem(text: string): string | undefined {
  let set: unknown;
  try {
    set = JSON.parse(text);
  } catch {
    return 'it is no JSON';
  }
  if (!isFields(set)) return 'it is no JSON object';
  const keys = set['keys'] === undefined ? [set] : (set['keys'] ?? []);
  if (!Array.isArray(keys)) return '"keys" is no list';
  for (const [index, key] of keys.entries()) {
    const problem = keyProblem(key);
    if (problem !== undefined) return `key ${index} ${problem}`;
  }
  return undefined;
}

/** Places of the keys that can sign, in a text that is a set of keys. */
export function privateKeys(text: string): readonly number[] {
  const set = JSON.parse(text) as Fields; // `jwksProblem` has found it to be an object
  const keys = (set['keys'] === undefined ? [set] : (set['keys'] ?? [])) as readonly Fields[]; // and this a list of them
  return keys.flatMap((key, index) => (key['kty'] === 'oct' || typeof key['d'] === 'string' ? [index] : []));
}

function keyProblem(key: unknown): string | undefined {
  if (!isFields(key)) return 'is no object';
  const { kty } = key;
  if (kty === undefined) return 'has no "kty", which says its type';
  if (typeof kty !== 'string' || !Object.hasOwn(NEEDS, kty))
    return `has no type that is known ("kty": ${JSON.stringify(kty)})`;
  const { texts, bytes } = NEEDS[kty] ?? { texts: [], bytes: [] };
  const absent = [...texts, ...bytes].find((field) => typeof key[field] !== 'string');
  if (absent !== undefined) return `has no "${absent}"`;
  const noText = TEXTS.find((field) => key[field] !== undefined && typeof key[field] !== 'string');
  if (noText !== undefined) return `has a "${noText}" that is no text`;
  const secret = kty !== 'oct' && key['d'] !== undefined && key['d'] !== null ? ['d'] : [];
  const unread = [...bytes, ...secret].find((field) => !isBase64(String(key[field])));
  return unread === undefined ? undefined : `has a "${unread}" that is no base64`;
}

/** In either alphabet, with or without padding. */
const isBase64 = (text: string): boolean =>
  (/^[A-Za-z0-9_-]*=*$/.test(text) || /^[A-Za-z0-9+/]*=*$/.test(text)) &&
  (text.endsWith('=') ? text.length % 4 === 0 && /[^=]{2}={1,2}$/.test(text) : text.length % 4 !== 1);
