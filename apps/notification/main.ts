import { runService } from '../shared/runtime/run-service.ts';
import { mailerOf, mailSettings, notifications } from './module.ts';

await runService(mailSettings, (settings, world) => notifications({ ...world, mailer: mailerOf(settings, world.log) }));
