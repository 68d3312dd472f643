import { CALL_KINDS, callsOf, type Call } from '../../graph/calls.ts';
import { hostRoutesOf, type HostRoutes } from '../../graph/host-routes.ts';
import type { HttpRule } from '../../graph/http-rules.ts';
import type { MeshGraph } from '../../graph/mesh-graph.ts';
import { durationMs } from '../../model/duration.ts';
import { callWithPlace } from '../call-in-words.ts';
import { inWords } from '../retry-policy.ts';
import type { Rule } from '../rule.ts';

/** A service waits longer for what it calls than those who call it wait for it. */
export const timeoutExceedsCallers = {
  code: 'W331',
  name: 'timeout-exceeds-callers',
  severity: 'warning',
  summary: 'A service waits for another one longer than all of its own callers wait for it.',
  reads: CALL_KINDS,
  *check(graph: MeshGraph) {
    const { apps, callsTo, callsFrom } = callsOf(graph);
    const routes = hostRoutesOf(graph);
    for (const app of apps) {
      const longest = longestOf(
        callsTo(app).filter(({ isRequest }) => isRequest),
        routes,
      );
      if (longest === undefined) continue;
      for (const call of callsFrom(app)) {
        const rules = call.isRequest ? timed(call, routes) : [];
        // All of them: one that is short enough may be what the callers wait for.
        const [shortest] = [...rules].sort((one, other) => one.ms - other.ms);
        if (shortest === undefined || shortest.ms === Infinity || shortest.ms <= longest.ms) continue;
        const { virtualService, at } = shortest.rule.placeOf('timeout');
        yield {
          manifest: virtualService.manifest,
          at,
          message:
            `${callWithPlace(call)} may take ${inWords(shortest.ms)}, and ${callWithPlace(longest.call)} is given up after ${inWords(longest.ms)}: ` +
            `${call.caller.name} and ${call.callee.name} go on working on requests that nobody waits for`,
          fix: `write a timeout below ${inWords(longest.ms)}, or give the callers of ${call.caller.name} more time`,
        };
      }
    }
  },
} satisfies Rule;

interface Timed {
  readonly ms: number;
  readonly rule: HttpRule;
}

/** Rules that a call can meet, with how long a request may take; `Infinity` where there is no timeout. */
function timed({ caller, callee }: Call, routes: HostRoutes): readonly Timed[] {
  const [client] = caller.workloads;
  if (client === undefined) return [];
  return callee.hosts.flatMap((host) =>
    routes
      .rulesFor(client, host)
      .filter(({ http }) => (http.route ?? []).length > 0)
      .map((rule) => ({ ms: durationMs(rule.http.timeout ?? '') ?? Infinity, rule })),
  );
}

/** The caller that waits longest; undefined where there is none, or where one waits for ever or may do so. */
function longestOf(
  calls: readonly Call[],
  routes: HostRoutes,
): { readonly ms: number; readonly call: Call } | undefined {
  let longest: { readonly ms: number; readonly call: Call } | undefined;
  for (const call of calls) {
    const rules = timed(call, routes);
    const ms = rules.length === 0 ? Infinity : Math.max(...rules.map((rule) => rule.ms));
    if (ms === Infinity) return undefined;
    if (longest === undefined || ms > longest.ms) longest = { ms, call };
  }
  return longest;
}
