import type { Identity } from '../security/token.ts';
import type { Contract } from './contract.ts';

/** What `openapi-typescript` says of an operation. */
interface OperationTypes {
  parameters: { path?: unknown; query?: unknown; header?: unknown };
  requestBody?: unknown;
  responses: object;
}

type JsonOf<Part> = Part extends { content: { 'application/json': infer Body } } ? Body : undefined;
type Given<Part> = Exclude<Part, undefined> extends never ? Record<never, never> : Exclude<Part, undefined>;

/** A request that is what its contract says. */
export interface ApiRequest<O extends OperationTypes> {
  readonly path: Given<O['parameters']['path']>;
  readonly query: Given<O['parameters']['query']>;
  readonly body: JsonOf<Exclude<O['requestBody'], undefined>>;
  readonly idempotencyKey: string | undefined;
  /** Whose token came with it. @throws Problem 401 where none came; the contract has refused that already where one is needed */
  readonly caller: () => Identity;
}

/** An answer that is hoped for; the others are thrown as a Problem. */
export type ApiAnswer<O extends OperationTypes> = {
  [Status in keyof O['responses'] & (200 | 201 | 202)]: {
    readonly status: Status;
    readonly body: JsonOf<O['responses'][Status]>;
    readonly headers?: Readonly<Record<string, string>>;
  };
}[keyof O['responses'] & (200 | 201 | 202)];

/** One handler an operation: what the contract has and code has not does not compile, nor the other way round. */
export type Handlers<Operations> = {
  readonly [Id in keyof Operations]: Operations[Id] extends OperationTypes
    ? (request: ApiRequest<Operations[Id]>) => Promise<ApiAnswer<Operations[Id]>>
    : never;
};

export type AnyHandler = (request: ApiRequest<OperationTypes>) => Promise<{
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}>;

/** A contract and what keeps it. */
export interface Routes {
  readonly contract: Contract;
  readonly handlers: Readonly<Record<string, AnyHandler>>;
}

/** Joins a contract and its handlers. */
export const routes = <Operations>(contract: Contract, handlers: Handlers<Operations>): Routes => ({
  contract,
  handlers: handlers as unknown as Routes['handlers'], // the server gives each just what its operation says
});
