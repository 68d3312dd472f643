import type { Action } from '../../charts-src/canary/action.ts';
import { decide } from '../../charts-src/canary/decide.ts';
import { evolve } from '../../charts-src/canary/evolve.ts';
import { isOver, type Rollout, type Terminal } from '../../charts-src/canary/rollout.ts';
import { bell, type Bell } from './bell.ts';
import type { Drive } from './drive.ts';
import { versionOf } from './echoes.ts';
import type { Ending } from './ending.ts';
import { errands } from './errands.ts';
import { inquiry, type Inquiry } from './inquiry.ts';
import { liveObjects, type LiveObjects } from './live-objects.ts';
import { runMemory, type RunMemory } from './run-memory.ts';
import { watching } from './watching.ts';

/**
 * Drives a run until it is over, or until it is not ours any more: reads, asks `decide`, does what it says, and tells
 * `evolve` what happened. It judges nothing itself.
 */
export async function drive(given: Drive): Promise<Ending> {
  const { ports, signal } = given;
  const alarm = bell(ports.clock);
  const calls = errands(ports.clock);
  const memory = runMemory(given.rollout, ports.clock, () => asked.forget());
  const objects = liveObjects({ ports, memory, virtualServices: given.virtualServices, signal });
  const asked = inquiry({ ...given, memory, objects, calls, ring: () => alarm.ring() });
  const [first] = given.rollout.plan.target.virtualServices;
  const watch = watching(ports, first, {
    known: () => versionOf(objects.virtualServices[0]),
    onEvent: ({ object }) => {
      if (objects.hear(object)) alarm.ring();
    },
    onGap: () => {
      objects.outdate();
      alarm.ring();
    },
  });
  const wake = (): void => alarm.ring();
  signal.addEventListener('abort', wake);
  try {
    await objects.refreshFurther();
    return await loop({ ...given, memory, objects, asked, alarm });
  } finally {
    signal.removeEventListener('abort', wake);
    await calls.close();
    await watch.close();
  }
}

interface Engine extends Pick<Drive, 'ports' | 'signal' | 'report'> {
  readonly memory: RunMemory;
  readonly objects: LiveObjects;
  readonly asked: Inquiry;
  readonly alarm: Bell;
}

/** How many calls a farewell may take. */
const FAREWELLS = 6;

async function loop(engine: Engine): Promise<Ending> {
  const { ports, signal, report, memory, objects, asked } = engine;
  let farewells = 0;
  for (;;) {
    const ending = objects.ending();
    if (ending !== undefined) return ending;
    memory.passTime();
    // Whoever is told to leave says so, but does not wait until it is heard: a dead process is noticed anyway.
    if (signal.aborted && farewells++ > FAREWELLS) return { ending: 'left', rollout: memory.now() };
    if (objects.isOutdated()) {
      await objects.refresh();
      continue;
    }
    if (signal.aborted && !isOver(memory.now())) {
      if (objects.isFresh()) await objects.commit({ type: 'left', at: ports.clock.wallTime() });
      else await objects.refresh();
      if (memory.now().holder === null) return { ending: 'left', rollout: memory.now() };
      continue;
    }
    const rollout = memory.now();
    const action = decide(rollout, { at: ports.clock.wallTime(), ...objects.seen(), ...asked.seen() });
    report(rollout, action);
    if (action.type === 'end') return { ending: 'over', rollout: rollout as Rollout<Terminal> }; // decide ends what is over
    if (action.type === 'abandon') return { ending: 'gone', rollout, why: action.why };
    await perform(action, engine);
  }
}

async function perform(
  action: Exclude<Action, { readonly type: 'end' | 'abandon' }>,
  { memory, objects, asked, alarm }: Engine,
): Promise<void> {
  switch (action.type) {
    case 'note':
      return memory.remember(evolve(memory.now(), action.event));
    case 'wait':
      objects.age();
      await alarm.sleep(action.forMs);
      if (objects.seen().goneMs === null) return;
      objects.outdate();
      return objects.refreshFurther();
    case 'commit':
      return objects.isFresh() ? objects.commit(action.event) : objects.refresh();
    case 'align':
      return objects.align(action.virtualService, action.to);
    case 'look':
      return asked.look(action.at);
    case 'call-hook':
      return asked.callHook(action);
    case 'scale':
      return asked.scale(action);
  }
}
