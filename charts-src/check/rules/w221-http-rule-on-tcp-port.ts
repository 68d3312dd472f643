import { actionOf } from '../../graph/policies.ts';
import { mayBeHttp } from '../../graph/protocol.ts';
import type { MeshGraph } from '../../graph/mesh-graph.ts';
import type { Resource } from '../../graph/resource.ts';
import type { Workload } from '../../graph/workload.ts';
import { servicePortsOf } from '../../graph/workload-ports.ts';
import { isHttpAttribute, rulesOf, workloadsOfPolicy, type RuleConditions } from '../authorization-conditions.ts';
import { listNames } from '../mesh-presence.ts';
import type { Hit, Rule } from '../rule.ts';

/** On a port that is no HTTP nobody can see methods and paths: an ALLOW rule that asks for them falls away, a DENY rule grows. */
export const httpRuleOnTcpPort = {
  code: 'W221',
  name: 'http-rule-on-tcp-port',
  severity: 'error',
  summary: 'A rule about HTTP stands for a port that is not HTTP.',
  reads: ['AuthorizationPolicy', 'Service'],
  *check(graph) {
    for (const policy of graph.of('AuthorizationPolicy')) {
      const action = actionOf(policy);
      if (action !== 'ALLOW' && action !== 'DENY') continue;
      const rules = rulesOf(policy).filter(({ all }) => all.some(({ attribute }) => isHttpAttribute(attribute)));
      if (rules.length === 0) continue;
      // A policy of the whole mesh meets ports of every kind: what it is about is HTTP, and that is meant.
      if (policy.namespace === graph.settings.rootNamespace && policy.spec.selector === undefined) continue;
      const workloads = workloadsOfPolicy(graph, policy);
      for (const rule of rules) {
        const found = action === 'ALLOW' ? allows(graph, policy, rule, workloads) : denies(graph, rule, workloads);
        if (found !== undefined) yield { manifest: policy.manifest, ...found };
      }
    }
  },
} satisfies Rule;

type Found = Pick<Hit, 'message' | 'fix' | 'severity'> & { readonly at: readonly (string | number)[] };

/** The ports of workloads that a rule is about: all of them, or those that it names. */
function portsUnder(graph: MeshGraph, { all }: RuleConditions, workloads: readonly Workload[]) {
  const named = all.filter(({ attribute }) => attribute === 'destination.port');
  const isMeant = (port: number): boolean =>
    named.every(
      ({ values, notValues }) =>
        (values.length === 0 || values.includes(String(port))) && !notValues.includes(String(port)),
    );
  return workloads
    .filter(({ sidecar, isGateway }) => sidecar !== 'no' && !isGateway)
    .flatMap((workload) => servicePortsOf(graph, workload).map((port) => ({ workload, ...port })))
    .filter(({ containerPort, port }) => isMeant(containerPort) && port.protocol !== 'UDP');
}

const httpFields = ({ all }: RuleConditions): string =>
  listNames(all.map(({ attribute }) => attribute).filter(isHttpAttribute));

/** Source: Istio's authz model, which drops an ALLOW rule with HTTP fields on TCP filter chains */
function allows(
  graph: MeshGraph,
  policy: Resource<'AuthorizationPolicy'>,
  rule: RuleConditions,
  workloads: readonly Workload[],
): Found | undefined {
  const ports = portsUnder(graph, rule, workloads);
  const tcp = ports.filter(({ port }) => !mayBeHttp(port.protocol));
  const [first] = tcp;
  if (first === undefined) return undefined;
  const { workload, port, containerPort, service } = first;
  const at = rule.all.find(({ attribute }) => isHttpAttribute(attribute))?.at ?? rule.at;
  const where = `port ${containerPort} of ${workload.kind} ${workload.name} speaks ${port.protocol} (Service ${service.manifest.name}, port ${port.name || port.number})`;
  if (tcp.length === ports.length)
    return {
      at,
      message: `${where}, where ${httpFields(rule)} cannot be seen: Istio drops this rule, and nobody is let in by it`,
      fix: 'leave only callers and ports in the rule, or name the port http- if it does speak HTTP',
    };
  // Beside HTTP ports it matters only where nothing else lets anybody use the other port.
  const others = graph.authorizationPolicies.for(workload).filter((other) => actionOf(other) === 'ALLOW');
  const isReached = others.some((other) =>
    rulesOf(other).some(
      (candidate) =>
        !candidate.all.some(({ attribute }) => isHttpAttribute(attribute)) &&
        portsUnder(graph, candidate, [workload]).some((under) => under.containerPort === containerPort),
    ),
  );
  // Said once, by the first such rule.
  const isFirst =
    rulesOf(policy)
      .find((candidate) => candidate.all.some(({ attribute }) => isHttpAttribute(attribute)))
      ?.at.join() === rule.at.join();
  if (isReached || !isFirst) return undefined;
  return {
    at,
    severity: 'warning',
    message: `${where}, and every rule that allows anything there asks for HTTP fields, which cannot be seen: the port is closed to everybody`,
    fix: `add a rule for the callers of port ${containerPort} without hosts, methods and paths`,
  };
}

/** A DENY rule loses its HTTP fields on TCP, and so refuses more. */
function denies(graph: MeshGraph, rule: RuleConditions, workloads: readonly Workload[]): Found | undefined {
  const tcp = portsUnder(graph, rule, workloads).filter(({ port }) => !mayBeHttp(port.protocol));
  const [first] = tcp;
  if (first === undefined) return undefined;
  const { workload, port, containerPort } = first;
  const who = rule.all.some(({ attribute }) => !isHttpAttribute(attribute) && attribute !== 'destination.port');
  return {
    at: rule.all.find(({ attribute }) => isHttpAttribute(attribute))?.at ?? rule.at,
    ...(who && { severity: 'warning' as const }),
    message: `port ${containerPort} of ${workload.kind} ${workload.name} speaks ${port.protocol}, where ${httpFields(rule)} cannot be seen: Istio leaves them out there, and the rule refuses ${who ? 'these callers altogether' : 'every connection'}`,
    fix: 'name the HTTP ports in "ports", so that the rule is for them only',
  };
}
