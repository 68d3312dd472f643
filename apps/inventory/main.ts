import { runService } from '../shared/runtime/run-service.ts';
import { inventory } from './module.ts';

await runService({}, (_settings, world) => inventory(world));
