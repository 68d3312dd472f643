import { contractClient, type ClientOptions } from '../../shared/http/contract-client.ts';
import type { paths } from './openapi.d.ts';

/** A client of order-service, typed by its contract. */
export const orderServiceClient = (options: ClientOptions) => contractClient<paths>(options);
