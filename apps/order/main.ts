import { z } from 'zod';
import { runService } from '../shared/runtime/run-service.ts';
import { orders } from './module.ts';
import { userServiceDirectory } from './user-service-directory.ts';

await runService({ USER_SERVICE_URL: z.url() }, (settings, world) =>
  orders({
    ...world,
    users: userServiceDirectory(settings.USER_SERVICE_URL),
    estimatesDelivery: settings.SERVICE_VERSION !== 'v1',
  }),
);
