import { CALL_KINDS, callsOf, type App, type Call, type CallGraph } from '../../graph/calls.ts';
import { components } from '../../graph/components.ts';
import { hostRoutesOf, type HostRoutes } from '../../graph/host-routes.ts';
import type { MeshGraph } from '../../graph/mesh-graph.ts';
import { callWithPlace } from '../call-in-words.ts';
import type { Rule } from '../rule.ts';

/** Services that wait for each other: they fail, and have to be deployed, together. */
export const callCycle = {
  code: 'W603',
  name: 'call-cycle',
  severity: 'warning',
  summary: 'Services call each other in a circle, so that they fail and have to be deployed together.',
  reads: CALL_KINDS,
  *check(graph: MeshGraph) {
    const calls = callsOf(graph);
    const routes = hostRoutesOf(graph);
    for (const group of components(calls.apps, (app) => requests(calls, app).map(({ callee }) => callee))) {
      if (group.length < 2) continue;
      const cycle = shortestCycle(calls, group);
      const [first] = cycle;
      if (first === undefined) continue;
      const [{ manifest, at }] = first.evidence;
      const endless = cycle.filter((call) => !hasTimeout(call, routes));
      const others = group.length - new Set(cycle.map(({ caller }) => caller)).size;
      yield {
        manifest,
        at,
        message:
          `${cycle.map(callWithPlace).join(', ')}${others > 0 ? `, and ${others} more services are in circles with them` : ''}: ` +
          `when one of them is slow all of them are, and none can be released before the others` +
          (endless.length === cycle.length
            ? '; none of these calls has a timeout in a VirtualService, so that they can wait for each other for good'
            : ''),
        fix: 'turn one of these calls round: publish an event instead of calling back, or move what both need into a service of its own',
      };
    }
  },
} satisfies Rule;

const requests = ({ callsFrom }: CallGraph, app: App): readonly Call[] =>
  callsFrom(app).filter(({ isRequest }) => isRequest);

/** From the first by name: the fewest calls that lead back to it. */
function shortestCycle(calls: CallGraph, group: readonly App[]): readonly Call[] {
  const inside = new Set(group);
  const [start] = [...group].sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
  const reached = new Map<App, Call>();
  const queue = start === undefined ? [] : [start];
  // The queue grows while it is read.
  for (const app of queue)
    for (const call of requests(calls, app)) {
      if (!inside.has(call.callee) || reached.has(call.callee)) continue;
      reached.set(call.callee, call);
      if (call.callee === start) return wayBack(start, reached);
      queue.push(call.callee);
    }
  return [];
}

function wayBack(start: App, reached: ReadonlyMap<App, Call>): readonly Call[] {
  const way: Call[] = [];
  for (let call = reached.get(start); call; call = call.caller === start ? undefined : reached.get(call.caller))
    way.unshift(call);
  return way;
}

const nameOf = ({ namespace, name }: App): string => `${namespace}/${name}`;

function hasTimeout({ caller, callee }: Call, routes: HostRoutes): boolean {
  const [client] = caller.workloads;
  return (
    client !== undefined &&
    callee.hosts.some((host) => routes.rulesFor(client, host).some(({ http }) => http.timeout !== undefined))
  );
}
