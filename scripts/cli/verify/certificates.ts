import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Certificates, KeyPair } from '../../../charts-src/envoy/bootstrap.ts';
import { Failure } from '../failure.ts';
import { run } from './child.ts';

const DAYS = '2';
const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/**
 * An authority, and certificates of it for the client and the servers, as a mesh has them: with the identity as a URI.
 *
 * @throws Failure with what openssl said
 */
export async function makeCertificates(openssl: string, folder: string, principal: string): Promise<Certificates> {
  const path = (name: string): string => join(folder, name);
  const authority: KeyPair = { certificate: path('authority.pem'), key: path('authority.key') };
  await ask(openssl, [
    ...['req', '-x509', ...KEY, '-days', DAYS, '-subj', '/O=weft verify'],
    ...['-keyout', authority.key, '-out', authority.certificate],
  ]);
  const issue = async (name: string, identity: string): Promise<KeyPair> => {
    const [key, request, certificate, extensions] = ['key', 'csr', 'pem', 'ext'].map((ending) =>
      path(`${name}.${ending}`),
    ) as [string, string, string, string]; // four endings
    await writeFile(
      extensions,
      `subjectAltName=critical,URI:spiffe://${identity}\nextendedKeyUsage=serverAuth,clientAuth\n`,
    );
    await ask(openssl, ['req', ...KEY, '-subj', '/O=weft verify', '-keyout', key, '-out', request]);
    await ask(openssl, [
      ...['x509', '-req', '-in', request, '-days', DAYS, '-out', certificate, '-extfile', extensions],
      ...['-CA', authority.certificate, '-CAkey', authority.key, '-CAcreateserial'],
    ]);
    return { certificate, key };
  };
  return {
    authority: authority.certificate,
    client: await issue('client', principal),
    server: await issue('server', 'cluster.local/ns/verify/sa/server'),
  };
}

async function ask(openssl: string, args: readonly string[]): Promise<void> {
  const { code, words } = await run(openssl, args);
  if (code !== 0) throw new Failure(`openssl made no certificate (code ${code ?? 'none'}): ${words.trim()}`);
}
