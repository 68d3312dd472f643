import type { LatencyIncrement, RequestIncrement, Sample } from '../../charts-src/canary/analysis/sample.ts';
import type { Metrics } from '../../charts-src/canary/ports/metrics.ts';
import type { Connection } from '../../scripts/cli/canary/connection.ts';
import type { World } from '../../scripts/cli/world.ts';
import { canaryMesh, type CanaryMesh } from '../support/canary-mesh.ts';
import type { Project, Ran } from './project.ts';

/** A mesh in memory, and command lines that are typed on machines which reach it. */
export interface CanaryWorld {
  readonly mesh: CanaryMesh;
  /** Requests that fail, of a hundred, by version; `away`: Prometheus does not answer. */
  traffic: { stable: number; canary: number } | 'away' | 'none';
  /** Types a command line. @param pid number of the process */
  weft(argv: readonly string[], world?: Partial<World>, pid?: number): Promise<Ran>;
  /** Starts one, and does not wait for it. */
  start(argv: readonly string[], world?: Partial<World>, pid?: number): Started;
  /** Lets time pass until something is so. */
  until(what: string, isSo: () => boolean): Promise<void>;
}

/** A command line that runs on. */
export interface Started {
  /** Lets time pass until it ends. */
  end(): Promise<Ran>;
  /** What it said on stderr so far. */
  said(): string;
  interrupt(): void;
}

/** Time of the mesh passes in such pieces, and some of them between two turns of the tests' own loop. */
const PIECE_MS = 100;
const PIECES = 10;
const MOST_TURNS = 20_000;

export function canaryWorld(here: Project, mesh: CanaryMesh = canaryMesh()): CanaryWorld {
  /** Lets time pass until something is so. */
  const turning = async (what: string, isSo: () => boolean): Promise<void> => {
    for (let turns = 0; turns < MOST_TURNS; turns++) {
      // Files and modules are read by a real clock.
      await new Promise((resolve) => setTimeout(resolve, 0));
      for (let piece = 0; piece < PIECES; piece++) {
        if (isSo()) return;
        await mesh.clock.pass(PIECE_MS);
      }
    }
    throw new Error(`${what}: never`);
  };
  const world: CanaryWorld = {
    mesh,
    traffic: { stable: 0, canary: 0 },
    weft: (argv, more, pid) => world.start(argv, more, pid).end(),
    start: (argv, more = {}, pid = 1) => {
      let err = '';
      const stop = new AbortController();
      let ran: Ran | undefined;
      let failure: unknown;
      const options = { connect: () => Promise.resolve(connection(pid)), signal: stop.signal, ...more };
      here.weft(argv, { ...options, err: (text) => void (err += text) }).then(
        (result) => (ran = { ...result, err }),
        (error: unknown) => (failure = error),
      );
      return {
        end: async () => {
          await turning(`the end of weft ${argv.join(' ')}`, () => ran !== undefined || failure !== undefined);
          if (ran === undefined) throw failure;
          return ran;
        },
        said: () => err,
        interrupt: () => stop.abort(),
      };
    },
    until: turning,
  };
  const connection = (pid: number): Connection => ({
    ports: { ...mesh.ports(pid), metrics: metrics(world) },
    namespace: 'shop',
    where: 'context twin (memory)',
    close: () => Promise.resolve(),
  });
  return world;
}

/** What Prometheus would say: fifty requests a second to each version, half of them slower than 10 ms. */
const metrics = (world: CanaryWorld): Metrics => ({
  sample: ({ analysis, sinceMs }) => {
    const { traffic, mesh } = world;
    if (traffic === 'away')
      return Promise.resolve({
        ok: false,
        failure: { type: 'unreachable', retryable: true, uncertain: false, message: 'ask Prometheus: nobody answers' },
      });
    const untilMs = mesh.clock.monotonicMs() + 1_000_000;
    const fromMs = sinceMs ?? untilMs;
    const requests = traffic === 'none' ? 0 : Math.round((untilMs - fromMs) / 20);
    const arms = (['stable', 'canary'] as const).map((arm) => ({ arm, proxy: `shop/${arm}`, fromMs, toMs: untilMs }));
    const readings: Sample['metrics'] = Object.fromEntries(
      analysis.metrics.map(({ name, type }) => [
        name,
        type === 'latency'
          ? {
              type: 'latency',
              increments: arms.map((arm): LatencyIncrement => ({
                ...arm,
                boundsMs: [10, 100, null],
                counts: [Math.floor(requests / 2), Math.ceil(requests / 2), 0],
              })),
            }
          : {
              type: 'errors',
              unattributed: [],
              increments: arms.map((arm): RequestIncrement => {
                const errors = traffic === 'none' ? 0 : Math.round((requests * traffic[arm.arm]) / 100);
                return { ...arm, requests, errors, errorFlags: errors > 0 ? { '-': errors } : {} };
              }),
            },
      ]),
    );
    return Promise.resolve({ ok: true, value: { at: mesh.clock.wallTime(), untilMs, metrics: readings } });
  },
  check: () => Promise.resolve({ type: 'answer', answer: 'passed', said: 'fine' }),
});
