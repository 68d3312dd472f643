import { z } from 'zod';
import { processSettings } from '../shared/runtime/settings.ts';

const url = z.url({ protocol: /^https?$/ });

/** What the gateway reads, beside what every process does. */
export const gatewaySettings = {
  ...processSettings,
  ORDER_SERVICE_URL: url,
  USER_SERVICE_URL: url,
  PAYMENT_SERVICE_URL: url,
  INVENTORY_SERVICE_URL: url,
  NOTIFICATION_SERVICE_URL: url,
  /** How many requests a caller may make … */
  RATE_LIMIT_REQUESTS: z.coerce.number().int().min(1).max(1_000_000).default(200),
  /** … in this many seconds. */
  RATE_LIMIT_SECONDS: z.coerce.number().int().min(1).max(3_600).default(10),
};
