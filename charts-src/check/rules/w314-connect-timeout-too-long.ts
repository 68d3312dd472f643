import type { MeshGraph } from '../../graph/mesh-graph.ts';
import { durationMs } from '../../model/duration.ts';
import { fullHost } from '../../model/host.ts';
import { hostOfRule, policyLayers } from '../policy-layers.ts';
import { forwardingRules } from '../request-rules.ts';
import { inWords, retriesTimeouts, retryPolicy } from '../retry-policy.ts';
import type { Rule } from '../rule.ts';

/** Requests are given up before a connection attempt is: a pod that is gone is never passed over. */
export const connectTimeoutTooLong = {
  code: 'W314',
  name: 'connect-timeout-too-long',
  severity: 'warning',
  summary: 'A connection may take longer to be made than the whole request may take.',
  reads: ['DestinationRule', 'VirtualService', 'Service'],
  *check(graph) {
    const patience = shortestPatience(graph);
    for (const rule of graph.of('DestinationRule')) {
      const host = hostOfRule(graph, rule);
      const shortest = host && patience.get(host.host);
      if (shortest === undefined) continue;
      for (const { policy, at } of policyLayers(rule)) {
        const connect = durationMs(policy.connectionPool?.tcp?.connectTimeout ?? '');
        if (connect === undefined || connect < shortest.ms) continue;
        yield {
          manifest: rule.manifest,
          at: [...at, 'connectionPool', 'tcp', 'connectTimeout'],
          message:
            `a connection may take ${inWords(connect)}, and ${shortest.of} is over after ${inWords(shortest.ms)}: ` +
            'while a pod cannot be reached, requests to it end with 504 instead of being tried on another one',
          fix: `write a connectTimeout well below ${inWords(shortest.ms)}; inside a cluster "1s" is plenty`,
        };
      }
    }
  },
} satisfies Rule;

interface Patience {
  readonly ms: number;
  readonly of: string;
}

/** By host, the shortest time that a request to it, or a try of one, may take. */
function shortestPatience(graph: MeshGraph): ReadonlyMap<string, Patience> {
  const shortest = new Map<string, Patience>();
  for (const { rule, virtualService } of forwardingRules(graph)) {
    const { timeout, retries, route = [] } = rule.http;
    const policy = retryPolicy(retries);
    // Switched off by `attempts: 0`: then nothing is tried on another pod anyway.
    if (retries !== undefined && policy === undefined) continue;
    // A try that is tried again when it takes too long finds another pod so, too.
    const perTry = policy && !retriesTimeouts(policy) ? policy.perTryMs : undefined;
    const whole = durationMs(timeout ?? '');
    const ms = Math.min(perTry ?? Infinity, whole ?? Infinity);
    if (ms === Infinity) continue;
    const of = `${ms === perTry && ms !== whole ? 'a try' : 'a request'} by VirtualService ${virtualService.name}`;
    for (const { destination } of route) {
      const host = fullHost(destination.host, rule.place.virtualService.namespace, graph.settings.clusterDomain);
      const known = shortest.get(host);
      if (known === undefined || ms < known.ms) shortest.set(host, { ms, of });
    }
  }
  return shortest;
}
