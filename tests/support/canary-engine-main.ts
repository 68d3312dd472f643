import { runEngine, type EngineRequest } from './canary-engine.ts';

/** How an engine's run ended, and what of it took how long. */
export interface EngineReport {
  readonly run: number;
  readonly ending: string;
  /** The whole ending, for messages. */
  readonly words: string;
  readonly ms: number;
  /** The most memory that the process ever had, in MB. */
  readonly peakMb: number;
}

/** What the parent asks for. */
export type EngineOrder = { readonly run: number } & ({ readonly start: EngineRequest } | { readonly stop: true });

/** Linux counts in KiB. */
const peakMb = (): number => process.resourceUsage().maxRSS / 1024;

// A process of its own that drives runs for the test that started it, and may be killed in the middle of one.
const stops = new Map<number, AbortController>();

process.on('message', (order: EngineOrder) => {
  if ('stop' in order) {
    stops.get(order.run)?.abort();
    return;
  }
  const stop = new AbortController();
  stops.set(order.run, stop);
  const start = performance.now();
  const report = (ending: string, words: string): void => {
    stops.delete(order.run);
    process.send?.({
      run: order.run,
      ending,
      words,
      ms: performance.now() - start,
      peakMb: peakMb(),
    } satisfies EngineReport);
  };
  runEngine(order.start, stop.signal).then(
    (ending) => report(ending.ending, JSON.stringify(ending).slice(0, 1000)),
    (error: unknown) => report('error', error instanceof Error ? (error.stack ?? error.message) : String(error)),
  );
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
