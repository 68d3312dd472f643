import { acknowledgementQuestion } from '../../../charts-src/canary/acknowledgement-question.ts';
import { isOver, shiftOf } from '../../../charts-src/canary/rollout.ts';
import { exitCode, type ExitCode } from '../exit-code.ts';
import { Failure } from '../failure.ts';
import type { World } from '../world.ts';
import { connected, type Connection } from './connection.ts';
import { codeOf } from './ended-run.ts';
import type { ClusterOptions, HolderOptions } from './given-options.ts';
import { holderOf, objectsOf, readRun, type KeptRun } from './kept-run.ts';
import { newEvents } from './new-events.ts';
import { portFailure } from './port-failure.ts';
import { screen } from './screen.ts';
import { noRunDocument, statusDocument, type CanaryStatus } from './status-document.ts';
import { eventLine, statusText } from './status-text.ts';

/** Options of `weft canary status`. */
export interface StatusOptions extends ClusterOptions, HolderOptions {
  readonly service: string;
  readonly watch: boolean;
  readonly format: 'text' | 'json';
}

/** Says where a run stands, once or until it is over. */
export const runStatus = (options: StatusOptions, world: World): Promise<ExitCode> =>
  connected(options, world, async (connection) => {
    const kept = await readRun(connection.ports.cluster, holderOf(options, connection), world.signal);
    if (options.watch) return watchRun(kept, options, connection, world);
    const status = await statusOf(kept, connection, world);
    world.out(options.format === 'json' ? `${JSON.stringify(status, null, 2)}\n` : statusText(status, world));
    return exitCode.ok;
  });

/** The status of what was read. A weight that is on its way is asked of the proxies: the engine writes down what they
 * said only with its next step. */
export async function statusOf(kept: KeptRun, { ports }: Connection, world: World): Promise<CanaryStatus> {
  const { rollout } = kept;
  if (rollout === undefined) return noRunDocument(kept.reference);
  const objects = await objectsOf(kept, ports.cluster, world.signal);
  const status = statusDocument(rollout, objects);
  if (isOver(rollout) || shiftOf(rollout) === null || shiftOf(rollout)?.acknowledged) return status;
  const asked = await ports.dataPlane.acknowledgement(acknowledgementQuestion(rollout, objects), world.signal);
  if (!asked.ok || asked.value.state === 'unobservable') return status;
  const { acknowledgement, weight } = status;
  return asked.value.state === 'pending'
    ? { ...status, acknowledgement: { ...acknowledgement, proxies: asked.value.holding, lagging: asked.value.lagging } }
    : {
        ...status,
        weight: { ...weight, acknowledged: weight.wanted },
        acknowledgement: {
          by: 'proxies',
          proxies: asked.value.proxies,
          delay: null,
          how: asked.value.how,
          lagging: [],
        },
      };
}

/** How many interruptions in a row a watch goes over before it gives up. */
const PATIENCE = 5;

async function watchRun(
  first: KeptRun,
  { format }: StatusOptions,
  connection: Connection,
  world: World,
): Promise<ExitCode> {
  const { cluster, clock } = connection.ports;
  const show = shower(format, world);
  let kept = first;
  let failures = 0;
  try {
    for (;;) {
      const status = await statusOf(kept, connection, world);
      show.change(status);
      if (kept.rollout === undefined || isOver(kept.rollout)) return codeOf(status);
      const next = await nextChange(kept, cluster, world.signal);
      if (world.signal.aborted) return exitCode.ok;
      if (next === 'interrupted') {
        failures += 1;
        await clock.sleep(1_000, world.signal);
      }
      try {
        kept = await readRun(cluster, kept.reference, world.signal);
        failures = 0;
      } catch (error) {
        // What cannot be reached for a moment may be there again; what is not there any more is an answer.
        if (!(error instanceof Failure) || error.exitCode !== exitCode.unreachable || failures >= PATIENCE) throw error;
      }
    }
  } finally {
    show.end();
  }
}

/** Waits for the next change of the VirtualService. */
async function nextChange(
  { reference, object }: KeptRun,
  cluster: Connection['ports']['cluster'],
  signal: AbortSignal,
): Promise<'changed' | 'interrupted'> {
  const resourceVersion = object.metadata.resourceVersion ?? '';
  const stop = new AbortController();
  const abort = (): void => stop.abort();
  signal.addEventListener('abort', abort, { once: true });
  try {
    for await (const event of cluster.watchVirtualService(reference, { resourceVersion }, stop.signal)) {
      if (event.type !== 'interrupted') return 'changed';
      if (!event.failure.retryable && event.failure.type !== 'cancelled') throw portFailure(event.failure);
      return 'interrupted';
    }
    return 'interrupted';
  } finally {
    signal.removeEventListener('abort', abort);
    stop.abort();
  }
}

/** Prints a status each time it changes. */
interface Shower {
  change(status: CanaryStatus): void;
  end(): void;
}

function shower(format: 'text' | 'json', world: World): Shower {
  if (format === 'json') return { change: (status) => world.out(`${JSON.stringify(status)}\n`), end: () => undefined };
  const redrawn = screen(world);
  if (redrawn !== undefined) {
    let last = '';
    return {
      change: (status) => {
        last = statusText(status, { ...world, events: 10 });
        redrawn.draw(last);
      },
      // The last frame stays in the scroll-back.
      end: () => {
        redrawn.close();
        world.out(last);
      },
    };
  }
  let before: CanaryStatus | undefined;
  return {
    change: (status) => {
      if (before === undefined) world.out(statusText(status, world));
      else
        world.out(
          newEvents(before.events, status.events)
            .map((event) => `${eventLine(event)}\n`)
            .join(''),
        );
      before = status;
    },
    end: () => undefined,
  };
}
