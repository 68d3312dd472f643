import {
  operationConditions,
  sourceConditions,
  textHits,
  whenConditions,
  type AuthorizationCondition,
} from '../graph/authorization-conditions.ts';
import type { actionOf } from '../graph/policies.ts';
import type { AuthorizationPolicyRule } from '../imports/istio.ts';
import { isIpAddress } from '../model/host.ts';
import { own } from '../model/own.ts';
import { addressCovers } from './address.ts';
import { bracketed, claimAt, textsOf } from './claims.ts';

/** What a server's proxy knows of a request when it decides. */
export interface AuthorizedRequest {
  /** Identity of the client, `cluster.local/ns/shop/sa/orders`; undefined for plain text. */
  readonly principal: string | undefined;
  readonly isHttp: boolean;
  readonly method: string;
  readonly path: string;
  readonly authority: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Port of the container. */
  readonly port: number;
  /** Host of the TLS handshake; undefined for plain text. */
  readonly sni: string | undefined;
  /** Claims of a token that was accepted; undefined without one. */
  readonly claims: Readonly<Record<string, unknown>> | undefined;
}

/** What a rule is judged with. */
export interface RuleContext {
  readonly action: ReturnType<typeof actionOf>;
  /** Namespace of the policy. */
  readonly namespace: string;
  /** Names of the mesh's own trust domain. */
  readonly trustDomains: readonly string[];
  /** Takes note of what no manifest tells. */
  readonly unknown: (what: string) => void;
}

/**
 * Whether a rule matches. On TCP a rule that names something of HTTP vanishes from an ALLOW, and loses that part in
 * any other action.
 * Source: Istio's authz/model
 */
export function ruleFits(rule: AuthorizationPolicyRule, request: AuthorizedRequest, context: RuleContext): boolean {
  if (!request.isHttp && context.action === 'ALLOW' && namesHttp(rule)) return false;
  const fits = (condition: AuthorizationCondition): boolean => conditionFits(condition, request, context);
  const sources = rule.from ?? [];
  const operations = rule.to ?? [];
  return (
    whenConditions(rule.when).every(fits) &&
    (sources.length === 0 || sources.some(({ source }) => sourceConditions(source).every(fits))) &&
    (operations.length === 0 || operations.some(({ operation }) => operationConditions(operation).every(fits)))
  );
}

const HTTP_FIELD = /^(?:host|method|path|request\.)/;

/** Whether a rule names something of HTTP: a method, a path, a host, a header or a token. */
export const namesHttp = ({ from = [], to = [], when }: AuthorizationPolicyRule): boolean =>
  [
    ...from.flatMap(({ source }) => sourceConditions(source)),
    ...to.flatMap(({ operation }) => operationConditions(operation)),
    ...whenConditions(when),
  ].some(({ field }) => HTTP_FIELD.test(field));

function conditionFits(
  { field, values, notValues }: AuthorizationCondition,
  request: AuthorizedRequest,
  context: RuleContext,
): boolean {
  if (!request.isHttp && HTTP_FIELD.test(field)) return context.action !== 'ALLOW';
  const hits = (value: string): boolean => {
    const hit = valueHits(field, value, request, context);
    if (hit === undefined) context.unknown(`${field} ${value}`);
    return hit ?? false;
  };
  return (values.length === 0 || values.some(hits)) && (notValues.length === 0 || !notValues.some(hits));
}

/** Undefined where the files cannot tell: addresses of pods, what other filters found out. */
function valueHits(
  name: string,
  value: string,
  request: AuthorizedRequest,
  { namespace, trustDomains }: RuleContext,
): boolean | undefined {
  const { principal, claims } = request;
  switch (name) {
    case 'method':
      return textHits(value, request.method);
    case 'path':
      return /\{\*\*?\}/.test(value) ? templateHits(value, request.path) : textHits(value, request.path);
    case 'host':
      return textHits(value.toLowerCase(), request.authority.toLowerCase());
    case 'connection.sni':
      return textHits(value, request.sni ?? '');
    case 'remote.ip': {
      const address = forwardedFor(request);
      if (address !== undefined) return addressCovers(value, address) !== undefined;
      return isAnyAddress(value) ? true : undefined;
    }
    case 'source.ip':
    case 'destination.ip':
      return isAnyAddress(value) ? true : undefined;
    case 'destination.port':
      return Number(value) === request.port;
    case 'source.principal':
      return principal !== undefined && principalHits(value, principal, trustDomains);
    case 'source.namespace':
      return principal !== undefined && globHits(value, /\/ns\/([^/]+)\//.exec(principal)?.[1] ?? '');
    case 'source.serviceAccount': {
      const [owner = '', account = ''] = value.includes('/') ? value.split('/') : [namespace, value];
      return principal?.endsWith(`/ns/${owner}/sa/${account}`) ?? false;
    }
    case 'source.trustDomain':
      return principal !== undefined && globHits(value, principal.slice(0, principal.indexOf('/')));
    case 'request.auth.principal': {
      const { iss, sub } = claims ?? {};
      return typeof iss === 'string' && typeof sub === 'string' && textHits(value, `${iss}/${sub}`);
    }
    case 'request.auth.audiences':
      return claimHits(value, claims?.['aud']);
    case 'request.auth.presenter':
      return claimHits(value, claims?.['azp']);
  }
  const [, header] = /^request\.headers\[(.+)\]$/.exec(name) ?? [];
  if (header !== undefined) {
    const found = headerOf(header.toLowerCase(), request);
    // A header that is there and empty is there.
    return found !== undefined && (value === '*' || textHits(value, found));
  }
  return name.startsWith('request.auth.claims') ? claimHits(value, claimAt(claims, bracketed(name))) : undefined;
}

/** Every address is one of these; which one pods and clients have, no file tells. */
const isAnyAddress = (block: string): boolean => block.endsWith('/0');

/** The address that a request says it comes from: sidecars believe the last one. A gateway adds that of its client, which
 * no file tells. Source: Envoy's xff_num_trusted_hops without use_remote_address */
function forwardedFor({ isHttp, headers }: AuthorizedRequest): string | undefined {
  const last = own(headers, 'x-forwarded-for')?.split(',').at(-1)?.trim() ?? '';
  return isHttp && isIpAddress(last) ? last : undefined;
}

const headerOf = (name: string, { headers, authority, method, path }: AuthorizedRequest): string | undefined => {
  if (name === 'host' || name === ':authority') return authority;
  if (name === ':method') return method;
  if (name === ':path') return path;
  return own(headers, name);
};

/**
 * A principal of the mesh may be written with any name of its trust domain; `cluster.local` always stands for it.
 * Source: Istio's trustdomain.Bundle
 */
function principalHits(pattern: string, principal: string, trustDomains: readonly string[]): boolean {
  if (textHits(pattern, principal)) return true;
  const [wanted, wantedRest] = halves(pattern);
  const [domain, rest] = halves(principal);
  const isOwn = (name: string): boolean => name === 'cluster.local' || trustDomains.some((own) => textHits(name, own));
  return (
    wantedRest !== '' && wanted !== '*' && trustDomains.includes(domain) && isOwn(wanted) && textHits(wantedRest, rest)
  );
}

const halves = (principal: string): readonly [string, string] => {
  const slash = principal.indexOf('/');
  return slash < 0 ? [principal, ''] : [principal.slice(0, slash), principal.slice(slash + 1)];
};

/** Where `*` may stand anywhere in a text. */
const globHits = (pattern: string, text: string): boolean =>
  new RegExp(`^${pattern.split('*').map(literal).join('.*')}$`).test(text);

/** `{*}` for one segment, `{**}` for any number, also none.
 * Source: Envoy's uri_template matcher */
function templateHits(template: string, path: string): boolean {
  const pattern = template
    .split(/(\{\*\*?\})/)
    .map((part) => (part === '{*}' ? '[^/]+' : part === '{**}' ? '.*' : literal(part)))
    .join('');
  return new RegExp(`^${pattern}$`).test(path); // nothing in it that RE2 reads in another way
}

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

const claimHits = (value: string, claim: unknown): boolean => textsOf(claim).some((part) => textHits(value, part));
