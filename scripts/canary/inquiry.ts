import { acknowledgementQuestion } from '../../charts-src/canary/acknowledgement-question.ts';
import type { Action } from '../../charts-src/canary/action.ts';
import type { Sample } from '../../charts-src/canary/analysis/sample.ts';
import { evolve } from '../../charts-src/canary/evolve.ts';
import type { Observation } from '../../charts-src/canary/observation.ts';
import { wordsOf, type Result } from '../../charts-src/canary/ports/failure.ts';
import type { Rollout } from '../../charts-src/canary/rollout.ts';
import { readCapacity } from './capacity.ts';
import type { Drive } from './drive.ts';
import type { Errands } from './errands.ts';
import { hookContext } from './hook-context.ts';
import type { LiveObjects } from './live-objects.ts';
import { questions } from './questions.ts';
import type { RunMemory } from './run-memory.ts';
import { sampling } from './sampling.ts';

type ActionOf<Type extends Action['type']> = Extract<Action, { readonly type: Type }>;

/** What an engine asks the world about its run, without waiting for the answers. */
export interface Inquiry {
  look(at: ActionOf<'look'>['at']): void;
  callHook(action: ActionOf<'call-hook'>): void;
  /** Scales the canary, and looks at its capacity. */
  scale(action: ActionOf<'scale'>): void;
  /** What `decide` is told of the answers. */
  seen(): Pick<Observation, 'metrics' | 'asked'>;
  /** The run is somewhere else: what was asked there says nothing here. What metrics said stays true. */
  forget(): void;
}

interface Asking extends Pick<Drive, 'ports' | 'assess' | 'labels'> {
  readonly memory: RunMemory;
  readonly objects: LiveObjects;
  readonly calls: Errands;
  /** Somebody answered. */
  readonly ring: () => void;
}

/**
 * Limits against a port that forgets its own. A call to the API server may take 10 s, and these make up to two and three,
 * one after the other.
 */
const LIMIT_MS = { acknowledgement: 10_000, capacity: 25_000, scale: 35_000 } as const;
/** A hook has its own limit; the port keeps it, and this is what it may be late. */
const HOOK_GRACE_MS = 5_000;

export function inquiry({ ports, assess, labels, memory, objects, calls, ring }: Asking): Inquiry {
  const { cluster, clock } = ports;
  const asked = questions(clock, calls, ring);
  const samples = sampling(ports.metrics, { clock, calls, ring }, (answer) => {
    memory.passTime();
    judge(answer);
    ring();
  });

  const judge = (answer: Result<Sample>): void => {
    const rollout = memory.now();
    const { analysis } = rollout.plan;
    if (analysis === null) return;
    if (!answer.ok)
      return memory.remember(evolve(rollout, { type: 'metrics-failed', failure: wordsOf(answer.failure) }));
    const evidence = assess.addSample(analysis, rollout.evidence, answer.value, stepOf(rollout));
    memory.remember(evolve(rollout, { type: 'judged', evidence, verdict: assess.judge(analysis, evidence) }));
  };

  const sample = (): void => {
    const { run, plan, evidence } = memory.now();
    const { analysis, target } = plan;
    if (analysis !== null) samples.ask({ analysis, target, run, sinceMs: evidence?.untilMs ?? null });
  };

  return {
    look: (at) => {
      switch (at) {
        case 'acknowledgement': {
          const question = acknowledgementQuestion(memory.now(), objects.virtualServices);
          return asked.ask(at, (stop) => ports.dataPlane.acknowledgement(question, stop), {
            limitMs: LIMIT_MS.acknowledgement,
          });
        }
        case 'capacity':
          return asked.ask(at, (stop) => readCapacity(cluster, memory.now().plan, labels, stop), {
            limitMs: LIMIT_MS.capacity,
          });
        case 'metrics':
          return sample();
      }
    },
    callHook: ({ hook, key }) => {
      const context = hookContext(memory.now(), hook, key);
      return asked.ask('hook', (stop) => ports.hooks.call(hook.call, context, stop), {
        key,
        limitMs: hook.call.timeoutMs + HOOK_GRACE_MS,
      });
    },
    scale: ({ workload, replicas }) =>
      // What there is afterwards is the answer: the same question as that for the capacity.
      asked.ask(
        'capacity',
        async (stop) => {
          const scaled = await cluster.scale(workload, replicas, stop);
          return scaled.ok ? readCapacity(cluster, memory.now().plan, labels, stop) : scaled;
        },
        { limitMs: LIMIT_MS.scale },
      ),
    seen: () => ({ metrics: samples.seen(), asked: asked.seen() }),
    forget: () => asked.forget(),
  };
}

/** Counted from 0. */
function stepOf(rollout: Rollout): number {
  const active = rollout.phase === 'Paused' ? rollout.paused : rollout;
  return active.phase === 'Progressing' ? active.step : 0;
}
