import { CALL_KINDS, callsOf, type App, type Call } from '../../graph/calls.ts';
import { components } from '../../graph/components.ts';
import type { MeshGraph } from '../../graph/mesh-graph.ts';
import { callWithPlace } from '../call-in-words.ts';
import type { Rule } from '../rule.ts';

/** One request waits for many services in a row. */
export const longCallChain = {
  code: 'W602',
  name: 'long-call-chain',
  severity: 'warning',
  summary: 'One request waits for a long chain of services, each calling the next.',
  reads: CALL_KINDS,
  *check(graph: MeshGraph) {
    const { apps, callsTo, callsFrom } = callsOf(graph);
    const requests = (app: App): readonly Call[] => callsFrom(app).filter(({ isRequest }) => isRequest);
    const longest = new Map<App, Chain>();
    const cycleOf = new Map<App, readonly App[]>();
    for (const group of components(apps, (app) => requests(app).map(({ callee }) => callee))) {
      for (const app of group) cycleOf.set(app, group);
      // Services in a cycle count as one here: it is W603.
      const after = group
        .flatMap(requests)
        .filter(({ callee }) => cycleOf.get(callee) !== group)
        .reduce<Chain>((most, call) => longer(most, call, longest.get(call.callee)), { length: 0, call: undefined });
      for (const app of group) longest.set(app, { length: after.length + 1, call: after.call });
    }
    const told = new Set<App>();
    for (const [app, { length, call }] of longest) {
      if (length <= LIMIT || call === undefined || call.caller !== app || !isService(app)) continue;
      const isPart = callsTo(app).some(
        ({ isRequest, caller }) => isRequest && isService(caller) && cycleOf.get(caller) !== cycleOf.get(app),
      );
      // Of many that call the same chain, one is told.
      if (isPart || told.has(call.callee)) continue;
      told.add(call.callee);
      const chain = chainFrom(app, longest);
      const [{ manifest, at }] = call.evidence;
      yield {
        manifest,
        at,
        message:
          `${length} services answer one request one after the other, more than ${LIMIT}: ${chain.map(callWithPlace).join(', ')}; ` +
          'their times add up, and the request fails when any of them does',
        fix: 'let a service keep a copy of the data that it asks for, told by events, or ask several services at once from the first one',
      };
    }
  },
} satisfies Rule;

/** Services in a row that are still fine. */
const LIMIT = 4;

interface Chain {
  /** Services, with the one that it begins at. */
  readonly length: number;
  readonly call: Call | undefined;
}

const longer = (most: Chain, call: Call, after: Chain | undefined): Chain =>
  (after?.length ?? 0) > most.length ? { length: after?.length ?? 0, call } : most;

/** Clients that nobody calls, such as jobs and load generators, are no service in the chain. */
const isService = ({ hosts }: App): boolean => hosts.length > 0;

function chainFrom(app: App, longest: ReadonlyMap<App, Chain>): readonly Call[] {
  const chain: Call[] = [];
  for (let call = longest.get(app)?.call; call; call = longest.get(call.callee)?.call) chain.push(call);
  return chain;
}
