import type { RequestAuthenticationSpec } from '../imports/istio.ts';

/** Who issues the tokens that are believed, and the keys to check them with. */
export interface JwtIssuer {
  /** The `iss` claim.
   * Source: Istio RequestAuthentication.spec.jwtRules[].issuer */
  readonly issuer: string;
  /** JSON Web Key Set as text. Inline, since istiod cannot fetch keys from inside a mesh that is STRICT.
   * Source: Istio RequestAuthentication.spec.jwtRules[].jwks */
  readonly jwks: string;
  /** Audiences, one of which the `aud` claim must name.
   * @default - any */
  readonly audiences?: readonly string[];
}

/**
 * Checks the token of a request that has one: a bad one is answered 401. A request without a token passes here;
 * the AuthorizationPolicy refuses it where an operation needs a user.
 */
export const requestAuthenticationSpec = (
  podLabels: Readonly<Record<string, string>>,
  issuers: readonly JwtIssuer[],
): RequestAuthenticationSpec => ({
  selector: { matchLabels: { ...podLabels } },
  jwtRules: issuers.map(({ issuer, jwks, audiences }) => ({
    issuer,
    jwks,
    ...(audiences && { audiences: [...audiences] }),
    // The application checks the token again and needs it whole.
    forwardOriginalToken: true,
  })),
});
