import type { MeshGraph } from '../graph/mesh-graph.ts';
import type { Pods } from '../graph/policies.ts';
import type { Resource } from '../graph/resource.ts';
import type { JWTRule } from '../imports/istio.ts';
import { own } from '../model/own.ts';
import { comparedClaims, textsOf, type Claims } from './claims.ts';
import type { Step } from './explanation.ts';
import { OF_PROXY, type ComparedRequest } from './match-request.ts';
import { isPreflight } from './preflight.ts';
import { decoded } from './request.ts';
import { tokenHeaderNames, tokenHeaders } from './token-headers.ts';
import { tokenClaims } from './token.ts';

/** What a proxy makes of the token of a request. */
export interface Authentication {
  /** The request as the proxy hands it on: without its token, with what rules make from that, and with its claims. */
  readonly request: ComparedRequest;
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
  let asked = request;
  const failures: (Failure & { readonly by: RuleOfPolicy })[] = [];
  for (const by of rules) {
    // Nobody but the proxy says what a token holds.
    asked = { ...asked, headers: without(asked.headers, tokenHeaderNames(by.rule)) };
    const judged = judge(by.rule, asked);
    if ('claims' in judged) return taken(by, judged, asked);
    failures.push(...judged.failures.map((failure) => ({ ...failure, by })));
  }
  const failure = failures.find(({ status }) => status === 403) ?? failures[0];
  if (failure === undefined)
    return {
      ...nothing(asked),
      steps: [step('no token: it passes', 'RequestAuthentication refuses bad tokens, not missing ones', first)],
    };
  const { status, why, by } = failure;
  return {
    ...nothing(asked),
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

const nothing = (request: ComparedRequest): Authentication => ({
  request,
  steps: [],
  refusal: undefined,
  assumptions: [],
});

/** A request whose token a rule takes: with what it makes of that, and without it, unless it is to stay. Cookies stay. */
function taken(by: RuleOfPolicy, { claims, tokens }: Accepted, request: ComparedRequest): Authentication {
  const { rule } = by;
  const isForwarded = rule.forwardOriginalToken === true;
  const gone = (place: 'header' | 'param'): readonly string[] =>
    isForwarded ? [] : tokens.flatMap((token) => token[place] ?? []);
  const [headers, params] = [gone('header'), gone('param')];
  const told = Object.entries(tokenHeaders(rule, claims, tokens[0]?.text ?? ''));
  const unknown = told.flatMap(([name, value]) => (value === OF_PROXY ? [name] : []));
  return {
    request: {
      ...request,
      claims: comparedClaims(claims, rule.spaceDelimitedClaims),
      headers: { ...without(request.headers, headers), ...Object.fromEntries(told) },
      ...(params.length > 0 && { query: request.query.filter(([key]) => !params.includes(decoded(key))) }),
    },
    steps: [
      step(
        'token taken',
        claims['iss'] === undefined
          ? 'it names no issuer, and the rule asks for none'
          : `its issuer is ${JSON.stringify(claims['iss'])}`,
        by,
      ),
      ...headers.map((name) => step(`header ${name} is taken away`, 'forwardOriginalToken is not set', by)),
      ...params.map((name) => step(`parameter ${name} is taken away`, 'forwardOriginalToken is not set', by)),
      ...told.map(([name, value]) =>
        step(
          `header ${name} is set to ${value === OF_PROXY ? 'JSON in base64' : `"${value}"`}`,
          'it is made from the token',
          by,
        ),
      ),
    ],
    refusal: undefined,
    assumptions: [
      'the signature and the dates of the token are good',
      ...(unknown.length === 0
        ? []
        : [`only the proxy knows in which order it writes the JSON of ${unknown.join(', ')}`]),
    ],
  };
}

const without = (headers: ComparedRequest['headers'], names: readonly string[]): ComparedRequest['headers'] =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)));

const step = (decision: string, why: string, { policy, index }: RuleOfPolicy): Step => ({
  stage: 'authentication',
  decision,
  why,
  by: { manifest: policy.manifest, at: ['spec', 'jwtRules', index] },
});

/** A token, and the header or parameter that it stands in. */
interface FoundToken {
  readonly text: string;
  readonly header?: string;
  readonly param?: string;
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

/**
 * Tokens where a rule looks for them: where it says, else in the Authorization header and the parameter `access_token`.
 * Unlike routes, it decodes a query.
 * Source: Envoy's jwt_authn Extractor
 */
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
    ...(isUsual ? ['access_token'] : fromParams).flatMap((param) => {
      const text = query.find(([key]) => decoded(key) === param)?.[1];
      return text === undefined ? [] : [{ text, param }];
    }),
    ...fromCookies.flatMap((name) => {
      const text = cookie(headers['cookie'], name);
      return text === undefined ? [] : [{ text }];
    }),
  ];
}

const cookie = (header: string | undefined, name: string): string | undefined =>
  (header ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(`${name}=`))
    ?.slice(name.length + 1);
