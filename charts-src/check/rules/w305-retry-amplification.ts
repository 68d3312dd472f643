import { CALL_KINDS, callsOf, type App, type Call } from '../../graph/calls.ts';
import { components } from '../../graph/components.ts';
import { hostRoutesOf } from '../../graph/host-routes.ts';
import type { RulePlace } from '../../graph/http-rules.ts';
import type { MeshGraph } from '../../graph/mesh-graph.ts';
import { effectivePolicy, type Client } from '../../graph/destination-rules.ts';
import { gatewaysOf, MESH_GATEWAY } from '../../graph/virtual-services.ts';
import { fullHost } from '../../model/host.ts';
import { forwardingRules } from '../request-rules.ts';
import { callWithPlace } from '../call-in-words.ts';
import { retriesAnswers, retriesTimeouts, retryPolicy } from '../retry-policy.ts';
import type { Hit, Rule } from '../rule.ts';

/** Retries on several calls in a row multiply: when the last service fails, it gets all of them. */
export const retryAmplification = {
  code: 'W305',
  name: 'retry-amplification',
  severity: 'warning',
  summary: 'Retries on several calls in a row multiply into a storm on the last service.',
  reads: [...CALL_KINDS, 'DestinationRule', 'Gateway'],
  *check(graph: MeshGraph) {
    const { apps, callsFrom, callsTo } = callsOf(graph);
    const retried = retriedCalls(graph);
    /** The worst that follows a request to an application: calls at the end of it, and the calls on the way. */
    const worst = new Map<App, Storm>();
    const cycleOf = new Map<App, readonly App[]>();
    for (const group of components(apps, (app) => callsFrom(app).map(({ callee }) => callee))) {
      for (const app of group) cycleOf.set(app, group);
      for (const app of group) {
        let most: Storm = CALM;
        for (const call of callsFrom(app)) {
          if (cycleOf.get(call.callee) === group) continue; // a cycle is W603
          const after = worst.get(call.callee) ?? CALM;
          const found = retried.get(call);
          const calls = (found?.tries ?? 1) * after.calls;
          if (calls > most.calls) most = { calls, first: found ? call : undefined, through: call };
        }
        worst.set(app, most);
      }
    }
    const entries = retriedByGateways(graph);
    for (const [app, { calls, first }] of worst) {
      const entry = entries.get(app);
      if (entry && calls > 1 && entry.tries * calls > TOO_MANY) {
        const rest = wayOf(app, worst).filter((call) => retried.has(call));
        yield storm(entry.place, rest, entry.tries * calls, [
          `${entry.tries} tries of the gateway for ${app.name}`,
          ...rest.map((call) => triesOf(call, retried)),
        ]);
        continue;
      }
      const start = first && retried.get(first);
      if (calls <= TOO_MANY || !first || !start) continue;
      // It is told where it begins.
      if (callsTo(app).some((call) => retried.has(call) && worst.get(call.caller)?.through === call)) continue;
      const way = wayOf(app, worst).filter((call) => retried.has(call));
      yield storm(
        start.place,
        way,
        calls,
        way.map((call) => triesOf(call, retried)),
      );
    }
  },
} satisfies Rule;

const storm = (
  { virtualService, at }: RulePlace,
  way: readonly Call[],
  calls: number,
  factors: readonly string[],
): Hit => ({
  manifest: virtualService.manifest,
  at,
  message: `when ${way.at(-1)?.callee.name ?? ''} fails, one request becomes ${calls}: ${factors.join(', times ')}`,
  fix: 'keep the retries on one of these calls, best on the last, or limit them with retryBudget or connectionPool.http.maxRetries in the DestinationRules',
});

const triesOf = (call: Call, retried: ReadonlyMap<Call, Retried>): string =>
  `${retried.get(call)?.tries ?? 1} tries of ${callWithPlace(call)}`;

/** Two calls in a row with Istio's usual 3 tries each are 9. */
const TOO_MANY = 9;

interface Storm {
  readonly calls: number;
  /** The call that begins it, where that one is tried again. */
  readonly first: Call | undefined;
  readonly through: Call | undefined;
}

const CALM: Storm = { calls: 1, first: undefined, through: undefined };

function wayOf(app: App, worst: ReadonlyMap<App, Storm>): readonly Call[] {
  const way: Call[] = [];
  for (let through = worst.get(app)?.through; through; through = worst.get(through.callee)?.through) way.push(through);
  return way;
}

interface Retried {
  readonly tries: number;
  readonly place: RulePlace;
}

/** Calls that are made again when the callee answers a failure or too late, without a limit on how many at once. */
function retriedCalls(graph: MeshGraph): ReadonlyMap<Call, Retried> {
  const routes = hostRoutesOf(graph);
  const found = new Map<Call, Retried>();
  for (const call of callsOf(graph).calls) {
    const [client] = call.caller.workloads;
    if (!call.isRequest || client === undefined) continue;
    for (const host of call.callee.hosts)
      for (const rule of routes.rulesFor(client, host)) {
        const policy = retryPolicy(rule.http.retries);
        if (!policy || !(retriesAnswers(policy) || retriesTimeouts(policy))) continue;
        if (policy.attempts + 1 <= (found.get(call)?.tries ?? 1) || isLimited(graph, client, host)) continue;
        found.set(call, { tries: policy.attempts + 1, place: rule.placeOf('retries') });
      }
  }
  return found;
}

/** Applications whose requests a gateway tries again, in the same way. */
function retriedByGateways(graph: MeshGraph): ReadonlyMap<App, Retried> {
  const { appOfHost } = callsOf(graph);
  const found = new Map<App, Retried>();
  for (const { rule, virtualService } of forwardingRules(graph)) {
    const gateway = gatewaysOf(virtualService).find((key) => key !== MESH_GATEWAY);
    const policy = gateway === undefined ? undefined : retryPolicy(rule.http.retries);
    if (gateway === undefined || !policy || !(retriesAnswers(policy) || retriesTimeouts(policy))) continue;
    const { namespace } = rule.place.virtualService;
    const client = graph.gateway(gateway)?.workloads[0] ?? { namespace: gateway.slice(0, gateway.indexOf('/')) };
    for (const { destination } of rule.http.route ?? []) {
      const host = graph.lookUp(fullHost(destination.host, namespace, graph.settings.clusterDomain), namespace);
      if (host === undefined || isLimited(graph, client, host)) continue;
      const app = appOfHost(host);
      if (policy.attempts + 1 > (found.get(app)?.tries ?? 1))
        found.set(app, { tries: policy.attempts + 1, place: rule.placeOf('retries') });
    }
  }
  return found;
}

function isLimited(graph: MeshGraph, client: Client, host: App['hosts'][number]): boolean {
  const rule = graph.destinationRuleFor(client, host.host);
  if (rule === undefined) return false;
  const { connectionPool, retryBudget } = effectivePolicy(rule, undefined, host.ports[0]?.number ?? 0);
  return retryBudget !== undefined || (connectionPool?.value.http?.maxRetries ?? 0) > 0;
}
