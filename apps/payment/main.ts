import { runService } from '../shared/runtime/run-service.ts';
import { demoBank } from './business/bank.ts';
import { payments } from './module.ts';

await runService({}, (_settings, world) => payments({ ...world, bank: demoBank }));
