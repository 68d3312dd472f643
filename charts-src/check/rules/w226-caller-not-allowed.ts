import { textHits } from '../../graph/authorization-conditions.ts';
import type { MeshGraph } from '../../graph/mesh-graph.ts';
import { actionOf, targetsOf } from '../../graph/policies.ts';
import type { Resource } from '../../graph/resource.ts';
import { isAmbient } from '../../graph/waypoints.ts';
import { workloadName, WORKLOAD_KINDS, type Workload } from '../../graph/workload.ts';
import {
  isIdentityAttribute,
  rulesOf,
  workloadsOfPolicy,
  type Condition,
  type RuleConditions,
} from '../authorization-conditions.ts';
import { guardOf } from '../authorization-cover.ts';
import { deliveries, deliveryInWords } from '../deliveries.ts';
import { wayOut } from '../kept-out.ts';
import { perGraph } from '../../graph/per-graph.ts';
import { readPrincipal } from '../principal.ts';
import type { Rule } from '../rule.ts';

/** Pods call others, and no ALLOW policy there lets their account in: every request gets 403. */
export const callerNotAllowed = {
  code: 'W226',
  name: 'caller-not-allowed',
  severity: 'error',
  summary: 'Pods call others whose AuthorizationPolicies never let them in.',
  reads: ['AuthorizationPolicy', 'VirtualService', 'Gateway', 'Service', 'ConfigMap', ...WORKLOAD_KINDS],
  *check(graph) {
    if (graph.of('AuthorizationPolicy').length === 0) return;
    const told = new Set<string>();
    for (const delivery of deliveries(graph)) {
      const { from, to, host, port, containerPort } = delivery;
      const hasIdentity = isIdentified(graph, from);
      // That pods keep out of the mesh of their namespace is said of the pods.
      if (!hasIdentity && wayOut(graph, from) !== undefined) continue;
      if (to.sidecar !== 'yes' || (!hasIdentity && from.sidecar === 'unknown')) continue;
      // Plain text does not get as far as a policy there: that is W227's.
      if (!hasIdentity && graph.peerAuthentications.modeOf(to, containerPort).mode === 'STRICT') continue;
      const { policies, deniesByDefault } = guardOf(graph, to);
      if (!deniesByDefault) continue;
      const allowing = policies.filter((policy) => actionOf(policy) === 'ALLOW');
      // A wrong name in a policy is the cause, and told where it stands; so is the port of a Service, and a selector that
      // finds no pods.
      const rules = [...allowing, ...(lostPolicies(graph).get(to.namespace) ?? [])].flatMap(rulesOf);
      const ports = [containerPort, port.number];
      if (rules.some((rule) => ports.some((each) => mayAllow(graph, rule, from, each)) || namesNobody(graph, rule, to)))
        continue;
      const policy = allowing.find(({ spec }) => spec.selector !== undefined) ?? allowing[0];
      const key = `${from.namespace}/${from.serviceAccount} ${host.host} ${containerPort}`;
      if (policy === undefined || told.has(key)) continue;
      told.add(key);
      const who = `${graph.settings.trustDomain}/ns/${from.namespace}/sa/${from.serviceAccount}`;
      const account = hasIdentity ? `runs as "${who}"` : 'has no sidecar and so no identity';
      yield {
        manifest: policy.manifest,
        at: policy.spec.rules === undefined ? ['spec'] : ['spec', 'rules'],
        // Whoever has no identity may be meant to be kept out.
        ...(hasIdentity ? {} : { severity: 'warning' as const }),
        message: `${deliveryInWords(delivery)} and ${account}, which no ALLOW policy of ${workloadName(to)} lets in on port ${containerPort}: every request gets 403`,
        fix: hasIdentity
          ? `allow it: from: [{ source: { principals: ["cluster.local/ns/${from.namespace}/sa/${from.serviceAccount}"] } }]`
          : 'give the caller a sidecar, or allow it by address (ipBlocks)',
      };
    }
  },
} satisfies Rule;

/** ALLOW policies that select no pods, by namespace. */
const lostPolicies = perGraph((graph): ReadonlyMap<string, readonly Resource<'AuthorizationPolicy'>[]> => {
  const found = new Map<string, Resource<'AuthorizationPolicy'>[]>();
  for (const policy of graph.of('AuthorizationPolicy')) {
    if (actionOf(policy) !== 'ALLOW' || targetsOf(policy).length > 0) continue;
    if (workloadsOfPolicy(graph, policy).length > 0) continue;
    found.set(policy.namespace, [...(found.get(policy.namespace) ?? []), policy]);
  }
  return found;
});

/** Whether a caller shows who it is: its sidecar, ztunnel or the gateway that it is does. */
const isIdentified = (graph: MeshGraph, caller: Workload): boolean =>
  caller.isGateway || caller.sidecar === 'yes' || isAmbient(graph, caller);

/** Whether a rule can let a caller in on a port; what cannot be told from files counts as yes. */
function mayAllow(graph: MeshGraph, { from, to, when }: RuleConditions, caller: Workload, port: number): boolean {
  const holds = ({ attribute, values, notValues }: Condition): boolean => {
    if (attribute === 'destination.port')
      return anyOf(values, (value) => value === String(port)) && !notValues.includes(String(port));
    if (!isIdentityAttribute(attribute)) return true;
    if (caller.sidecar === 'no' && !isIdentified(graph, caller)) return values.length === 0;
    return (
      anyOf(values, (value) => isCaller(attribute, value)) && !notValues.some((value) => isCaller(attribute, value))
    );
  };
  const isCaller = (attribute: string, value: string): boolean => {
    switch (attribute) {
      case 'source.namespace':
        return textHits(value, caller.namespace);
      case 'source.serviceAccount':
        return [caller.serviceAccount, `${caller.namespace}/${caller.serviceAccount}`].some((name) =>
          textHits(value, name),
        );
      case 'source.principal':
        // `cluster.local` stands for the trust domain of the mesh; of others, aliases may say that they are the same.
        return [graph.settings.trustDomain, 'cluster.local', value.split('/')[0] ?? ''].some((domain) =>
          textHits(value, `${domain}/ns/${caller.namespace}/sa/${caller.serviceAccount}`),
        );
      default:
        return true;
    }
  };
  return (
    (from.length === 0 || from.some((source) => source.every(holds))) &&
    (to.length === 0 || to.some((operation) => operation.every(holds))) &&
    when.every(holds)
  );
}

const anyOf = (values: readonly string[], test: (value: string) => boolean): boolean =>
  values.length === 0 || values.some(test);

/** Whether a rule names a caller by something that nobody is: an account that no pod of the files has, or no account. */
const namesNobody = (graph: MeshGraph, { all }: RuleConditions, { namespace }: Workload): boolean =>
  all.some(
    ({ attribute, values }) =>
      ['source.principal', 'source.serviceAccount'].includes(attribute) &&
      values.some((value) => {
        if (value.includes('*')) return false;
        const identity = readPrincipal(attribute, value, namespace);
        if (identity === undefined) return true;
        const pods = graph.workloadsBy(identity.namespace).select({});
        return pods.length > 0 && pods.every(({ serviceAccount }) => serviceAccount !== identity.serviceAccount);
      }),
  );
