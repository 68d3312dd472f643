import { runService } from '../shared/runtime/run-service.ts';
import { demoBank, payments } from './module.ts';

await runService({}, (_settings, world) => payments({ ...world, bank: demoBank }));
