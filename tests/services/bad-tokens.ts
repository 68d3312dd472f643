import { createHmac, randomUUID } from 'node:crypto';
import { exportSPKI, generateKeyPair, importJWK, SignJWT, UnsecuredJWT, type CryptoKey } from 'jose';
import type { Signer } from './topologies.ts';

/** Tokens that look right but for one thing, which must be enough to refuse them. */
export const badTokens = async (
  signer: Signer,
  userId: string,
): Promise<readonly { readonly name: string; readonly token: string }[]> => {
  const kid = String(signer.publicJwk.kid);
  const now = Math.floor(Date.now() / 1000);
  const good = {
    sub: userId,
    iss: signer.issuer,
    aud: signer.audience,
    iat: now,
    exp: now + 900,
    roles: ['staff'],
  };
  const sign = (
    claims: Readonly<Record<string, unknown>>,
    key: CryptoKey = signer.privateKey,
    header = { alg: 'ES256', kid },
  ) => new SignJWT({ ...claims }).setProtectedHeader(header).sign(key);
  const without = (name: keyof typeof good) =>
    sign(Object.fromEntries(Object.entries(good).filter(([key]) => key !== name)));
  const other = await generateKeyPair('ES256', { extractable: true });
  const rsa = await generateKeyPair('RS256');
  // The public half, as anybody has it.
  const publicKey = (await importJWK(signer.publicJwk, 'ES256', { extractable: true })) as CryptoKey;
  const publicPem = await exportSPKI(publicKey);
  const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const hmac = (secret: string): string => {
    const text = `${encoded({ alg: 'HS256', typ: 'JWT', kid })}.${encoded(good)}`;
    return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
  };
  const valid = await sign(good);
  const [header = '', , signature = ''] = valid.split('.');
  return [
    { name: 'expired', token: await sign({ ...good, iat: now - 1000, exp: now - 1 }) },
    { name: 'not valid yet', token: await sign({ ...good, nbf: now + 600 }) },
    { name: 'without an end', token: await without('exp') },
    { name: 'for another audience', token: await sign({ ...good, aud: 'bank' }) },
    { name: 'for no audience', token: await without('aud') },
    { name: 'of another issuer', token: await sign({ ...good, iss: 'https://users.shop.test.example' }) },
    { name: 'of no issuer', token: await without('iss') },
    { name: 'for nobody', token: await without('sub') },
    { name: 'for somebody with SQL in the name', token: await sign({ ...good, sub: `${userId}' OR '1'='1` }) },
    { name: 'signed by another key', token: await sign(good, other.privateKey) },
    {
      name: 'signed by another key that it names',
      token: await sign(good, other.privateKey, { alg: 'ES256', kid: randomUUID() }),
    },
    { name: 'signed with RS256', token: await sign(good, rsa.privateKey, { alg: 'RS256', kid }) },
    { name: 'alg none', token: new UnsecuredJWT({ ...good }).encode() },
    {
      name: 'alg none, with the old signature',
      token: `${encoded({ alg: 'none', kid })}.${encoded(good)}.${signature}`,
    },
    { name: 'HS256 with the public key as the secret', token: hmac(publicPem) },
    { name: 'HS256 with the public JWK as the secret', token: hmac(JSON.stringify(signer.publicJwk)) },
    { name: 'without its signature', token: `${valid.split('.').slice(0, 2).join('.')}.` },
    {
      name: 'with other claims under a good signature',
      token: `${header}.${encoded({ ...good, sub: randomUUID() })}.${signature}`,
    },
    {
      name: 'with a key of its own',
      token: await new SignJWT(good)
        .setProtectedHeader({ alg: 'ES256', jwk: signer.publicJwk, kid: 'x' })
        .sign(other.privateKey),
    },
  ];
};
