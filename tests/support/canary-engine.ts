import { addSample } from '../../charts-src/canary/analysis/add-sample.ts';
import { judge } from '../../charts-src/canary/analysis/judge.ts';
import type { Plan } from '../../charts-src/canary/plan.ts';
import type { Ports } from '../../charts-src/canary/ports/ports.ts';
import { run, type RunEnding } from '../../scripts/canary/run.ts';
import { ownProcess } from '../../scripts/cli/canary/own-process.ts';
import { runIds } from '../../scripts/cli/canary/run-ids.ts';
import { systemClock } from '../../scripts/cli/canary/system-clock.ts';
import { connectCluster } from '../../scripts/cluster/connect.ts';

/** What an engine of a test is started with. */
export interface EngineRequest {
  readonly kubeconfig: string;
  readonly plan: Plan;
  /** Admin port of the proxy that is asked; undefined: time stands for an answer. */
  readonly envoy: string | undefined;
  readonly resume?: boolean;
}

/**
 * Drives a plan without metrics and hooks, with everything else as `weft canary run` has it.
 * @param others in the place of ports that the command line has
 */
export async function runEngine(
  { kubeconfig, plan, envoy, resume = false }: EngineRequest,
  signal: AbortSignal = new AbortController().signal,
  others: Partial<Ports> = {},
): Promise<RunEnding> {
  const { cluster, dataPlane, close } = await connectCluster({
    file: kubeconfig,
    env: {},
    cwd: '/',
    ...(envoy === undefined ? {} : { envoys: [envoy] }),
  });
  const nobody = (): never => {
    throw new Error('the plan asks for no metrics and no hooks');
  };
  try {
    return await run({
      ports: {
        cluster,
        dataPlane,
        metrics: { sample: nobody, check: nobody },
        hooks: { call: nobody },
        clock: systemClock(),
        processes: ownProcess(),
        runIds: runIds(),
        ...others,
      },
      assess: { addSample, judge },
      plan,
      resume,
      signal,
      report: () => undefined,
      warn: () => undefined,
    });
  } finally {
    await close();
  }
}
