import { contractClient, type ClientOptions } from '../../shared/http/contract-client.ts';
import type { paths } from './openapi.d.ts';

/** A client of api-gateway, typed by its contract. */
export const apiGatewayClient = (options: ClientOptions) => contractClient<paths>(options);
