import type { z } from 'zod';
import { connect } from '../bus/connect.ts';
import { serverPool } from '../database/connection.ts';
import { openDatabase } from '../database/database.ts';
import type { Module, World } from '../module.ts';
import { readConfig } from './config.ts';
import { createLog } from './log.ts';
import { fail, stopOnSignals } from './process.ts';
import { carryOut, run } from './run.ts';
import {
  serverAddress,
  serviceProblems,
  serviceSettings,
  type ServiceSettings,
  type SigningSettings,
} from './settings.ts';

/**
 * A module as a service: a process with a database of its own, joined to the others by brokers. `migrate` brings the
 * tables up to date and ends; `replay` tries again what was put aside, `replay QUEUE` what that queue brought; without a word it serves until SIGTERM.
 */
export async function runService<More extends z.ZodRawShape>(
  more: More,
  compose: (settings: z.infer<z.ZodObject<More>> & ServiceSettings, world: World) => Module,
): Promise<void> {
  try {
    const settings = readConfig(
      { ...serviceSettings, ...more },
      process.env,
      (read) => serviceProblems(read as ServiceSettings & Partial<SigningSettings>), // read by that very shape
    ) as z.infer<z.ZodObject<More>> & ServiceSettings; // as above
    const log = createLog({
      name: settings.SERVICE_NAME,
      version: settings.SERVICE_VERSION,
      level: settings.LOG_LEVEL,
    });
    const connections = connect(settings, { log });
    const clock = (): Date => new Date();
    const database = openDatabase(
      serverPool(serverAddress(settings), { maxConnections: settings.DATABASE_CONNECTIONS }),
      {
        lanes: connections.map(({ lane }) => lane),
        clock,
      },
    );
    const modules = [compose(settings, { database, clock, log })];
    const words = process.argv.slice(2);
    if (words.length > 0) {
      const said = await carryOut(words, modules);
      process.stdout.write(said.map((line) => `${line}\n`).join(''));
      await Promise.all([database.close(), ...connections.map(({ bus }) => bus.close())]);
      return;
    }
    const running = await run({ settings, log, database, connections, modules });
    stopOnSignals(running.stop);
  } catch (error) {
    fail(error);
  }
}
