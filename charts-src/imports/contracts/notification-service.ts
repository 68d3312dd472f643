// Generated from apps/notification/contract/openapi.yaml by `npx tsx scripts/dev/import-contracts.ts`; do not edit.
import type { HttpContract } from '../../model/contract.ts';

/** What notification-service answers. */
export const notificationService = {
  protocol: 'http',
  name: 'notification-service',
  basePath: '/api',
  operations: {
    /** List the notifications of a user */
    listNotifications: { method: 'GET', path: '/notifications', security: 'user' },
  },
} as const satisfies HttpContract;
