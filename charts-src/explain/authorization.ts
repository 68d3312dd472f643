import type { MeshGraph } from '../graph/mesh-graph.ts';
import { actionOf, type Pods } from '../graph/policies.ts';
import type { Resource } from '../graph/resource.ts';
import type { Path } from '../model/schema.ts';
import { ruleFits, type AuthorizedRequest } from './authorization-rule.ts';

/** The decision, and what made it; nothing where there is no policy that says anything. */
export interface Authorization {
  readonly decision: 'allow' | 'deny';
  readonly policy: Resource<'AuthorizationPolicy'> | undefined;
  /** The rule that matched; the policy as a whole where none did. */
  readonly at: Path;
  readonly why: string;
  /** What it depends on and no manifest tells, such as addresses. */
  readonly assumptions: readonly string[];
}

/**
 * What AuthorizationPolicies decide: a CUSTOM one asks somebody else, any DENY that matches refuses, and once there is
 * an ALLOW one of them has to match.
 * Source: Istio's authorization builder; Envoy's RBAC filters, in the order CUSTOM, DENY, ALLOW
 */
export function authorize(graph: MeshGraph, pods: Pods, request: AuthorizedRequest): Authorization {
  const policies = graph.authorizationPolicies.for(pods).filter((policy) => !isDryRun(policy));
  const assumptions: string[] = [];
  const trustDomains = trustDomainsOf(graph);
  const unknown = (what: string): void => void assumptions.push(`not met, for no manifest tells: ${what}`);
  const matches = (action: ReturnType<typeof actionOf>): readonly Matching[] =>
    policies
      .filter((policy) => actionOf(policy) === action)
      .map((policy) => ({
        policy,
        rule: (policy.spec.rules ?? []).findIndex((rule) =>
          ruleFits(rule, request, { action, namespace: policy.namespace, trustDomains, unknown }),
        ),
      }));
  const asking = matches('CUSTOM').filter(({ rule }) => rule >= 0);
  const unprovided = asking.find(({ policy }) => hasProvider(graph, policy) === false);
  if (unprovided)
    return {
      decision: 'deny',
      ...decidedBy(unprovided),
      why: `MeshConfig has no provider ${unprovided.policy.spec.provider?.name ?? ''} to ask, so what the rule matches is refused`,
      assumptions,
    };
  for (const { policy } of asking)
    assumptions.push(
      `the provider ${policy.spec.provider?.name ?? ''} of ${policy.namespace}/${policy.name} says yes${hasProvider(graph, policy) ? '' : '; without such a provider in MeshConfig the request is refused'}`,
    );
  const denying = matches('DENY').find(({ rule }) => rule >= 0);
  if (denying)
    return {
      decision: 'deny',
      ...decidedBy(denying),
      why: `rule ${denying.rule} of a DENY policy matches`,
      assumptions,
    };
  const allowing = matches('ALLOW');
  const [first] = allowing;
  if (first === undefined)
    return {
      decision: 'allow',
      policy: undefined,
      at: [],
      why: 'no ALLOW policy selects these pods, so everybody may',
      assumptions,
    };
  const allowed = allowing.find(({ rule }) => rule >= 0);
  if (allowed) return { decision: 'allow', ...decidedBy(allowed), why: `rule ${allowed.rule} matches`, assumptions };
  const names = allowing.map(({ policy: { namespace, name } }) => `${namespace}/${name}`).join(', ');
  return {
    decision: 'deny',
    policy: first.policy,
    at: ['spec'],
    why: `no rule of ${names} matches, and with an ALLOW policy what none of them names is refused`,
    assumptions,
  };
}

/** A policy, and the first of its rules that matches; -1 when none does. */
interface Matching {
  readonly policy: Resource<'AuthorizationPolicy'>;
  readonly rule: number;
}

const decidedBy = ({ policy, rule }: Matching): Pick<Authorization, 'policy' | 'at'> => ({
  policy,
  at: ['spec', 'rules', rule],
});

/** Whether there is somebody to ask; undefined where MeshConfig is not among the files.
 * Source: MeshConfig.extensionProviders */
function hasProvider({ meshConfig }: MeshGraph, { spec }: Resource<'AuthorizationPolicy'>): boolean | undefined {
  if (meshConfig === undefined) return undefined;
  const providers = meshConfig.mesh['extensionProviders'];
  return (
    Array.isArray(providers) &&
    providers.some((one: { readonly name?: unknown } | null) => one?.name === spec.provider?.name) // JSON of any shape
  );
}

const isDryRun = ({ manifest }: Resource<'AuthorizationPolicy'>): boolean =>
  manifest.annotations['istio.io/dry-run'] === 'true';

/** The trust domain of the mesh, and other names of it. Source: MeshConfig.trustDomainAliases */
function trustDomainsOf({ settings, meshConfig }: MeshGraph): readonly string[] {
  const aliases = meshConfig?.mesh['trustDomainAliases'];
  return [settings.trustDomain, ...(Array.isArray(aliases) ? aliases.map(String) : [])];
}
