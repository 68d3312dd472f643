/** What tokens of JSON carry. */
export type Claims = Readonly<Record<string, unknown>>;

/** Claims that are lists with spaces. Source: Istio's jwt_authn settings */
const SPACED = ['scope', 'permission'];

/** Claims as proxies compare them; `more` names others that are lists with spaces. */
export const comparedClaims = (claims: Claims, more: readonly string[] = []): Claims =>
  Object.fromEntries(
    Object.entries(claims).map(([name, value]) => [
      name,
      [...SPACED, ...more].includes(name) && typeof value === 'string' ? value.split(' ') : value,
    ]),
  );

/** A claim by its path; it may hold anything. */
export const claimAt = (claims: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (held, key) =>
      typeof held === 'object' && held !== null && Object.hasOwn(held, key)
        ? (held as Claims)[key] // an object of JSON
        : undefined,
    claims,
  );

/** What stands in brackets: `realm` and `roles` of `request.auth.claims[realm][roles]`. */
export const bracketed = (name: string): readonly string[] =>
  [...name.matchAll(/\[([^\]]+)\]/g)].map(([, key = '']) => key);

const ROUTED = '@request.auth.claims';

/** The path of a claim that a route asks for among its headers; undefined for a header.
 * Source: Istio's jwt.ToRoutingClaim */
export function routedClaim(name: string): readonly string[] | undefined {
  if (!name.startsWith(ROUTED)) return undefined;
  const rest = name.slice(ROUTED.length);
  if (rest.startsWith('.')) return rest.slice(1).split('.');
  return rest.startsWith('[') ? bracketed(rest) : undefined;
}

/** The texts that a claim holds. */
export function textsOf(claim: unknown): readonly string[] {
  if (typeof claim === 'string') return [claim];
  return Array.isArray(claim) ? claim.filter((part): part is string => typeof part === 'string') : [];
}
