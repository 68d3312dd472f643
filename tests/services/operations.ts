import { join } from 'node:path';
import {
  METHODS,
  readContract,
  type Contract,
  type Operation,
  type Parameter,
} from '../../apps/shared/http/contract.ts';
import { ROOT } from '../../scripts/dev/provision/locate.ts';
import { folderOf, type ServiceName } from './shop.ts';

/** One operation of a contract, with all that it takes. */
export interface DeclaredOperation {
  readonly id: string;
  readonly method: string;
  /** `/api/orders/{order_id}` */
  readonly template: string;
  readonly parameters: readonly Parameter[];
  /** The example of its body; undefined when it takes none. */
  readonly example: Readonly<Record<string, unknown>> | undefined;
  readonly operation: Operation;
  /** Whether it may be called without a token. */
  readonly isOpen: boolean;
  /** Roles that the token must have. */
  readonly roles: readonly string[];
}

/** The OpenAPI document of a service. */
export const contractFile = (service: ServiceName): string =>
  join(ROOT, 'apps', folderOf(service), 'contract', 'openapi.yaml');

/** The contract of a service. */
export const contractOf = (service: ServiceName): Contract => readContract(folderOf(service));

/** Every operation of a contract. */
export const operationsOf = (contract: Contract): readonly DeclaredOperation[] =>
  Object.entries(contract.paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      if (operation === undefined) return [];
      const security = operation.security ?? contract.security ?? [];
      const body = operation.requestBody?.content['application/json'];
      const example = body !== undefined && 'example' in body ? body.example : undefined;
      return [
        {
          id: operation.operationId,
          method: method.toUpperCase(),
          template: (contract.servers[0]?.url ?? '') + path,
          parameters: [...(item.parameters ?? []), ...(operation.parameters ?? [])],
          // Every body of these contracts is an object, and has an example.
          example: example as Readonly<Record<string, unknown>> | undefined,
          operation,
          isOpen: security.length === 0,
          roles: security.flatMap(({ userToken = [] }) => userToken),
        },
      ];
    }),
  );

/** A path with its parameters, and the query that it cannot do without. */
export const addressOf = (
  { template, parameters }: DeclaredOperation,
  valueOf: (parameter: Parameter) => string,
): string => {
  const named = (name: string): string => {
    const parameter = parameters.find((one) => one.in === 'path' && one.name === name);
    return parameter === undefined ? name : encodeURIComponent(valueOf(parameter));
  };
  const query = parameters
    .filter((one) => one.in === 'query' && one.required)
    .map((one) => `${one.name}=${encodeURIComponent(valueOf(one))}`);
  return (
    template.replace(/\{(\w+)\}/g, (_, name: string) => named(name)) + (query.length > 0 ? `?${query.join('&')}` : '')
  );
};
