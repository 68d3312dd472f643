import { accountOfGateway, gatewayApiOf } from '../../graph/gateway-api.ts';
import { actionOf } from '../../graph/policies.ts';
import type { MeshGraph } from '../../graph/mesh-graph.ts';
import type { Resource } from '../../graph/resource.ts';
import { closest } from '../../model/closest.ts';
import type { Path } from '../../model/schema.ts';
import { rulesOf } from '../authorization-conditions.ts';
import { slipOf } from '../slip.ts';
import { isSystemNamespace, listNames } from '../mesh-presence.ts';
import { readPrincipal, type Identity } from '../principal.ts';
import type { Hit, Rule, Severity } from '../rule.ts';

/** A policy names a caller that is not there: an account that no pod runs as, a namespace that nobody has. */
export const unknownCaller = {
  code: 'W219',
  name: 'unknown-caller',
  severity: 'warning',
  summary: 'An AuthorizationPolicy names a namespace or a service account that is not there.',
  also: ['KIA0101', 'KIA0106'],
  reads: [
    'AuthorizationPolicy',
    'Namespace',
    'ServiceAccount',
    'Gateway',
    'Deployment',
    'StatefulSet',
    'DaemonSet',
    'Job',
    'CronJob',
    'Pod',
  ],
  *check(graph) {
    const policies = graph.of('AuthorizationPolicy');
    if (policies.length === 0) return;
    const accounts = accountsOf(graph);
    for (const policy of policies)
      for (const { all } of rulesOf(policy))
        for (const { attribute, values, at, notValues, notAt } of all)
          for (const [list, place] of [
            [values, at],
            [notValues, notAt],
          ] as const)
            yield* judgeList(graph, accounts, policy, attribute, list, place);
  },
} satisfies Rule;

/** Accounts of which nothing is known are told together: files of one service rarely have its callers. */
function* judgeList(
  graph: MeshGraph,
  accounts: Accounts,
  policy: Resource<'AuthorizationPolicy'>,
  attribute: string,
  list: readonly string[],
  place: Path,
): Generator<Hit> {
  const strangers: { readonly index: number; readonly value: string; readonly found: Found }[] = [];
  for (const [index, value] of list.entries()) {
    const found = judge(graph, accounts, policy, attribute, value);
    if (found === undefined) continue;
    if (found.isStranger === true) strangers.push({ index, value, found });
    else yield hitOf(policy, [...place, index], found);
  }
  const [first, ...others] = strangers;
  if (first === undefined) return;
  const { found, index } = first;
  const together =
    others.length === 0
      ? found
      : {
          ...found,
          message: `${found.message}; nor as ${listNames(others.map(({ value }) => value.split('/').pop() ?? value))}`,
        };
  yield hitOf(policy, [...place, index], together);
}

const hitOf = (policy: Resource<'AuthorizationPolicy'>, at: Path, { severity, also, message, fix }: Found): Hit => ({
  manifest: policy.manifest,
  at,
  severity,
  also,
  message,
  fix,
});

type Found = Pick<Hit, 'message' | 'fix'> & {
  readonly severity: Severity;
  readonly also: readonly string[];
  readonly isStranger?: boolean;
};
type Accounts = ReadonlyMap<string, ReadonlySet<string>>;

function judge(
  graph: MeshGraph,
  accounts: Accounts,
  policy: Resource<'AuthorizationPolicy'>,
  attribute: string,
  value: string,
): Found | undefined {
  if (attribute === 'source.namespace') return unknownNamespace(graph, value, value, ['IST0101', 'KIA0101']);
  const identity = readPrincipal(attribute, value, policy.namespace);
  if (identity === undefined) return undefined;
  return (
    foreignTrustDomain(graph, identity, value) ??
    unknownNamespace(graph, identity.namespace, value, ['KIA0106']) ??
    unknownAccount(graph, accounts, identity, value, actionOf(policy))
  );
}

/** Source: Istio's namespace matching, with `*` for any letters */
function unknownNamespace(
  graph: MeshGraph,
  pattern: string,
  value: string,
  also: readonly string[],
): Found | undefined {
  if (pattern === '' || pattern.includes('/')) return undefined;
  const names = [...graph.namespaces.keys()];
  if (pattern === 'default' || isSystemNamespace(graph, pattern)) return undefined;
  if (pattern.includes('*')) {
    const parts = pattern.split('*').map((part) => part.replace(/[^\w-]/g, ''));
    const matches = new RegExp(`^${parts.join('.*')}$`);
    if (names.some((name) => matches.test(name))) return undefined;
  } else if (graph.namespaces.has(pattern)) return undefined;
  const meant = pattern.includes('*') ? undefined : closest(pattern, names);
  return {
    severity: meant === undefined ? 'info' : 'warning',
    also,
    message: `"${value}": ${pattern.includes('*') ? `no namespace among these files is like "${pattern}"` : `namespace "${pattern}" is not among these files`}; where it does not exist, nobody matches`,
    fix:
      meant === undefined
        ? 'check the name, or check the files of that namespace together with these'
        : `did you mean "${meant}"`,
  };
}

function foreignTrustDomain(graph: MeshGraph, { trustDomain }: Identity, value: string): Found | undefined {
  // Istio takes `cluster.local` for whatever the trust domain is.
  if (trustDomain === undefined || trustDomain === 'cluster.local' || trustDomain === graph.settings.trustDomain)
    return undefined;
  return {
    severity: 'info',
    also: ['KIA0107', 'KIA0108'],
    message: `"${value}" is of trust domain "${trustDomain}", and the mesh is "${graph.settings.trustDomain}" as far as these files say: without a trust domain alias nobody matches`,
    fix: 'write "cluster.local", which stands for the trust domain of the mesh, or add the other one to trustDomainAliases',
  };
}

function unknownAccount(
  graph: MeshGraph,
  accounts: Accounts,
  { namespace, serviceAccount }: Identity,
  value: string,
  action: ReturnType<typeof actionOf>,
): Found | undefined {
  const known = accounts.get(namespace);
  // Gateways come from elsewhere.
  if (known === undefined || known.has(serviceAccount) || isSystemNamespace(graph, namespace)) return undefined;
  const meant = slipOf(serviceAccount, known);
  return {
    severity: meant === undefined ? 'warning' : 'error',
    isStranger: meant === undefined,
    also: ['KIA0106'],
    message: `"${value}": no pod in ${namespace} runs as "${serviceAccount}" (accounts there: ${listNames([...known].slice(0, MAX_TOLD).sort())}), so ${action === 'DENY' ? 'nobody is refused' : 'nobody is let in'} by it`,
    fix:
      meant === undefined
        ? 'name the account that the caller runs as (spec.template.spec.serviceAccountName)'
        : `did you mean "${value.slice(0, -serviceAccount.length)}${meant}"`,
  };
}

/** So many names are enough to tell what is there. */
const MAX_TOLD = 200;

/** ServiceAccounts by namespace, declared or used; only of namespaces whose workloads are among the files. */
function accountsOf(graph: MeshGraph): Accounts {
  const found = new Map<string, Set<string>>();
  for (const { namespace, serviceAccount } of graph.workloads)
    found.set(namespace, (found.get(namespace) ?? new Set()).add(serviceAccount));
  for (const { namespace, name } of graph.objects('ServiceAccount', '')) found.get(namespace)?.add(name);
  // istiod makes the pods of these, with an account of their own.
  for (const gateway of gatewayApiOf(graph).gateways) found.get(gateway.namespace)?.add(accountOfGateway(gateway));
  return found;
}
