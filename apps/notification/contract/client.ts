import { contractClient, type ClientOptions } from '../../shared/http/contract-client.ts';
import type { paths } from './openapi.d.ts';

/** A client of notification-service, typed by its contract. */
export const notificationServiceClient = (options: ClientOptions) => contractClient<paths>(options);
