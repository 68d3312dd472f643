/** Claims of a token of JSON, unverified; undefined when it is none. */
export function tokenClaims(token: string): Readonly<Record<string, unknown>> | undefined {
  const [, payload] = /^[\w-]+\.([\w-]+)\.[\w-]*$/.exec(token) ?? [];
  if (payload === undefined) return undefined;
  try {
    const claims: unknown = JSON.parse(decodedBase64(payload));
    return typeof claims === 'object' && claims !== null && !Array.isArray(claims)
      ? (claims as Readonly<Record<string, unknown>>) // an object of JSON
      : undefined;
  } catch {
    return undefined; // not a token of JSON
  }
}

const PLAIN_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** A text in base64, byte by byte of its UTF-8. */
export function base64(text: string): string {
  const bytes = [...encodeURIComponent(text).matchAll(/%([0-9A-F]{2})|./g)].map(([letter, hex]) =>
    hex === undefined ? letter.charCodeAt(0) : Number.parseInt(hex, 16),
  );
  let encoded = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const [one = 0, two = 0, three = 0] = bytes.slice(at, at + 3);
    const group = (one << 16) | (two << 8) | three;
    const letters = Math.min(bytes.length - at, 3) + 1;
    for (let index = 0; index < letters; index++) encoded += PLAIN_ALPHABET[(group >> (18 - 6 * index)) & 63];
  }
  return encoded.padEnd(Math.ceil(encoded.length / 4) * 4, '=');
}

/** Base64url as text. The library has no `atob`: it is pure ECMAScript. */
function decodedBase64(text: string): string {
  let bits = 0;
  let held = 0;
  let escaped = '';
  for (const letter of text) {
    held = (held << 6) | ALPHABET.indexOf(letter);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    escaped += `%${((held >> bits) & 255).toString(16).padStart(2, '0')}`;
    held &= (1 << bits) - 1;
  }
  return decodeURIComponent(escaped);
}
