import createClient, { type Client } from 'openapi-fetch';
import { onwardHeaders } from '../runtime/context.ts';

/** How a client of another service is made. */
export interface ClientOptions {
  /** Where the service is, with the `/api` that its contract names: `http://user-service.shop.svc.cluster.local/api`. */
  readonly baseUrl: string;
  /** How long one call may take until its body is read.
   * @default 10000 */
  readonly timeoutMs?: number;
}

/** The client library takes only lists that may be changed for lists: others become objects without `map` and `length`. */
type WithPlainLists<Type> = Type extends readonly (infer Item)[]
  ? WithPlainLists<Item>[]
  : Type extends object
    ? { [Key in keyof Type]: WithPlainLists<Type[Key]> }
    : Type;

/** What `contractClient` gives. */
export type ContractClient<Paths extends object> = Client<WithPlainLists<Paths>, 'application/json'>;

/**
 * A client that knows just what a contract has: another path, parameter or body does not compile. `Paths` are the `paths`
 * that `npm run import:clients` writes beside a document. The trace of the present request goes on with every call. A call
 * is made once; an answer of any status is a value, and what is thrown is that there was none.
 */
export function contractClient<Paths extends object>({
  baseUrl,
  timeoutMs = 10_000,
}: ClientOptions): ContractClient<Paths> {
  const client: ContractClient<Paths> = createClient<WithPlainLists<Paths>, 'application/json'>({
    baseUrl,
    // A redirect is nothing that a contract has, and would take a token with it.
    redirect: 'manual',
    fetch: (request) => fetch(request, { signal: AbortSignal.any([request.signal, AbortSignal.timeout(timeoutMs)]) }),
  });
  client.use({
    onRequest({ request }) {
      for (const [name, value] of Object.entries(onwardHeaders())) request.headers.set(name, value);
    },
  });
  return client;
}
