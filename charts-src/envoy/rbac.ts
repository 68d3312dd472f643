import type { BlueprintPolicy, BlueprintServer } from '../explain/blueprint.ts';
import type { AuthorizationPolicyRule, AuthorizationPolicySource } from '../imports/istio.ts';
import { typed, type Proto } from './proto.ts';

/** Filters of a server, and what of its policies could not be built. */
export interface RbacFilters {
  readonly filters: readonly Proto[];
  /** Conditions on addresses and tokens, which one machine does not have: they count as not met. */
  readonly missing: readonly string[];
}

/** The filters that let requests in: all DENY policies, then all ALLOW policies. Source: Istio's authorization builder */
export function rbacFilters({ policies, port }: BlueprintServer): RbacFilters {
  const missing: string[] = [];
  const filterOf = (action: 'ALLOW' | 'DENY'): readonly Proto[] => {
    const all = policies.filter((policy) => policy.action === action);
    if (all.length === 0) return [];
    const rules = { action, policies: Object.fromEntries(all.flatMap((policy) => rulesOf(policy, port, missing))) };
    return [
      {
        name: `envoy.filters.http.rbac.${action.toLowerCase()}`,
        typed_config: typed('extensions.filters.http.rbac.v3.RBAC', { rules }),
      },
    ];
  };
  return { filters: [...filterOf('DENY'), ...filterOf('ALLOW')], missing };
}

const rulesOf = ({ name, namespace, rules }: BlueprintPolicy, port: number, missing: string[]) =>
  rules.map((rule, index): readonly [string, Proto] => [`${name}[${index}]`, policyOf(rule, namespace, port, missing)]);

function policyOf(
  { from = [], to = [], when = [] }: AuthorizationPolicyRule,
  namespace: string,
  port: number,
  missing: string[],
): Proto {
  const conditions = when.map(({ key, values, notValues }) => field(key, values, notValues, namespace, port, missing));
  const permissions = to.map(({ operation = {} }) =>
    and([
      field('method', operation.methods, operation.notMethods, namespace, port, missing),
      field('host', operation.hosts, operation.notHosts, namespace, port, missing),
      field('path', operation.paths, operation.notPaths, namespace, port, missing),
      field('destination.port', operation.ports, operation.notPorts, namespace, port, missing),
    ]),
  );
  const principals = from.map(({ source = {} }) => and(sourceFields(source, namespace, port, missing)));
  // Both sides know headers, so conditions may stand on either: a rule is who AND what.
  return {
    permissions: permissions.length > 0 ? permissions.map(permissionOf) : [{ any: true }],
    principals: (principals.length > 0 ? principals : [and([])]).map((one) => principalOf(and([one, ...conditions]))),
  };
}

const sourceFields = (
  source: AuthorizationPolicySource,
  namespace: string,
  port: number,
  missing: string[],
): readonly Test[] =>
  (
    [
      ['source.principal', source.principals, source.notPrincipals],
      ['source.namespace', source.namespaces, source.notNamespaces],
      ['source.serviceAccount', source.serviceAccounts, source.notServiceAccounts],
      ['source.trustDomain', source.trustDomains, source.notTrustDomains],
      ['source.ip', source.ipBlocks, source.notIpBlocks],
      ['remote.ip', source.remoteIpBlocks, source.notRemoteIpBlocks],
      ['request.auth.principal', source.requestPrincipals, source.notRequestPrincipals],
    ] as const
  ).map(([name, values, notValues]) => field(name, values, notValues, namespace, port, missing));

/** Something that a request is or is not, apart from whether Envoy calls it a permission or a principal. */
type Test =
  | { readonly kind: 'and' | 'or'; readonly of: readonly Test[] }
  | { readonly kind: 'not'; readonly of: Test }
  | { readonly kind: 'any' }
  | { readonly kind: 'header'; readonly header: Proto }
  | { readonly kind: 'path'; readonly path: Proto }
  | { readonly kind: 'identity'; readonly name: Proto };

const and = (of: readonly Test[]): Test => ({ kind: 'and', of });
const or = (of: readonly Test[]): Test => ({ kind: 'or', of });
const ANY: Test = { kind: 'any' };
const NONE: Test = { kind: 'not', of: ANY };

function field(
  name: string,
  values: readonly string[] = [],
  notValues: readonly string[] = [],
  namespace: string,
  port: number,
  missing: string[],
): Test {
  const one = (value: string): Test => test(name, value, namespace, port, missing);
  return and([
    ...(values.length > 0 ? [or(values.map(one))] : []),
    ...(notValues.length > 0 ? [{ kind: 'not', of: or(notValues.map(one)) } as const] : []),
  ]);
}

function test(name: string, value: string, namespace: string, port: number, missing: string[]): Test {
  switch (name) {
    case 'method':
      return { kind: 'header', header: { name: ':method', string_match: textOf(value) } };
    case 'host':
      return { kind: 'header', header: { name: ':authority', string_match: { ...textOf(value), ignore_case: true } } };
    case 'path':
      return {
        kind: 'path',
        path: /\{\*\*?\}/.test(value) ? { safe_regex: { regex: templateOf(value) } } : textOf(value),
      };
    case 'destination.port':
      // The port of the pod is another one here, so the answer is worked out.
      return Number(value) === port ? ANY : NONE;
    case 'source.principal':
      return { kind: 'identity', name: spiffe(value) };
    case 'source.namespace':
      return { kind: 'identity', name: { safe_regex: { regex: `.*/ns/${globOf(value)}/.*` } } };
    case 'source.serviceAccount': {
      const [owner = '', account = ''] = value.includes('/') ? value.split('/') : [namespace, value];
      return {
        kind: 'identity',
        name: { safe_regex: { regex: `spiffe://.+/ns/${literal(owner)}/sa/${literal(account)}` } },
      };
    }
    case 'source.trustDomain':
      return { kind: 'identity', name: { safe_regex: { regex: `spiffe://${globOf(value)}/.*` } } };
  }
  const [, header] = /^request\.headers\[(.+)\]$/.exec(name) ?? [];
  if (header !== undefined)
    return {
      kind: 'header',
      header: {
        name: header.toLowerCase(),
        ...(value === '*' ? { present_match: true } : { string_match: textOf(value) }),
      },
    };
  missing.push(`${name} ${value}`);
  return NONE;
}

/** `*` for anything, `a*` for a beginning, `*a` for an end. */
function textOf(value: string): Proto {
  if (value === '*') return { safe_regex: { regex: '.+' } };
  if (value.startsWith('*')) return { suffix: value.slice(1) };
  return value.endsWith('*') ? { prefix: value.slice(0, -1) } : { exact: value };
}

/** Certificates name identities as URIs. */
function spiffe(value: string): Proto {
  if (value === '*') return { safe_regex: { regex: '.+' } };
  if (value.startsWith('*')) return { safe_regex: { regex: `spiffe://.*${literal(value.slice(1))}` } };
  return value.endsWith('*') ? { prefix: `spiffe://${value.slice(0, -1)}` } : { exact: `spiffe://${value}` };
}

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const globOf = (value: string): string => value.split('*').map(literal).join('.*');
const templateOf = (value: string): string =>
  value
    .split(/(\{\*\*?\})/)
    .map((part) => (part === '{*}' ? '[^/]+' : part === '{**}' ? '.*' : literal(part)))
    .join('');

const permissionOf = (one: Test): Proto => {
  switch (one.kind) {
    case 'and':
      return one.of.length === 0 ? { any: true } : { and_rules: { rules: one.of.map(permissionOf) } };
    case 'or':
      return { or_rules: { rules: one.of.map(permissionOf) } };
    case 'not':
      return { not_rule: permissionOf(one.of) };
    case 'header':
      return { header: one.header };
    case 'path':
      return { url_path: { path: one.path } };
    case 'any':
    case 'identity': // no permission is about identities
      return { any: true };
  }
};

const principalOf = (one: Test): Proto => {
  switch (one.kind) {
    case 'and':
      return one.of.length === 0 ? { any: true } : { and_ids: { ids: one.of.map(principalOf) } };
    case 'or':
      return { or_ids: { ids: one.of.map(principalOf) } };
    case 'not':
      return { not_id: principalOf(one.of) };
    case 'header':
      return { header: one.header };
    case 'path':
      return { url_path: { path: one.path } };
    case 'identity':
      return { authenticated: { principal_name: one.name } };
    case 'any':
      return { any: true };
  }
};
