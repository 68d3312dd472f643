import { actionOf } from '../../graph/policies.ts';
import type { MeshGraph } from '../../graph/mesh-graph.ts';
import type { Resource } from '../../graph/resource.ts';
import { isAmbient } from '../../graph/waypoints.ts';
import { workloadName, type Workload } from '../../graph/workload.ts';
import type { Path } from '../../model/schema.ts';
import { rulesOf, workloadsOfPolicy } from '../authorization-conditions.ts';
import { listNames } from '../mesh-presence.ts';
import type { Hit, Rule } from '../rule.ts';

/** What of `when` ztunnel can see; of `from` and `to` it is the same. Source: Istio's l4WhenAttributes, httpSources */
const SEEN = new Set([
  'source.ip',
  'source.namespace',
  'source.principal',
  'source.serviceAccount',
  'source.trustDomain',
  'destination.ip',
  'destination.port',
]);

/** A policy that selects pods of ambient asks for what ztunnel cannot see: HTTP, tokens, an action of its own. */
export const httpRuleAtZtunnel = {
  code: 'W235',
  name: 'http-rule-at-ztunnel',
  severity: 'error',
  summary: 'A policy for pods in ambient mode asks for HTTP or tokens, which only a waypoint can see.',
  reads: ['AuthorizationPolicy', 'RequestAuthentication', 'Namespace'],
  *check(graph) {
    for (const policy of graph.of('AuthorizationPolicy')) {
      const pods = ambientPods(graph, policy);
      if (pods !== undefined) yield* judge(policy, pods);
    }
    for (const policy of graph.of('RequestAuthentication')) {
      const pods = ambientPods(graph, policy);
      if (pods === undefined) continue;
      yield {
        manifest: policy.manifest,
        at: ['spec'],
        message: `${pods} in ambient mode, where ztunnel reads no tokens: this RequestAuthentication does nothing there, and wrong tokens pass`,
        fix: FIX,
      };
    }
  },
} satisfies Rule;

const FIX =
  'name the waypoint instead of the pods: targetRefs: [{ group: gateway.networking.k8s.io, kind: Gateway, name: <waypoint> }]';

function ambientPods(
  graph: MeshGraph,
  policy: Resource<'AuthorizationPolicy'> | Resource<'RequestAuthentication'>,
): string | undefined {
  // One for the whole mesh meets sidecars and gateways too, where it means what it says.
  if (policy.namespace === graph.settings.rootNamespace) return undefined;
  const pods = workloadsOfPolicy(graph, policy).filter((workload: Workload) => isAmbient(graph, workload));
  if (pods.length === 0) return undefined;
  return `${listNames(pods.map(workloadName))} ${pods.length === 1 ? 'is' : 'are'}`;
}

function* judge(policy: Resource<'AuthorizationPolicy'>, pods: string): Iterable<Hit> {
  const action = actionOf(policy);
  const { manifest } = policy;
  if (action === 'CUSTOM' || action === 'AUDIT') {
    yield {
      manifest,
      at: ['spec', 'action'],
      severity: action === 'CUSTOM' ? 'error' : 'warning',
      message: `${pods} in ambient mode, and ztunnel knows no action ${action}: the policy does nothing there`,
      fix: FIX,
    };
    return;
  }
  for (const { all, at } of rulesOf(policy)) {
    const unseen = all.filter(({ attribute }) => !SEEN.has(attribute));
    const [first] = unseen;
    if (first === undefined) continue;
    const where: Path = first.isWhen ? first.at.slice(0, -1) : first.values.length > 0 ? first.at : first.notAt;
    yield {
      manifest,
      at: where.length > 0 ? where : at,
      message: `${pods} in ambient mode, and ztunnel cannot see ${listNames(unseen.map(({ attribute }) => attribute))}: ${
        action === 'ALLOW'
          ? 'it leaves the rule out, and whom it should let in is refused'
          : 'it denies by the other conditions alone, and refuses more than is meant'
      }`,
      fix: FIX,
    };
  }
}
