import type { Plan } from '../../../charts-src/canary/plan.ts';
import type { Holder } from '../../../charts-src/canary/rollout.ts';
import type { RunEnding } from '../../canary/run.ts';
import { exitCode, type ExitCode } from '../exit-code.ts';
import { Failure } from '../failure.ts';
import type { World } from '../world.ts';
import type { Connection } from './connection.ts';
import { portFailure } from './port-failure.ts';
import { missingRights, unfit } from './preview.ts';
import { statusDocument, type CanaryStatus } from './status-document.ts';

/** A run as a command leaves it. */
export interface EndedRun {
  readonly code: ExitCode;
  readonly status: CanaryStatus;
}

/**
 * How a run ended, as a status and an exit code.
 * @param service as it was typed, for what to do next
 * @throws Failure when there was nothing to drive, or when it could not be driven any more
 */
export async function endedRun(
  ending: RunEnding,
  { plan, service }: { readonly plan: Plan; readonly service: string },
  { ports: { cluster } }: Pick<Connection, 'ports'>,
  { err }: Pick<World, 'err'>,
): Promise<EndedRun> {
  switch (ending.ending) {
    case 'over':
    case 'left': {
      const { rollout } = ending;
      // Whatever was asked to stop, this last look is short.
      const { signal } = new AbortController();
      const read = await Promise.all(
        rollout.plan.target.virtualServices.map((reference) => cluster.virtualService(reference, signal)),
      );
      const status = statusDocument(
        rollout,
        read.flatMap((result) => (result.ok ? [result.value] : [])),
      );
      if (ending.ending === 'over') return { code: codeOf(status), status };
      err(
        `The weights stay as they are: the canary has ${status.weight.applied ?? '-'} %, and nobody looks after it now.\n` +
          `weft canary run ${service} goes on, weft canary abort ${service} takes it back.\n`,
      );
      return { code: exitCode.interrupted, status };
    }
    case 'gone': {
      const status = statusDocument(ending.rollout, []);
      const reason = { cause: 'gone', message: ending.why } as const;
      return { code: exitCode.no, status: { ...status, outcome: 'inconclusive', reason } };
    }
    case 'lost':
      throw new Failure(
        `run ${ending.rollout.run} is not ours any more: ${ending.run === ending.rollout.run ? `${holderText(ending.to)} drives it` : `run ${ending.run} began`}. Nothing more was written from here`,
        { exitCode: exitCode.unreachable },
      );
    case 'failed': {
      const { message, ...details } = portFailure(ending.failure);
      throw new Failure(
        `${message}\nThe weights are as they were written last. weft canary run ${service} goes on when that is put right`,
        { ...details, exitCode: exitCode.unreachable },
      );
    }
    case 'held':
      throw new Failure(
        `run ${ending.rollout.run} (${ending.rollout.phase}) is held by ${holderText(ending.by)}, and nothing was written. ` +
          `See weft canary status ${service}; --take-over takes it, if you know that the other one is no more`,
        { exitCode: exitCode.unreachable },
      );
    case 'refused':
      throw unfit(plan, ending.problems);
    case 'forbidden':
      throw missingRights(ending.missing);
    case 'unreachable':
      throw portFailure(ending.failure);
  }
}

/** Whether a run ended as it was meant to. */
export const codeOf = ({ outcome }: Pick<CanaryStatus, 'outcome'>): ExitCode =>
  outcome === 'rolled-back' || outcome === 'inconclusive' ? exitCode.no : exitCode.ok;

const holderText = (holder: Holder | null): string =>
  holder === null ? 'nobody' : `process ${holder.pid} on ${holder.host}`;
