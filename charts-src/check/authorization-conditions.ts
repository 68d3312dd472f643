import { targetsOf } from '../graph/policies.ts';
import type { MeshGraph } from '../graph/mesh-graph.ts';
import type { Resource } from '../graph/resource.ts';
import type { Workload } from '../graph/workload.ts';
import type { AuthorizationPolicyRule } from '../imports/istio.ts';
import type { Path } from '../model/schema.ts';

/** What one field of a rule asks of a request. Values are alternatives; several conditions hold together. */
export interface Condition {
  /** Where it is read from, in the words of `when`: `source.principal`, `request.path`, `destination.port`. */
  readonly attribute: string;
  readonly values: readonly string[];
  readonly at: Path;
  /** What must not be. */
  readonly notValues: readonly string[];
  readonly notAt: Path;
  /** Whether it stands in `when`. */
  readonly isWhen: boolean;
}

/** A rule of an AuthorizationPolicy: one of `from`, and one of `to`, and all of `when`. */
export interface RuleConditions {
  readonly rule: AuthorizationPolicyRule;
  readonly at: Path;
  /** One list a source; a source without conditions is anybody. Empty where the rule has no `from`. */
  readonly from: readonly (readonly Condition[])[];
  /** One list an operation. Empty where the rule has no `to`. */
  readonly to: readonly (readonly Condition[])[];
  readonly when: readonly Condition[];
  /** All of them. */
  readonly all: readonly Condition[];
}

/** Fields of a source and the attributes that they ask for. */
const SOURCE = [
  ['principals', 'notPrincipals', 'source.principal'],
  ['serviceAccounts', 'notServiceAccounts', 'source.serviceAccount'],
  ['namespaces', 'notNamespaces', 'source.namespace'],
  ['trustDomains', 'notTrustDomains', 'source.trustDomain'],
  ['ipBlocks', 'notIpBlocks', 'source.ip'],
  ['remoteIpBlocks', 'notRemoteIpBlocks', 'remote.ip'],
  ['requestPrincipals', 'notRequestPrincipals', 'request.auth.principal'],
] as const;

/** Fields of an operation. `when` has no words for all of them: they get some of the same kind. */
const OPERATION = [
  ['hosts', 'notHosts', 'request.host'],
  ['methods', 'notMethods', 'request.method'],
  ['paths', 'notPaths', 'request.path'],
  ['ports', 'notPorts', 'destination.port'],
] as const;

type FieldTable = readonly (readonly [string, string, string])[];
type Lists = Readonly<Record<string, readonly string[] | undefined>>;

/** Many rules of the check ask the same of each policy. */
const known = new WeakMap<Resource<'AuthorizationPolicy'>, readonly RuleConditions[]>();

/** The rules of a policy, one by one. */
export function rulesOf(policy: Resource<'AuthorizationPolicy'>): readonly RuleConditions[] {
  let found = known.get(policy);
  if (found === undefined) known.set(policy, (found = readRules(policy)));
  return found;
}

const readRules = ({ spec }: Resource<'AuthorizationPolicy'>): readonly RuleConditions[] =>
  (spec.rules ?? []).map((rule, index) => {
    const at: Path = ['spec', 'rules', index];
    const from = (rule.from ?? []).map(({ source }, i) =>
      conditionsOf(SOURCE, (source ?? {}) as Lists, [...at, 'from', i, 'source']),
    );
    const to = (rule.to ?? []).map(({ operation }, i) =>
      conditionsOf(OPERATION, (operation ?? {}) as Lists, [...at, 'to', i, 'operation']),
    );
    const when = (rule.when ?? []).map(({ key, values = [], notValues = [] }, i): Condition => {
      const path = [...at, 'when', i];
      return {
        attribute: key,
        values,
        at: [...path, 'values'],
        notValues,
        notAt: [...path, 'notValues'],
        isWhen: true,
      };
    });
    return { rule, at, from, to, when, all: [...from.flat(), ...to.flat(), ...when] };
  });

// The three columns of the tables are fields of the API whose values are lists of texts.
const conditionsOf = (table: FieldTable, lists: Lists, at: Path): readonly Condition[] =>
  table.flatMap(([field, notField, attribute]) => {
    const [values, notValues] = [lists[field] ?? [], lists[notField] ?? []];
    if (values.length === 0 && notValues.length === 0) return [];
    return [{ attribute, values, at: [...at, field], notValues, notAt: [...at, notField], isWhen: false }];
  });

/** Whether a proxy can judge it only where it reads HTTP. Source: Istio's authz generators */
export const isHttpAttribute = (attribute: string): boolean => attribute.startsWith('request.');

/** Whether it is about who calls, as the caller's certificate says: without mutual TLS there is none. */
export const isIdentityAttribute = (attribute: string): boolean =>
  ['source.principal', 'source.namespace', 'source.serviceAccount', 'source.trustDomain'].includes(attribute);

/** Whether it is about the token of a request, which only a RequestAuthentication reads. */
export const isTokenAttribute = (attribute: string): boolean => attribute.startsWith('request.auth.');

/** The workloads that a policy with a selector is about: of its namespace, of all for one in the root namespace. */
export function workloadsOfPolicy(
  graph: Pick<MeshGraph, 'settings' | 'workloadsBy'>,
  policy: Resource<'AuthorizationPolicy'> | Resource<'RequestAuthentication'>,
): readonly Workload[] {
  if (targetsOf(policy).length > 0) return [];
  const isMeshWide = policy.namespace === graph.settings.rootNamespace;
  return graph.workloadsBy(isMeshWide ? undefined : policy.namespace).select(policy.spec.selector?.matchLabels ?? {});
}
