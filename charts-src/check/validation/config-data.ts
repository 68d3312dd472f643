import type { Manifest } from '../../manifest/manifest.ts';
import { own } from '../../model/own.ts';
import { show } from '../../model/schema.ts';
import { fieldsOf, isGiven } from '../../manifest/raw.ts';
import type { Refusals } from './refusal.ts';

/** Keys that types of Secrets have to have. Source: Kubernetes' ValidateSecret */
const KEYS_OF_TYPE: Readonly<Record<string, readonly string[]>> = {
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/dockercfg': ['.dockercfg'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
};

/** What the API server has against the data of a ConfigMap or Secret. */
export function* configRefusals({ kind, object }: Manifest): Refusals {
  for (const field of kind === 'Secret' ? ['data', 'stringData'] : ['data', 'binaryData'])
    for (const [key, value] of Object.entries(fieldsOf(object[field]))) {
      const at = [field, key];
      const isBase64 = (field === 'data') === (kind === 'Secret');
      if (!/^[-._a-zA-Z0-9]{1,253}$/.test(key) || key === '.' || key.startsWith('..'))
        yield { at, what: `${show(key)} is no key`, fix: 'use letters, digits, "-", "_" and "."' };
      if (value === null || value === undefined) continue;
      // The value itself is not repeated: it may be a secret.
      if (typeof value !== 'string')
        yield {
          at,
          what: `the value is a ${Array.isArray(value) ? 'list' : typeof value}, and every value of ${field} is a text`,
          fix: typeof value === 'object' ? 'write it as a block of text: "|" behind the key' : 'put it in quotes',
        };
      else if (isBase64 && !isStandardBase64(value))
        yield {
          at,
          what: `the value is no base64, and ${field} holds nothing else`,
          fix:
            kind === 'Secret' ? 'encode it, or move the key to "stringData"' : 'encode it, or move the key to "data"',
        };
    }
  const { type, data, stringData } = object;
  if (kind !== 'Secret' || typeof type !== 'string') return;
  const present = { ...fieldsOf(data), ...fieldsOf(stringData) };
  for (const key of own(KEYS_OF_TYPE, type) ?? [])
    if (!isGiven(present[key]) && present[key] !== '')
      yield {
        at: ['type'],
        what: `a Secret of type ${type} has to have "${key}"`,
        fix: `add "${key}", or write type: Opaque`,
      };
}

/** As Go's encoding/json reads bytes: line breaks are skipped, padding is asked for. */
function isStandardBase64(text: string): boolean {
  const letters = text.replace(/[\r\n]/g, '');
  return letters.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(letters);
}
