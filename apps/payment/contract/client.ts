import { contractClient, type ClientOptions } from '../../shared/http/contract-client.ts';
import type { paths } from './openapi.d.ts';

/** A client of payment-service, typed by its contract. */
export const paymentServiceClient = (options: ClientOptions) => contractClient<paths>(options);
