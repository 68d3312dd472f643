import { contractClient, type ClientOptions } from '../../shared/http/contract-client.ts';
import type { paths } from './openapi.d.ts';

/** A client of inventory-service, typed by its contract. */
export const inventoryServiceClient = (options: ClientOptions) => contractClient<paths>(options);
