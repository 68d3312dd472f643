import type { Middleware } from 'openapi-fetch';
import { apiGatewayClient } from '../../apps/gateway/contract/client.ts';
import { operationsOf, readContract } from '../../apps/shared/http/contract.ts';
import { responseFaults } from '../../apps/shared/http/validation.ts';
import type { Seen } from './record.ts';

/** A client of the shop that tells what it saw of every request. */
export type ShopClient = ReturnType<typeof apiGatewayClient>;

const TIMEOUT_MS = 15_000;

/** What a contract says of the answers to an operation. */
interface Promised {
  readonly operation: string;
  /** Media types and, for JSON, what is wrong with a body, by status. */
  readonly answers: ReadonlyMap<number, ReadonlyMap<string, (body: unknown) => readonly string[]>>;
}

const promises: ReadonlyMap<string, Promised> = new Map(
  operationsOf(readContract('gateway')).map(({ method, path, operation }) => [
    `${method} ${path}`,
    {
      operation: operation.operationId,
      answers: new Map(
        Object.entries(operation.responses).map(([status, { content = {} }]) => [
          Number(status),
          new Map(Object.entries(content).map(([type, { schema }]) => [type, responseFaults(schema)])),
        ]),
      ),
    },
  ]),
);

function faultsOf({ answers }: Promised, { status, headers }: Response, text: string): readonly string[] {
  const declared = answers.get(status);
  if (declared === undefined) return [`the contract has no answer ${status}`];
  const [type = ''] = (headers.get('content-type') ?? '').split(';');
  const faults = declared.get(type);
  if (faults === undefined) return [`the contract has no answer ${status} of type "${type}"`];
  try {
    return faults(JSON.parse(text)).map((fault) => `${status} ${fault}`);
  } catch {
    return [`${status} is no JSON`];
  }
}

/** A client that judges every answer by the contract; nothing is asked twice. */
export function shopClient(url: string, tell: (seen: Seen) => void): ShopClient {
  const client = apiGatewayClient({ baseUrl: `${url.replace(/\/$/, '')}/api`, timeoutMs: TIMEOUT_MS });
  const begun = new Map<string, number>();
  const promised = ({ method }: Request, path: string): Promised =>
    promises.get(`${method} ${path}`) ?? { operation: `${method} ${path}`, answers: new Map() };
  const since = (id: string): number => performance.now() - (begun.get(id) ?? performance.now());
  const middleware: Middleware = {
    onRequest: ({ id }) => void begun.set(id, performance.now()),
    async onResponse({ id, request, response, schemaPath }) {
      const text = await response.clone().text();
      const ms = since(id);
      begun.delete(id);
      const contract = promised(request, schemaPath);
      const version = response.headers.get('x-service-version');
      tell({
        operation: contract.operation,
        ms,
        status: response.status,
        ...(version !== null && { version }),
        faults: faultsOf(contract, response, text),
      });
    },
    onError({ id, request, schemaPath, error }) {
      const ms = since(id);
      begun.delete(id);
      const why = error instanceof Error ? (error.cause instanceof Error ? error.cause.message : error.message) : '';
      tell({ operation: promised(request, schemaPath).operation, ms, faults: [`no answer: ${why}`] });
    },
  };
  client.use(middleware);
  return client;
}
