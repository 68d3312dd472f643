import { importJWK, SignJWT, type JWK } from 'jose';
import { ALGORITHM } from './token.ts';

/** Signs tokens for users, with a private key that only user-service has. */
export function tokenSigner(options: {
  readonly privateKey: JWK;
  readonly issuer: string;
  readonly audience: string;
  readonly seconds: number;
}) {
  const { privateKey, issuer, audience, seconds } = options;
  const key = importJWK(privateKey, ALGORITHM);
  return async ({ userId, roles }: { readonly userId: string; readonly roles: readonly string[] }) => ({
    token: await new SignJWT(roles.length > 0 ? { roles } : {})
      .setProtectedHeader({ alg: ALGORITHM, ...(privateKey.kid !== undefined && { kid: privateKey.kid }) })
      .setSubject(userId)
      .setIssuer(issuer)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime(`${seconds}s`)
      .sign(await key),
    expiresInSeconds: seconds,
  });
}
