import { acknowledgementQuestion } from '../../charts-src/canary/acknowledgement-question.ts';
import type { Action } from '../../charts-src/canary/action.ts';
import { standingOf } from '../../charts-src/canary/adopt.ts';
import type { Sample } from '../../charts-src/canary/analysis/sample.ts';
import type { AddSample, Judge } from '../../charts-src/canary/analysis/verdict.ts';
import { decide } from '../../charts-src/canary/decide.ts';
import { desiredVirtualService } from '../../charts-src/canary/desired.ts';
import type { Committed } from '../../charts-src/canary/event.ts';
import { evolve } from '../../charts-src/canary/evolve.ts';
import type { Observation } from '../../charts-src/canary/observation.ts';
import type { KubernetesObject, Reference } from '../../charts-src/canary/ports/cluster.ts';
import { wordsOf, type PortFailure, type Result } from '../../charts-src/canary/ports/failure.ts';
import type { Ports } from '../../charts-src/canary/ports/ports.ts';
import { isOver, type Holder, type Rollout, type Terminal } from '../../charts-src/canary/rollout.ts';
import { bell } from './bell.ts';
import { readCapacity, type ArmLabels } from './capacity.ts';
import { echoes, versionOf } from './echoes.ts';
import { errands } from './errands.ts';
import { hookContext } from './hook-context.ts';
import { patience } from './insist.ts';
import { questions } from './questions.ts';
import { sampling } from './sampling.ts';
import { watching } from './watching.ts';

/** How a drive ends. */
export type Ending =
  | { readonly ending: 'over'; readonly rollout: Rollout<Terminal> }
  /** Somebody asked us to leave: the run waits for the next engine. */
  | { readonly ending: 'left'; readonly rollout: Rollout }
  /** Somebody else drives, or another run began. */
  | { readonly ending: 'lost'; readonly rollout: Rollout; readonly run: string; readonly to: Holder | null }
  /** The VirtualService is gone. */
  | { readonly ending: 'gone'; readonly rollout: Rollout; readonly why: string }
  /** The cluster does not let us, or does not answer: weights are what they were. */
  | { readonly ending: 'failed'; readonly rollout: Rollout; readonly failure: PortFailure };

/** What a drive needs beside the world. */
export interface Drive {
  readonly ports: Ports;
  /** What makes verdicts of samples. */
  readonly assess: { readonly addSample: AddSample; readonly judge: Judge };
  /** A run that is ours: we are its holder, and the first object says so. */
  readonly rollout: Rollout;
  /** The VirtualServices as they lie, in the order of the plan. */
  readonly virtualServices: readonly KubernetesObject[];
  /** Labels by which the pods of both arms are told. */
  readonly labels: ArmLabels;
  /** Asks us to leave. */
  readonly signal: AbortSignal;
  /** Hears of each state of the run and of what is done about it. */
  readonly report: (rollout: Rollout, action: Action) => void;
}

/** Limits against a port that forgets its own. */
const LIMIT_MS = { acknowledgement: 10_000, capacity: 15_000, scale: 15_000 } as const;
/** How many calls a farewell may take. */
const FAREWELLS = 6;
/** A hook has its own limit; the port keeps it, and this is what it may be late. */
const HOOK_GRACE_MS = 5_000;

/**
 * Drives a run until it is over, or until it is not ours any more: reads, asks `decide`, does what it says, and tells
 * `evolve` what happened. It judges nothing itself.
 */
export async function drive({ ports, assess, labels, signal, report, ...start }: Drive): Promise<Ending> {
  const { cluster, clock } = ports;
  const { target } = start.rollout.plan;
  const [first] = target.virtualServices;
  let rollout = start.rollout;
  const virtualServices = [...start.virtualServices];
  let isStateIntact = true;
  /** Nobody told us of a change since the last read. */
  let isCurrent = true;
  /** Read in this very moment: nothing was awaited since. */
  let isFresh = false;
  /** VirtualServices that are not there, by their position, and since when. */
  const gone = new Map<number, number>();
  let countedMs = clock.monotonicMs();
  let writtenMs = countedMs;
  let stage = stageOf(rollout);
  let ending: Ending | undefined;
  const alarm = bell(clock);
  const calls = errands(clock);
  const asked = questions(clock, calls, () => alarm.ring());
  const samples = sampling(ports.metrics, { clock, calls, ring: () => alarm.ring() }, (answer) => {
    passTime();
    judge(answer);
    alarm.ring();
  });
  const echo = echoes();
  const outage = { read: patience(clock, signal), write: patience(clock, signal) };
  const never = new AbortController().signal;

  const remember = (next: Rollout): void => {
    rollout = next;
    if (stageOf(next) === stage) return;
    stage = stageOf(next);
    asked.forget();
  };

  const passTime = (): void => {
    const ms = Math.floor(clock.monotonicMs() - countedMs);
    countedMs += ms;
    if (ms > 0) remember(evolve(rollout, { type: 'time-passed', ms }));
  };

  const observation = (): Observation => {
    const now = clock.monotonicMs();
    return {
      at: clock.wallTime(),
      virtualServices,
      isStateIntact,
      goneMs: gone.size === 0 ? null : now - Math.min(...gone.values()),
      writtenMsAgo: now - writtenMs,
      metrics: samples.seen(),
      asked: asked.seen(),
    };
  };

  /** Whether a call worked; what does not is tried again for a while, by whoever comes to it next. */
  const worked = async (result: Result<unknown>, call: keyof typeof outage): Promise<boolean> => {
    const failure = await outage[call].bears(result);
    if (failure !== undefined) ending = { ending: 'failed', rollout, failure };
    return result.ok;
  };

  /** Reads one VirtualService anew; false: it could not be read, or is not there. */
  const read = async (position: number, reference: Reference): Promise<boolean> => {
    const result = await cluster.virtualService(reference, never);
    if (!result.ok && result.failure.type === 'not-found') {
      if (!gone.has(position)) gone.set(position, clock.monotonicMs());
      return false;
    }
    if (!(await worked(result, 'read')) || !result.ok) return false;
    gone.delete(position);
    virtualServices[position] = result.value;
    return true;
  };

  /** Reads the first VirtualService, and sees whether the run is still what we think, and ours. */
  const refresh = async (): Promise<void> => {
    isCurrent = true;
    isFresh = false;
    if (!(await read(0, first))) {
      isCurrent = gone.has(0);
      return;
    }
    isFresh = true;
    const [live] = virtualServices;
    if (live === undefined) return;
    const found = standingOf(rollout, live);
    isStateIntact = found.standing !== 'wiped';
    if (found.standing === 'changed') remember(found.rollout);
    if (found.standing !== 'lost') return;
    // Nobody but we ourselves says that we have left: the answer to our farewell was lost.
    const hasLeft = signal.aborted && found.run === rollout.run && found.to === null;
    ending = hasLeft ? { ending: 'left', rollout } : { ending: 'lost', rollout, run: found.run, to: found.to };
  };

  const refreshFurther = async (): Promise<void> => {
    for (const [position, reference] of target.virtualServices.entries())
      if (position > 0) await read(position, reference);
  };

  /** One compare-and-swap: the state of the run, and the weights that follow from it. */
  const commit = async (event: Committed): Promise<void> => {
    const [live] = virtualServices;
    if (live === undefined) return;
    const next = evolve(rollout, event);
    isFresh = false;
    const { result, isAlone } = await echo.during(() =>
      cluster.replaceVirtualService(desiredVirtualService(live, next, 0), never),
    );
    if (result.ok) {
      await worked(result, 'write');
      if (!isAlone) isCurrent = false;
      virtualServices[0] = result.value;
      isStateIntact = true;
      writtenMs = clock.monotonicMs();
      remember(next);
      if (event.type === 'heartbeat') await refreshFurther();
      return;
    }
    // A conflict, or an answer that was lost: what lies there now is the only truth.
    isCurrent = false;
    if (result.failure.type !== 'not-found') await worked(result, 'write');
  };

  /** Brings a further VirtualService to where the run is: always from a fresh read. */
  const align = async (position: number, to: Rollout): Promise<void> => {
    isFresh = false;
    const reference = target.virtualServices[position];
    if (reference === undefined || !(await read(position, reference))) return;
    const live = virtualServices[position];
    if (live === undefined) return;
    const result = await cluster.replaceVirtualService(desiredVirtualService(live, to, position), never);
    if (result.ok) virtualServices[position] = result.value;
    else if (result.failure.type !== 'not-found') await worked(result, 'write');
  };

  const look = (at: Extract<Action, { readonly type: 'look' }>['at']): void => {
    switch (at) {
      case 'acknowledgement': {
        const question = acknowledgementQuestion(rollout, virtualServices);
        return asked.ask(at, (stop) => ports.dataPlane.acknowledgement(question, stop), {
          limitMs: LIMIT_MS.acknowledgement,
        });
      }
      case 'capacity':
        return asked.ask(at, (stop) => readCapacity(cluster, rollout.plan, labels, stop), {
          limitMs: LIMIT_MS.capacity,
        });
      case 'metrics':
        return sample();
    }
  };

  const sample = (): void => {
    const { run, plan, evidence } = rollout;
    if (plan.analysis === null) return;
    samples.ask({ analysis: plan.analysis, target, run, sinceMs: evidence?.untilMs ?? null });
  };

  const judge = (answer: Result<Sample>): void => {
    const { analysis } = rollout.plan;
    if (analysis === null) return;
    if (!answer.ok) return remember(evolve(rollout, { type: 'metrics-failed', failure: wordsOf(answer.failure) }));
    const evidence = assess.addSample(analysis, rollout.evidence, answer.value, stepOf(rollout));
    remember(evolve(rollout, { type: 'judged', evidence, verdict: assess.judge(analysis, evidence) }));
  };

  const perform = async (action: Exclude<Action, { readonly type: 'end' | 'abandon' }>): Promise<void> => {
    switch (action.type) {
      case 'note':
        return remember(evolve(rollout, action.event));
      case 'wait':
        isFresh = false;
        await alarm.sleep(action.forMs);
        if (gone.size === 0) return;
        isCurrent = false;
        return refreshFurther();
      case 'commit':
        return isFresh ? commit(action.event) : refresh();
      case 'align':
        return align(action.virtualService, action.to);
      case 'look':
        return look(action.at);
      case 'call-hook': {
        const { hook, key } = action;
        const context = hookContext(rollout, hook, key);
        return asked.ask('hook', (stop) => ports.hooks.call(hook.call, context, stop), {
          key,
          limitMs: hook.call.timeoutMs + HOOK_GRACE_MS,
        });
      }
      case 'scale': {
        const { workload, replicas } = action;
        // What there is afterwards is the answer: the same question as that for the capacity.
        return asked.ask(
          'capacity',
          async (stop) => {
            const scaled = await cluster.scale(workload, replicas, stop);
            return scaled.ok ? readCapacity(cluster, rollout.plan, labels, stop) : scaled;
          },
          { limitMs: LIMIT_MS.scale },
        );
      }
    }
  };

  const watch = watching(ports, first, {
    known: () => versionOf(virtualServices[0]),
    onEvent: ({ object }) => {
      if (!echo.isForeign(object)) return;
      isCurrent = false;
      alarm.ring();
    },
    onGap: () => {
      isCurrent = false;
      alarm.ring();
    },
  });
  const wake = (): void => alarm.ring();
  signal.addEventListener('abort', wake);
  let farewells = 0;
  try {
    await refreshFurther();
    while (ending === undefined) {
      passTime();
      // Whoever is told to leave says so, but does not wait until it is heard: a dead process is noticed anyway.
      if (signal.aborted && farewells++ > FAREWELLS) return { ending: 'left', rollout };
      if (!isCurrent) {
        await refresh();
        continue;
      }
      if (signal.aborted && !isOver(rollout)) {
        if (isFresh) await commit({ type: 'left', at: clock.wallTime() });
        else await refresh();
        if (rollout.holder === null) return { ending: 'left', rollout };
        continue;
      }
      const action = decide(rollout, observation());
      report(rollout, action);
      if (action.type === 'end') return { ending: 'over', rollout: rollout as Rollout<Terminal> }; // decide ends what is over
      if (action.type === 'abandon') return { ending: 'gone', rollout, why: action.why };
      await perform(action);
    }
    return ending;
  } finally {
    signal.removeEventListener('abort', wake);
    await calls.close();
    await watch.close();
  }
}

/** Where a run is: what was asked elsewhere says nothing here. */
function stageOf(rollout: Rollout): string {
  const active = rollout.phase === 'Paused' ? rollout.paused : rollout;
  const shift = 'shift' in active ? active.shift.revision : 0;
  const wish = 'wish' in active ? (active.wish?.to ?? '') : '';
  return `${rollout.phase} ${active.phase} ${shift} ${wish}`;
}

/** Counted from 0. */
function stepOf(rollout: Rollout): number {
  const active = rollout.phase === 'Paused' ? rollout.paused : rollout;
  return active.phase === 'Progressing' ? active.step : 0;
}
