import { z } from 'zod';
import { mailerOf, mailSettings } from '../notification/module.ts';
import { inProcessBus } from '../shared/bus/in-process-bus.ts';
import { isAwaited } from '../shared/bus/topology.ts';
import { openDatabase } from '../shared/database/database.ts';
import { limitRate } from '../shared/http/rate-limit.ts';
import { readConfig } from '../shared/runtime/config.ts';
import { createLog } from '../shared/runtime/log.ts';
import { fail, stopOnSignals } from '../shared/runtime/process.ts';
import { carryOut, run } from '../shared/runtime/run.ts';
import { processSettings, settingProblems, signingSettings } from '../shared/runtime/settings.ts';
import { tokenSigner } from '../shared/security/token-signer.ts';
import { devSettings } from './dev-settings.ts';
import { shopPool } from './shop-database.ts';
import { shopModules } from './shop-modules.ts';

const shopSettings = {
  ...processSettings,
  ...signingSettings,
  ...mailSettings,
  /** A PostgreSQL 15 or newer; without it the embedded one is used. */
  DATABASE_URL: z.string().startsWith('postgres').optional(),
  /** Folder of the embedded database; without it everything is forgotten when the process ends. */
  DATA_FOLDER: z.string().optional(),
  RATE_LIMIT_REQUESTS: z.coerce.number().int().min(1).default(200),
  RATE_LIMIT_SECONDS: z.coerce.number().int().min(1).default(10),
};

try {
  const isDev = process.argv.includes('--dev');
  const words = process.argv.slice(2).filter((word) => word !== '--dev');
  const settings = readConfig(shopSettings, { ...(isDev && devSettings()), ...process.env }, settingProblems);
  const log = createLog({ name: settings.SERVICE_NAME, version: settings.SERVICE_VERSION, level: settings.LOG_LEVEL });
  const clock = (): Date => new Date();
  const lane = { name: 'here', takes: isAwaited };
  const database = openDatabase(await shopPool({ url: settings.DATABASE_URL, folder: settings.DATA_FOLDER }), {
    lanes: [lane],
    clock,
  });
  const modules = shopModules({
    database,
    clock,
    log,
    mailer: mailerOf(settings, log),
    sign: tokenSigner({
      privateKey: settings.JWT_PRIVATE_KEY,
      issuer: settings.JWT_ISSUER,
      audience: settings.JWT_AUDIENCE,
      seconds: settings.TOKEN_SECONDS,
    }),
  });
  if (words.length > 0) {
    process.stdout.write((await carryOut(words, modules)).map((line) => `${line}\n`).join(''));
    await database.close();
  } else {
    // One process, so nobody else brings the tables up to date.
    await carryOut(['migrate'], modules);
    const running = await run({
      settings,
      log,
      database,
      modules,
      connections: [{ lane, bus: inProcessBus({ log }) }],
      extend: (app, verify) =>
        limitRate(app, { requests: settings.RATE_LIMIT_REQUESTS, seconds: settings.RATE_LIMIT_SECONDS }, verify),
    });
    stopOnSignals(running.stop);
  }
} catch (error) {
  fail(error);
}
