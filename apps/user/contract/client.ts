import { contractClient, type ClientOptions } from '../../shared/http/contract-client.ts';
import type { paths } from './openapi.d.ts';

/** A client of user-service, typed by its contract. */
export const userServiceClient = (options: ClientOptions) => contractClient<paths>(options);
