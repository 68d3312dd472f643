import type { Manifest } from '../manifest/manifest.ts';
import { decodeBase64 } from './base64.ts';
import { certificateEnd } from './certificate-end.ts';

/** Pairs of keys under which Istio looks for a certificate and its private key. Source: Istio's ExtractCertInfo */
const PAIRS = [
  ['cert', 'key'],
  ['tls.crt', 'tls.key'],
] as const;

/**
 * A day that has passed for sure: this was written later. What had expired by then has expired, whatever the clock says;
 * what expires after it is not judged, since nothing here knows the time.
 */
const PASSED = '20260827000000';

/** What keeps a Secret from being served as a certificate, as the end of a sentence; undefined when nothing does. */
export function readCertificateSecret({ object }: Pick<Manifest, 'object'>): string | undefined {
  const data = fields(object['data']);
  const plain = fields(object['stringData']);
  const text = (key: string): string => plain[key] ?? decodeBase64(data[key] ?? '');
  const names = [...new Set([...Object.keys(data), ...Object.keys(plain)])].sort();
  const pair = PAIRS.find(([certificate, key]) => text(certificate) !== '' && text(key) !== '');
  if (pair === undefined)
    return `has neither tls.crt and tls.key nor cert and key (it has ${names.join(', ') || 'nothing'})`;
  if (!/-----BEGIN [A-Z ]*-----[\s\S]+-----END [A-Z ]*-----/.test(text(pair[0])))
    return `holds no certificate in ${pair[0]}: there is no PEM block in it`;
  if (!/-----BEGIN [A-Z ]*CERTIFICATE-----/.test(text(pair[0])))
    return `holds something else than a certificate in ${pair[0]}`;
  const end = certificateEnd(text(pair[0]));
  if (end === undefined) return `holds a block in ${pair[0]} that is no certificate inside`;
  if (end < PASSED)
    return `holds a certificate that expired on ${end.slice(0, 4)}-${end.slice(4, 6)}-${end.slice(6, 8)}`;
  return undefined;
}

const fields = (value: unknown): Readonly<Record<string, string>> =>
  typeof value === 'object' && value !== null
    ? Object.fromEntries(
        Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
      )
    : {};
