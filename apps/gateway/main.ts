import { limitRate } from '../shared/http/rate-limit.ts';
import { readConfig } from '../shared/runtime/config.ts';
import { createLog } from '../shared/runtime/log.ts';
import { fail, stopOnSignals } from '../shared/runtime/process.ts';
import { run } from '../shared/runtime/run.ts';
import { settingProblems } from '../shared/runtime/settings.ts';
import { gateway } from './module.ts';
import { gatewaySettings } from './settings.ts';

try {
  const settings = readConfig(gatewaySettings, process.env, settingProblems);
  const { SERVICE_NAME: name, SERVICE_VERSION: version, LOG_LEVEL: level } = settings;
  const module = gateway(settings);
  const running = await run({
    settings,
    log: createLog({ name, version, level }),
    modules: [module],
    extend: (app, verify) => {
      limitRate(app, { requests: settings.RATE_LIMIT_REQUESTS, seconds: settings.RATE_LIMIT_SECONDS }, verify);
      module.closeWith(app);
    },
  });
  stopOnSignals(running.stop);
} catch (error) {
  fail(error);
}
