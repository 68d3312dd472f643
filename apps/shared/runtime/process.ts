import { ConfigError } from './config.ts';

/** Ends the process when it is asked to, and says so when it cannot. */
export function stopOnSignals(stop: () => Promise<void>): void {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop().catch(fail));
}

/** Says why there is nothing to run: 2 is a wrong configuration, 1 everything else. */
export function fail(error: unknown): void {
  process.stderr.write(
    `${error instanceof ConfigError ? error.message : error instanceof Error ? error.stack : String(error)}\n`,
  );
  process.exit(error instanceof ConfigError ? 2 : 1);
}
