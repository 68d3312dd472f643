import type { JWTRule, RequestAuthenticationSpec } from '../../imports/istio.ts';
import type { Path } from '../../model/schema.ts';
import { jwksProblem, privateKeys } from './json-web-keys.ts';
import { refused, warned, type Objections } from './objection.ts';

/** Which tokens are verified, and with which keys. */
export function* jwtRules({ jwtRules: rules = [] }: RequestAuthenticationSpec): Objections {
  for (const [index, rule] of rules.entries()) yield* jwtRule(['spec', 'jwtRules', index], rule);
}

function* jwtRule(at: Path, { issuer = '', jwksUri = '', jwks_uri = '', jwks = '' }: JWTRule): Objections {
  if (issuer + jwksUri + jwks_uri === '')
    yield refused(
      at,
      'the rule has neither issuer nor jwksUri',
      'add the issuer, as the claim "iss" of its tokens says it',
    );
  if (jwks === '') return;
  const problem = jwksProblem(jwks);
  if (problem !== undefined)
    return yield refused(
      [...at, 'jwks'],
      `jwks is no set of JSON web keys: ${problem}`,
      'write the JSON document that the issuer serves at its jwks_uri',
    );
  for (const key of privateKeys(jwks))
    yield warned(
      [...at, 'jwks'],
      `key ${key} of jwks is a private key`,
      'everybody who can read the object can sign tokens that are accepted',
      'write the public key only, and replace the pair: it is known now',
    );
}
