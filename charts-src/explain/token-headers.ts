import type { JWTRule } from '../imports/istio.ts';
import { claimAt, type Claims } from './claims.ts';
import { OF_PROXY, type ComparedRequest } from './match-request.ts';
import { base64 } from './token.ts';

/** Headers that a rule makes from tokens: whatever a client writes there is thrown away. */
export const tokenHeaderNames = ({ outputClaimToHeaders = [], outputPayloadToHeader }: JWTRule): readonly string[] =>
  [...outputClaimToHeaders.map(({ header = '' }) => header), outputPayloadToHeader ?? ''].map((name) =>
    name.toLowerCase(),
  );

/** The headers that a rule makes from a token, by lower-case name. */
export function tokenHeaders(
  { outputClaimToHeaders = [], outputPayloadToHeader }: JWTRule,
  claims: Claims,
  token: string,
): ComparedRequest['headers'] {
  const told: Record<string, string> = {};
  for (const { header = '', claim = '' } of outputClaimToHeaders) {
    const value = claimText(claimAt(claims, claim.split('.')));
    if (value !== '') told[header.toLowerCase()] = value;
  }
  const [, payload] = token.split('.');
  if (outputPayloadToHeader !== undefined && payload !== undefined) told[outputPayloadToHeader.toLowerCase()] = payload;
  return told;
}

/** A claim as a proxy writes it into a header; empty where it writes none. Source: Envoy's addJWTClaimToHeader */
function claimText(claim: unknown): string {
  switch (typeof claim) {
    case 'string':
      return claim;
    case 'boolean':
      return String(claim);
    case 'number':
      return numberText(claim);
    case 'object':
      // Fields of objects come in no order that could be told.
      return claim === null ? '' : isOrdered(claim) ? base64(JSON.stringify(claim)) : OF_PROXY;
    default:
      return '';
  }
}

const WHOLE_LIMIT = 2 ** 64;

/** Whole numbers are written as such, but for negative and very large ones; others have six decimals.
 * Source: Envoy's convertClaimDoubleToString */
function numberText(number: number): string {
  if (!Number.isInteger(number)) return number.toFixed(6);
  const whole = BigInt(number).toString();
  return number >= 0 && number < WHOLE_LIMIT ? whole : `${whole}.000000`;
}

/** Whether JSON can be written in one way only. */
const isOrdered = (json: unknown): boolean =>
  typeof json !== 'object' || json === null
    ? true
    : (Array.isArray(json) || Object.keys(json).length < 2) && Object.values(json).every(isOrdered);
