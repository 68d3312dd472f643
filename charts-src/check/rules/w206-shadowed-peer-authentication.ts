import { selectorOf } from '../../graph/policies.ts';
import type { MeshGraph } from '../../graph/mesh-graph.ts';
import { byAge, type Resource } from '../../graph/resource.ts';
import { isCopy } from '../../manifest/is-copy.ts';
import { precedenceOf } from '../peer-authentication-precedence.ts';
import type { Hit, Rule } from '../rule.ts';

/** Of two PeerAuthentications for the same pods only the older one acts, and files do not say which is older. */
export const shadowedPeerAuthentication = {
  code: 'W206',
  name: 'shadowed-peer-authentication',
  severity: 'warning',
  summary: 'Two PeerAuthentications are about the same pods, and only the older one acts.',
  reads: ['PeerAuthentication'],
  *check(graph) {
    const overlapping = new Map<Resource<'PeerAuthentication'>, Hit>();
    for (const policy of graph.of('PeerAuthentication')) {
      const precedence = precedenceOf(graph, policy);
      if (precedence.state !== 'shadowed') continue;
      overlapping.set(policy, hit(policy, precedence.by, precedence.isAgeKnown));
    }
    for (const [policy, by] of selectOnePod(graph))
      if (!overlapping.has(policy)) overlapping.set(policy, hit(policy, by, false));
    yield* overlapping.values();
  },
} satisfies Rule;

/** Pairs with different selectors that find one workload: the younger, and the older. */
function* selectOnePod(
  graph: MeshGraph,
): Generator<readonly [Resource<'PeerAuthentication'>, Resource<'PeerAuthentication'>]> {
  const first = new Map<object, Resource<'PeerAuthentication'>>();
  for (const policy of [...graph.of('PeerAuthentication')].sort(byAge)) {
    const selector = selectorOf(policy);
    if (selector === undefined || policy.namespace === graph.settings.rootNamespace) continue;
    for (const workload of graph.workloadsBy(policy.namespace).select(selector)) {
      const older = first.get(workload);
      if (older === undefined) first.set(workload, policy);
      else if (!isCopy(policy.manifest, older.manifest)) yield [policy, older];
    }
  }
}

function hit(policy: Resource<'PeerAuthentication'>, by: Resource<'PeerAuthentication'>, isAgeKnown: boolean): Hit {
  const isWhole = selectorOf(policy) === undefined;
  const modes = [by, policy].map(({ spec }) => spec.mtls?.mode ?? 'UNSET');
  return {
    manifest: policy.manifest,
    at: isWhole ? ['metadata', 'name'] : ['spec', 'selector'],
    also: [isWhole ? 'KIA0002' : 'KIA0003'],
    message:
      `${by.name} is for ${isWhole ? `all pods of ${policy.namespace}` : 'the same pods'} too: Istio takes the older one alone, ` +
      (isAgeKnown ? `which is ${by.name}` : 'and at the same age the first by name') +
      (modes[0] === modes[1]
        ? ''
        : `, so whether ${modes[0] ?? ''} or ${modes[1] ?? ''} holds depends on which was created first`),
    fix: `keep one of ${by.name} and ${policy.name}, with everything in it`,
  };
}
