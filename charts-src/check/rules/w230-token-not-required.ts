import { actionOf, targetsOf } from '../../graph/policies.ts';
import type { MeshGraph } from '../../graph/mesh-graph.ts';
import type { Resource } from '../../graph/resource.ts';
import { selects } from '../../graph/labels.ts';
import { isTokenAttribute, rulesOf, workloadsOfPolicy } from '../authorization-conditions.ts';
import type { Rule } from '../rule.ts';

/** A RequestAuthentication refuses bad tokens; a request without any token passes. */
export const tokenNotRequired = {
  code: 'W230',
  name: 'token-not-required',
  severity: 'warning',
  summary: 'A RequestAuthentication checks tokens, but no AuthorizationPolicy asks for one.',
  reads: ['RequestAuthentication', 'AuthorizationPolicy'],
  *check(graph) {
    const asking = graph.of('AuthorizationPolicy').filter(asksForToken);
    for (const authentication of graph.of('RequestAuthentication')) {
      if (
        (authentication.spec.jwtRules ?? []).length === 0 ||
        asking.some((policy) => isAbout(graph, policy, authentication))
      )
        continue;
      yield {
        manifest: authentication.manifest,
        at: ['spec', 'jwtRules'],
        message:
          'a wrong token is refused with 401, but a request without any token passes: no AuthorizationPolicy for the same pods asks for one',
        fix: 'allow only requests with requestPrincipals, for example "<issuer>/*", or add a DENY policy with notRequestPrincipals: ["*"]',
      };
    }
  },
} satisfies Rule;

const asksForToken = (policy: Resource<'AuthorizationPolicy'>): boolean =>
  actionOf(policy) === 'CUSTOM' ||
  rulesOf(policy).some(({ all }) => all.some(({ attribute }) => isTokenAttribute(attribute)));

/** Whether a policy and an authentication meet at some pod. */
function isAbout(
  graph: MeshGraph,
  policy: Resource<'AuthorizationPolicy'>,
  authentication: Resource<'RequestAuthentication'>,
): boolean {
  const [targets, wanted] = [targetsOf(policy), targetsOf(authentication)];
  if (wanted.length > 0 || targets.length > 0)
    return (
      policy.namespace === authentication.namespace &&
      targets.some(({ kind, name }) => wanted.some((other) => other.kind === kind && other.name === name))
    );
  const root = graph.settings.rootNamespace;
  if (policy.namespace !== authentication.namespace && policy.namespace !== root && authentication.namespace !== root)
    return false;
  const workloads = workloadsOfPolicy(graph, authentication);
  const selector = policy.spec.selector?.matchLabels ?? {};
  if (workloads.length > 0)
    return workloads.some(
      ({ namespace, labels }) =>
        (policy.namespace === root || policy.namespace === namespace) && selects(selector, labels),
    );
  // Pods that are not among the files: the selectors have to tell.
  const other = authentication.spec.selector?.matchLabels ?? {};
  return selects(selector, other) || selects(other, selector);
}
