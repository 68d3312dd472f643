import { decodeBase64 } from './base64.ts';

/** The end of the time for which the first certificate of a PEM text is valid, as `20301231235959`; undefined where it
 * cannot be read. Source: RFC 5280, TBSCertificate.validity */
export function certificateEnd(pem: string): string | undefined {
  const block = /-----BEGIN [A-Z ]*CERTIFICATE-----([\s\S]+?)-----END/.exec(pem)?.[1];
  if (block === undefined) return undefined;
  const bytes = decodeBase64(block);
  const certificate = read(bytes, 0);
  const signed = certificate && read(bytes, certificate.start);
  if (signed?.tag !== SEQUENCE) return undefined;
  // Version (optional), serial number, algorithm, issuer; then the validity.
  let part = read(bytes, signed.start);
  if (part?.tag === VERSION) part = read(bytes, part.end);
  for (let skipped = 0; part && skipped < 3; skipped++) part = read(bytes, part.end);
  const from = part && read(bytes, part.start);
  const to = from && read(bytes, from.end);
  if (part?.tag !== SEQUENCE || to === undefined) return undefined;
  return timeOf(to.tag, bytes.slice(to.start, to.end));
}

const SEQUENCE = 0x30;
const VERSION = 0xa0;
const UTC_TIME = 0x17;
const GENERALIZED_TIME = 0x18;

interface Element {
  readonly tag: number;
  /** Where its content begins and ends. */
  readonly start: number;
  readonly end: number;
}

/** The element of DER that begins at a byte. */
function read(bytes: string, at: number): Element | undefined {
  const [tag, first] = [bytes.charCodeAt(at), bytes.charCodeAt(at + 1)];
  if (Number.isNaN(tag) || Number.isNaN(first)) return undefined;
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
  if (lengthBytes > 4) return undefined;
  let length = lengthBytes === 0 ? first : 0;
  for (let index = 0; index < lengthBytes; index++) length = length * 256 + bytes.charCodeAt(at + 2 + index);
  const start = at + 2 + lengthBytes;
  return start + length > bytes.length || Number.isNaN(length) ? undefined : { tag, start, end: start + length };
}

/** Two digits of a year are of this century up to 49. Source: RFC 5280, 4.1.2.5.1 */
function timeOf(tag: number, text: string): string | undefined {
  if (!/^\d{12,14}Z$/.test(text)) return undefined;
  const digits = text.slice(0, -1);
  if (tag === GENERALIZED_TIME) return digits;
  return tag === UTC_TIME ? `${digits < '50' ? '20' : '19'}${digits}` : undefined;
}
