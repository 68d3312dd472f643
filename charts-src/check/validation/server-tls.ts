import type { ServerTLSSettings } from '../../imports/istio.ts';
import type { Path } from '../../model/schema.ts';
import { refused, warned, type Objections } from './objection.ts';

/** How a server encrypts, and with which certificates. */
export function* serverTls(at: Path, tls: ServerTLSSettings): Objections {
  yield* ciphers(at, tls);
  const { mode = 'PASSTHROUGH' } = tls;
  switch (mode) {
    case 'ISTIO_MUTUAL':
      return yield* ownCertificates(at, tls);
    case 'PASSTHROUGH':
    case 'AUTO_PASSTHROUGH':
      yield* unusedCertificates(at, tls, mode);
      yield* sources(at, tls);
      return yield* revocation(at, tls);
    case 'SIMPLE':
    case 'MUTUAL':
    case 'OPTIONAL_MUTUAL':
      yield* sources(at, tls);
      if (isSet(tls.credentialName) || isSet(tls.credentialNames)) return;
      yield* files(at, tls, mode);
      yield* revocation(at, tls);
  }
}

type Field = keyof ServerTLSSettings;

const isSet = (value: string | readonly unknown[] | undefined): boolean => value !== undefined && value.length > 0;

const setFields = (tls: ServerTLSSettings, fields: readonly Field[]): readonly Field[] =>
  fields.filter((field) => {
    const value = tls[field];
    return typeof value === 'object' || typeof value === 'string' ? isSet(value) : value !== undefined;
  });

const CERTIFICATE_FIELDS = [
  'serverCertificate',
  'privateKey',
  'caCertificates',
  'tlsCertificates',
  'credentialName',
  'credentialNames',
] as const;

/** Istio makes the certificates itself. */
function* ownCertificates(at: Path, tls: ServerTLSSettings): Objections {
  const fields = setFields(tls, CERTIFICATE_FIELDS);
  for (const field of fields)
    yield refused(
      [...at, field],
      `the mode ISTIO_MUTUAL uses the certificates of the mesh, and ${field} is set`,
      `leave out ${field}, or write mode: MUTUAL`,
    );
}

function* unusedCertificates(at: Path, tls: ServerTLSSettings, mode: string): Objections {
  const fields = setFields(tls, ['caCrl', ...CERTIFICATE_FIELDS]);
  for (const field of fields)
    yield warned(
      [...at, field],
      `${field} is set, and the mode is ${mode}`,
      'connections are passed on as they are, and no certificate is used',
      'write mode: SIMPLE to end TLS here, or leave it out',
    );
}

/** Certificates can come from one place only. */
function* sources(at: Path, tls: ServerTLSSettings): Objections {
  const found = setFields(tls, ['credentialName', 'credentialNames', 'tlsCertificates']);
  const all: readonly Field[] =
    isSet(tls.serverCertificate) && isSet(tls.privateKey) ? ['serverCertificate', ...found] : found;
  if (all.length > 1)
    yield refused([...at, all[1] ?? ''], `certificates come from ${all.join(' and ')}`, 'keep one of them');
}

function* files(at: Path, tls: ServerTLSSettings, mode: string): Objections {
  if (mode !== 'SIMPLE' && !isSet(tls.caCertificates))
    yield refused(
      [...at, 'caCertificates'],
      `the mode is ${mode}, and nothing verifies clients`,
      'add caCertificates, or a credentialName whose Secret has ca.crt',
    );
  const many = tls.tlsCertificates ?? [];
  const pairs =
    many.length > 0
      ? many.map((pair, index) => ({ pair, path: [...at, 'tlsCertificates', index] }))
      : [{ pair: tls, path: at }];
  for (const { pair, path } of pairs)
    for (const field of ['serverCertificate', 'privateKey'] as const)
      if (!isSet(pair[field]))
        yield refused(
          [...path, field],
          `the mode is ${mode}, and there is no ${field}`,
          'add credentialName, or serverCertificate and privateKey',
        );
}

function* revocation(at: Path, { caCrl, credentialName, mode }: ServerTLSSettings): Objections {
  if (!isSet(caCrl)) return;
  if (isSet(credentialName))
    yield refused(
      [...at, 'caCrl'],
      'caCrl is a file, and credentialName has the certificates',
      'put the list into the Secret, as ca.crl',
    );
  if (mode === 'SIMPLE')
    yield refused(
      [...at, 'caCrl'],
      'the mode SIMPLE verifies no client, and caCrl lists clients',
      'leave it out, or write mode: MUTUAL',
    );
}

/** Ciphers of BoringSSL by the names of OpenSSL, without pre-shared keys. */
const CIPHERS = new Set([
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
  'ECDHE-ECDSA-AES128-SHA',
  'ECDHE-RSA-AES128-SHA',
  'ECDHE-ECDSA-AES256-SHA',
  'ECDHE-RSA-AES256-SHA',
  'AES128-GCM-SHA256',
  'AES256-GCM-SHA384',
  'AES128-SHA',
  'AES256-SHA',
  'DES-CBC3-SHA',
]);

function* ciphers(at: Path, { cipherSuites = [], minProtocolVersion }: ServerTLSSettings): Objections {
  if (cipherSuites.length === 0 && (minProtocolVersion === 'TLSV1_0' || minProtocolVersion === 'TLSV1_1'))
    yield warned(
      [...at, 'minProtocolVersion'],
      `${minProtocolVersion} is allowed, and no cipher of it is`,
      'the default ciphers are those of TLS 1.2 and newer, so that nobody can use it',
      'write TLSV1_2, or name ciphers in cipherSuites',
    );
  const seen = new Set<string>();
  for (const [index, cipher] of cipherSuites.entries()) {
    const isKnown = isExpression(cipher) || CIPHERS.has(cipher);
    if (!isKnown)
      yield warned(
        [...at, 'cipherSuites', index],
        `"${cipher}" is no cipher that Envoy knows`,
        'it is left out',
        `choices: ${[...CIPHERS].join(', ')}`,
      );
    else if (seen.has(cipher))
      yield warned(
        [...at, 'cipherSuites', index],
        `"${cipher}" is there twice`,
        'once is enough',
        'leave one of them out',
      );
    if (isKnown) seen.add(cipher);
  }
}

/** `ALL`, and expressions such as `-ALL` or `[ECDHE-RSA-AES128-GCM-SHA256|…]`. */
const isExpression = (cipher: string): boolean => cipher === '' || cipher === 'ALL' || !/^[\p{L}\p{N}]/u.test(cipher);
