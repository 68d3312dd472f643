import type { MeshGraph } from '../graph/mesh-graph.ts';
import type { Pods } from '../graph/policies.ts';
import type { Resource } from '../graph/resource.ts';
import type { JWTRule } from '../imports/istio.ts';
import { own } from '../model/own.ts';
import { claimAt, comparedClaims, textsOf, type Claims } from './claims.ts';
import type { Step } from './explanation.ts';
import type { ComparedRequest } from './match-request.ts';
import { isPreflight } from './preflight.ts';
import { tokenClaims } from './token.ts';

/** What a proxy makes of the token of a request. */
export interface Authentication {
  /** Undefined without a token that was accepted. */
  readonly claims: Claims | undefined;
  /** Headers of the request as the proxy hands them on: without its token, and with what rules make from that. */
  readonly headers: ComparedRequest['headers'];
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

/**
 * Judges the tokens of a request by the RequestAuthentications of pods. Each rule looks for tokens in its own places and
 * takes those of its issuer, for one of its audiences. A request passes when some rule takes its token, or when no rule
 * finds any. Signature and dates cannot be judged here.
 * Source: Istio's convertToEnvoyJwtConfig; Envoy's jwt_authn filter
 */
export function authenticate(graph: MeshGraph, pods: Pods, request: ComparedRequest): Authentication {
  const rules = rulesFor(graph, pods);
  const [first] = rules;
  if (first === undefined) return nothing(request);
  if (isPreflight(request))
    return {
      ...nothing(request),
      steps: [step('a preflight: it passes', 'browsers send preflights without a token', first)],
    };
  let { headers } = request;
  const failures: (Failure & { readonly by: RuleOfPolicy })[] = [];
  for (const by of rules) {
    // Nobody but the proxy says what a token holds.
    headers = without(headers, headersOf(by.rule));
    const judged = judge(by.rule, { ...request, headers });
    if ('claims' in judged) return taken(by, judged, headers);
    failures.push(...judged.failures.map((failure) => ({ ...failure, by })));
  }
  const failure = failures.find(({ status }) => status === 403) ?? failures[0];
  if (failure === undefined)
    return {
      ...nothing({ headers }),
      steps: [step('no token: it passes', 'RequestAuthentication refuses bad tokens, not missing ones', first)],
    };
  const { status, why, by } = failure;
  return {
    ...nothing({ headers }),
    steps: [step(`refused with ${status}`, why, by)],
    refusal: { status, why },
  };
}

/** All rules for pods, in the order in which proxies ask them. */
const rulesFor = (graph: MeshGraph, pods: Pods): readonly RuleOfPolicy[] =>
  graph.requestAuthentications
    .for(pods)
    .flatMap((policy) => (policy.spec.jwtRules ?? []).map((rule, index) => ({ policy, rule, index })))
    .sort((a, b) => ((a.rule.issuer ?? '') < (b.rule.issuer ?? '') ? -1 : Number(a.rule.issuer !== b.rule.issuer)));

const nothing = ({ headers }: Pick<ComparedRequest, 'headers'>): Authentication => ({
  claims: undefined,
  headers,
  steps: [],
  refusal: undefined,
  assumptions: [],
});

function taken(by: RuleOfPolicy, { claims, tokens }: Accepted, headers: ComparedRequest['headers']): Authentication {
  const { rule } = by;
  const kept =
    rule.forwardOriginalToken === true
      ? headers
      : without(
          headers,
          tokens.flatMap(({ header }) => header ?? []),
        );
  const told = Object.entries(toldHeaders(rule, claims, tokens));
  return {
    claims: comparedClaims(claims, rule.spaceDelimitedClaims),
    headers: { ...kept, ...Object.fromEntries(told) },
    steps: [
      step(
        'token taken',
        claims['iss'] === undefined
          ? 'it names no issuer, and the rule asks for none'
          : `its issuer is ${JSON.stringify(claims['iss'])}`,
        by,
      ),
      ...told.map(([name, value]) => step(`header ${name} is set to "${value}"`, 'it is made from the token', by)),
    ],
    refusal: undefined,
    assumptions: ['the signature and the dates of the token are good'],
  };
}

const without = (headers: ComparedRequest['headers'], names: readonly string[]): ComparedRequest['headers'] =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)));

/** Headers that a rule makes from tokens. */
const headersOf = ({ outputClaimToHeaders = [], outputPayloadToHeader }: JWTRule): readonly string[] =>
  [...outputClaimToHeaders.map(({ header = '' }) => header), outputPayloadToHeader ?? ''].map((name) =>
    name.toLowerCase(),
  );

function toldHeaders(
  { outputClaimToHeaders = [], outputPayloadToHeader }: JWTRule,
  claims: Claims,
  [token]: readonly FoundToken[],
): ComparedRequest['headers'] {
  const told: Record<string, string> = {};
  for (const { header = '', claim = '' } of outputClaimToHeaders) {
    const value = claimAt(claims, claim.split('.'));
    // Proxies encode lists and objects; nobody compares those.
    if (['string', 'number', 'boolean'].includes(typeof value)) told[header.toLowerCase()] = String(value);
  }
  const [, payload] = token?.text.split('.') ?? [];
  if (outputPayloadToHeader !== undefined && payload !== undefined) told[outputPayloadToHeader.toLowerCase()] = payload;
  return told;
}

const step = (decision: string, why: string, { policy, index }: RuleOfPolicy): Step => ({
  stage: 'authentication',
  decision,
  why,
  by: { manifest: policy.manifest, at: ['spec', 'jwtRules', index] },
});

/** A token, and the header that it stands in. */
interface FoundToken {
  readonly text: string;
  readonly header?: string;
}

interface Failure {
  readonly status: 401 | 403;
  readonly why: string;
}

interface Accepted {
  readonly claims: Claims;
  readonly tokens: readonly FoundToken[];
}

/** What one rule makes of the tokens that it finds: it has to take all of them. No failure: it finds none. */
function judge(rule: JWTRule, request: ComparedRequest): Accepted | { readonly failures: readonly Failure[] } {
  const tokens = tokensFor(rule, request);
  const failures = tokens.flatMap(({ text }) => failureOf(rule, tokenClaims(text)) ?? []);
  const claims = tokenClaims(tokens[0]?.text ?? '');
  return claims === undefined || failures.length > 0 ? { failures } : { claims, tokens };
}

function failureOf({ issuer = '', audiences = [] }: JWTRule, claims: Claims | undefined): Failure | undefined {
  if (claims === undefined) return { status: 401, why: 'the token is none of JSON' };
  const { iss, aud = null } = claims;
  if (issuer !== '' && issuer !== iss)
    return {
      status: 401,
      why: `the token is of the issuer ${JSON.stringify(iss ?? null)}, the rule is for "${issuer}"`,
    };
  return audiences.length === 0 || textsOf(aud).some((audience) => audiences.includes(audience))
    ? undefined
    : { status: 403, why: `the token is for ${JSON.stringify(aud)}, not for ${audiences.join(', ')}` };
}

/** Tokens where a rule looks for them: where it says, else in the Authorization header and the parameter `access_token`.
 * Source: Envoy's jwt_authn Extractor */
function tokensFor(
  { fromHeaders = [], fromParams = [], fromCookies = [] }: JWTRule,
  { headers, query }: ComparedRequest,
): readonly FoundToken[] {
  const isUsual = fromHeaders.length + fromParams.length + fromCookies.length === 0;
  const places = isUsual ? [{ name: 'authorization', prefix: 'Bearer ' }] : fromHeaders;
  return [
    ...places.flatMap(({ name = '', prefix = '' }): readonly FoundToken[] => {
      const header = name.toLowerCase();
      const value = own(headers, header) ?? '';
      const at = value.indexOf(prefix);
      if (value === '' || at < 0) return [];
      const [text] = /[\w.-]+/.exec(value.slice(at + prefix.length)) ?? [value];
      return [{ text, header }];
    }),
    ...(isUsual ? ['access_token'] : fromParams).flatMap((name) =>
      textOf(query.find(([key]) => decoded(key) === name)?.[1]),
    ),
    ...fromCookies.flatMap((name) => textOf(cookie(headers['cookie'], name))),
  ];
}

/** Unlike routes, this filter decodes a query. Source: Envoy's parseAndDecodeQueryString */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a stray percent sign stands for itself
  }
}

const textOf = (text: string | undefined): readonly FoundToken[] => (text === undefined ? [] : [{ text }]);

const cookie = (header: string | undefined, name: string): string | undefined =>
  (header ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(`${name}=`))
    ?.slice(name.length + 1);
