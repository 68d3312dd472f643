import type { MeshGraph } from '../graph/mesh-graph.ts';
import type { Pods } from '../graph/policies.ts';
import type { Resource } from '../graph/resource.ts';
import type { JWTRule } from '../imports/istio.ts';
import { comparedClaims, textsOf, type Claims } from './claims.ts';
import type { Step } from './explanation.ts';
import type { ComparedRequest } from './match-request.ts';
import { tokenClaims } from './token.ts';

/** What a proxy makes of the token of a request. */
export interface Authentication {
  /** Undefined without a token that was accepted. */
  readonly claims: Claims | undefined;
  readonly steps: readonly Step[];
  /** Set when the request is refused. */
  readonly refusal: { readonly status: 401 | 403; readonly why: string } | undefined;
  readonly assumptions: readonly string[];
}

interface RuleOfPolicy {
  readonly policy: Resource<'RequestAuthentication'>;
  readonly rule: JWTRule;
  readonly index: number;
}

const NOTHING: Authentication = { claims: undefined, steps: [], refusal: undefined, assumptions: [] };

/**
 * Judges the token of a request by the RequestAuthentications of pods. A request without a token passes; a token has
 * to be one of a known issuer, for one of the audiences. Signature and dates cannot be judged here.
 * Source: Istio's convertToEnvoyJwtConfig; Envoy's jwt_authn filter
 */
export function authenticate(graph: MeshGraph, pods: Pods, request: ComparedRequest): Authentication {
  const rules = graph.requestAuthentications
    .for(pods)
    .flatMap((policy) => (policy.spec.jwtRules ?? []).map((rule, index) => ({ policy, rule, index })));
  const [first] = rules;
  if (first === undefined) return NOTHING;
  const found = rules
    .map((one) => ({ one, token: tokenFor(one.rule, request) }))
    .find(({ token }) => token !== undefined);
  if (found?.token === undefined)
    return {
      ...NOTHING,
      steps: [step('no token: it passes', 'RequestAuthentication refuses bad tokens, not missing ones', first)],
    };
  const refused = (status: 401 | 403, why: string, by: RuleOfPolicy): Authentication => ({
    ...NOTHING,
    steps: [step(`refused with ${status}`, why, by)],
    refusal: { status, why },
  });
  const claims = tokenClaims(found.token);
  if (claims === undefined) return refused(401, 'the token is none of JSON', found.one);
  const issuer = claims['iss'];
  const fitting = rules.find(({ rule }) => (rule.issuer ?? '') === '' || rule.issuer === issuer);
  if (fitting === undefined) return refused(401, `no rule is for the issuer ${JSON.stringify(issuer)}`, first);
  const { audiences = [] } = fitting.rule;
  if (audiences.length > 0 && !textsOf(claims['aud']).some((audience) => audiences.includes(audience)))
    return refused(
      403,
      `the token is for ${JSON.stringify(claims['aud'] ?? null)}, not for ${audiences.join(', ')}`,
      fitting,
    );
  return {
    claims: comparedClaims(claims),
    steps: [step('token taken', `its issuer is ${JSON.stringify(issuer)}`, fitting)],
    refusal: undefined,
    assumptions: ['the signature and the dates of the token are good'],
  };
}

const step = (decision: string, why: string, { policy, index }: RuleOfPolicy): Step => ({
  stage: 'authentication',
  decision,
  why,
  by: { manifest: policy.manifest, at: ['spec', 'jwtRules', index] },
});

/** The token where a rule looks for one: where it says, else in the Authorization header or the parameter `access_token`. */
function tokenFor(
  { fromHeaders = [], fromParams = [], fromCookies = [] }: JWTRule,
  { headers, query }: ComparedRequest,
): string | undefined {
  const isUsual = fromHeaders.length + fromParams.length + fromCookies.length === 0;
  const places = isUsual ? [{ name: 'authorization', prefix: 'Bearer ' }] : fromHeaders;
  for (const { name, prefix = '' } of places) {
    const value = headers[(name ?? '').toLowerCase()];
    if (value?.startsWith(prefix)) return value.slice(prefix.length).trim();
  }
  for (const name of isUsual ? ['access_token'] : fromParams) {
    const value = query.find(([key]) => key === name)?.[1];
    if (value !== undefined) return value;
  }
  for (const name of fromCookies) {
    const value = cookie(headers['cookie'], name);
    if (value !== undefined) return value;
  }
  return undefined;
}

const cookie = (header: string | undefined, name: string): string | undefined =>
  (header ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(`${name}=`))
    ?.slice(name.length + 1);
