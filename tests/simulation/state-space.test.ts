import { expect, test } from 'vitest';
import type { Plan, Policies } from '../../charts-src/canary/plan.ts';
import { refusal } from '../../charts-src/canary/refusal.ts';
import { isOver } from '../../charts-src/canary/rollout.ts';
import { canaryShares } from '../../charts-src/canary/routes.ts';
import { ANALYSIS, plan } from '../support/canary-mesh.ts';
import {
  GIVEN_UP_MS,
  keyOf,
  nexts,
  REWRITE_MS,
  rolloutOf,
  start,
  TICK_MS,
  type Budget,
  type World,
} from './state-space.ts';

interface Reached {
  readonly world: World;
  /** How it came to this, for the message: the state before, and what happened. */
  readonly from: string | null;
  readonly what: string;
}

/** Every state that can be reached, and everything that is wrong on the way. */
function search(given: Plan, budget: Budget) {
  const first = start(budget);
  const reached = new Map<string, Reached>([
    [keyOf(given, first), { world: first, from: null, what: 'the beginning' }],
  ]);
  const edges = new Map<string, string[]>();
  const queue = [...reached.keys()];
  const wrong = new Set<string>();
  let steps = 0;
  for (let key = queue.shift(); key !== undefined; key = queue.shift()) {
    const here = reached.get(key);
    if (here === undefined) continue;
    for (const next of nexts(given, here.world)) {
      steps += 1;
      const there = keyOf(given, next.world);
      if (next.wrong.length > 0 && wrong.size < 5) wrong.add(`${next.wrong.join('; ')}\n${path(reached, key)}`);
      const into = edges.get(there);
      if (into === undefined) edges.set(there, [key]);
      else into.push(key);
      if (reached.has(there)) continue;
      reached.set(there, { world: next.world, from: key, what: next.what });
      queue.push(there);
    }
  }
  return { reached, edges, wrong: [...wrong], steps };
}

function path(reached: ReadonlyMap<string, Reached>, key: string): string {
  const told: string[] = [];
  for (let at: string | null = key; at !== null; at = reached.get(at)?.from ?? null)
    told.push(reached.get(at)?.what ?? '');
  return told.reverse().join('\n  ');
}

const isAtEnd = ({ object }: World): boolean => {
  const rollout = rolloutOf(object);
  return rollout !== undefined && isOver(rollout);
};

/** Whether the next word is somebody's: a paused run can be aborted, and none begins where the canary has something. */
function waitsForSomebody(given: Plan, { object }: World): boolean {
  const rollout = rolloutOf(object);
  if (rollout === undefined) return canaryShares([object], given.target).most > 0;
  return rollout.phase === 'Paused' && refusal(rollout, { type: 'abort', at: rollout.startedAt }) === undefined;
}

/** States from which neither an end nor somebody's turn can be reached any more, whatever happens. */
function stuck(given: Plan, { reached, edges }: ReturnType<typeof search>): readonly string[] {
  const good = new Set(
    [...reached].filter(([, { world }]) => isAtEnd(world) || waitsForSomebody(given, world)).map(([key]) => key),
  );
  const queue = [...good];
  for (let key = queue.pop(); key !== undefined; key = queue.pop())
    for (const from of edges.get(key) ?? [])
      if (!good.has(from)) {
        good.add(from);
        queue.push(from);
      }
  return [...reached.keys()].filter((key) => !good.has(key)).map((key) => path(reached, key));
}

const QUICK = { drainMs: TICK_MS, acknowledgement: { rewriteAfterMs: REWRITE_MS, timedFallbackMs: 15_000 } };
const GIVEN_UP = { acknowledgement: { afterMs: GIVEN_UP_MS, then: 'pause' } } as const;
const steps = (...weights: readonly number[]) =>
  plan({ steps: weights }).steps.map((step) => ({ ...step, holdMs: TICK_MS }));
const quick = (policies: Partial<Policies>, ...weights: readonly number[]): Plan =>
  plan({
    ...QUICK,
    analysis: { ...ANALYSIS, intervalMs: TICK_MS },
    policies: { ...GIVEN_UP, ...policies },
    steps: steps(...weights),
  });
const NONE: Budget = { crashes: 0, takeovers: 0, edits: 0, commands: 0, metrics: 0, capacity: 0 };

// The bound: at most four steps, two engines, and so many disturbances in all as the budget says, each at any moment and
// in any order: an engine may crash at every point, metrics and endpoints may go, somebody may edit or command. More at
// once is left to the simulated runs. States are the same when time has reached the same of what it decides.
test.each<{ readonly name: string; readonly plan: Plan; readonly budget: Budget; readonly atLeast: number }>([
  {
    name: 'four steps, two engines, crashes, a takeover from an engine that lives',
    plan: quick({}, 5, 10, 25, 50),
    budget: { ...NONE, crashes: 1, takeovers: 1 },
    atLeast: 1_000,
  },
  {
    name: 'two steps, a foreign edit that is put right, a crash',
    plan: quick({ drift: { then: 'restore', restores: 3 } }, 10, 50),
    budget: { ...NONE, crashes: 1, edits: 1 },
    atLeast: 1_000,
  },
  {
    name: 'one step, a foreign edit that stops the run, a command, a crash',
    plan: quick({}, 50),
    budget: { ...NONE, crashes: 1, edits: 1, commands: 1 },
    atLeast: 10_000,
  },
  {
    name: 'two steps, a foreign edit that stops the run, a command',
    plan: quick({}, 10, 50),
    budget: { ...NONE, edits: 1, commands: 1 },
    atLeast: 1_000,
  },
  {
    name: 'three steps, a command, a crash',
    plan: quick({}, 10, 30, 50),
    budget: { ...NONE, commands: 1, crashes: 1 },
    atLeast: 1_000,
  },
  {
    name: 'two steps, metrics that change and go away, endpoints that go away, a crash',
    plan: quick({}, 10, 50),
    budget: { ...NONE, crashes: 1, metrics: 2, capacity: 1 },
    atLeast: 1_000,
  },
  {
    name: 'two steps, a command, and metrics that change',
    plan: quick({}, 10, 50),
    budget: { ...NONE, commands: 1, metrics: 1 },
    atLeast: 1_000,
  },
])('$name', ({ name, plan: given, budget, atLeast }) => {
  const found = search(given, budget);
  process.stdout.write(`${name}: ${found.reached.size} states, ${found.steps} steps between them\n`);
  expect(found.wrong).toEqual([]);
  expect(stuck(given, found).slice(0, 3)).toEqual([]);
  expect([...found.reached.values()].filter(({ world }) => isAtEnd(world)).length).toBeGreaterThan(0);
  expect(found.reached.size).toBeGreaterThan(atLeast);
});
