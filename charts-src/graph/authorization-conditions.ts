import type { AuthorizationPolicyRule, AuthorizationPolicySource } from '../imports/istio.ts';

/** What a rule of an AuthorizationPolicy asks of one field of a request: one of the values, and none of the others. */
export interface AuthorizationCondition {
  /** As `when` names it: `source.principal`, `destination.port`; what only `to` can name is `host`, `method` or `path`. */
  readonly field: string;
  /** Empty: anything. */
  readonly values: readonly string[];
  readonly notValues: readonly string[];
}

type Operation = NonNullable<NonNullable<AuthorizationPolicyRule['to']>[number]['operation']>;
type When = NonNullable<AuthorizationPolicyRule['when']>[number];

const condition = (
  field: string,
  values: readonly string[] = [],
  notValues: readonly string[] = [],
): AuthorizationCondition => ({ field, values, notValues });

const asksSomething = ({ values, notValues }: AuthorizationCondition): boolean => values.length + notValues.length > 0;

/** What a source asks; empty where it leaves everything open. */
export const sourceConditions = (source: AuthorizationPolicySource = {}): readonly AuthorizationCondition[] =>
  [
    condition('source.principal', source.principals, source.notPrincipals),
    condition('source.namespace', source.namespaces, source.notNamespaces),
    condition('source.serviceAccount', source.serviceAccounts, source.notServiceAccounts),
    condition('source.trustDomain', source.trustDomains, source.notTrustDomains),
    condition('source.ip', source.ipBlocks, source.notIpBlocks),
    condition('remote.ip', source.remoteIpBlocks, source.notRemoteIpBlocks),
    condition('request.auth.principal', source.requestPrincipals, source.notRequestPrincipals),
  ].filter(asksSomething);

/** What an operation asks; empty where it leaves everything open. */
export const operationConditions = (operation: Operation = {}): readonly AuthorizationCondition[] =>
  [
    condition('host', operation.hosts, operation.notHosts),
    condition('method', operation.methods, operation.notMethods),
    condition('path', operation.paths, operation.notPaths),
    condition('destination.port', operation.ports, operation.notPorts),
  ].filter(asksSomething);

/** What the conditions of a rule ask. */
export const whenConditions = (when: readonly When[] = []): readonly AuthorizationCondition[] =>
  when.map(({ key, values, notValues }) => condition(key, values, notValues)).filter(asksSomething);

/** `*` for anything there, `a*` for a beginning, `*a` for an end, else the same text. Source: Istio's StringMatcher */
export function textHits(pattern: string, text: string): boolean {
  if (pattern === '*') return text !== '';
  if (pattern.startsWith('*')) return text.endsWith(pattern.slice(1));
  if (pattern.endsWith('*')) return text.startsWith(pattern.slice(0, -1));
  return text === pattern;
}
