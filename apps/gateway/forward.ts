import type { Dispatcher } from 'undici';
import type { Operation, PlacedOperation } from '../shared/http/contract.ts';
import type { Connections } from '../shared/http/connections.ts';
import { Problem } from '../shared/http/problem.ts';
import type { AnyHandler } from '../shared/http/routes.ts';
import { onwardHeaders } from '../shared/runtime/context.ts';
import { traced } from '../shared/runtime/telemetry.ts';

/** An operation of the contract, and the service that has it. */
export interface Forwarding extends Pick<PlacedOperation, 'method' | 'path' | 'operation' | 'needsToken'> {
  readonly upstream: Connections;
  readonly timeoutMs: number;
}

/** Headers of an answer that callers may see, beside those that the contract has for it. */
const PASSED_ON = ['content-type', 'retry-after', 'x-service-version'];

/**
 * Hands a request on. The request is written anew from what the contract describes of it, so nothing else gets through: no
 * second way to say the same thing, no hop-by-hop header, no `x-user-id` that somebody made up. It is sent once; whether
 * it may be sent again is said to the mesh.
 */
export function forward({ method, path, operation, needsToken, upstream, timeoutMs }: Forwarding): AnyHandler {
  return async (request) => {
    const { path: inPath, query } = request as { readonly path: Values; readonly query: Values }; // no contract has more
    const target = `${upstream.basePath}${filledIn(path, inPath)}${queryString(query)}`;
    const body: unknown = request.body;
    try {
      return await traced.work(`${method} ${path}`, 'CLIENT', async () => {
        const answer = await upstream.pool.request({
          method,
          path: target,
          headers: {
            ...onwardHeaders(),
            accept: 'application/json',
            ...(needsToken && { authorization: `Bearer ${request.caller().token}` }),
            ...(request.idempotencyKey !== undefined && { 'idempotency-key': request.idempotencyKey }),
            ...(body !== undefined && { 'content-type': 'application/json' }),
          },
          body: body === undefined ? null : JSON.stringify(body),
          signal: AbortSignal.timeout(timeoutMs),
        });
        const bytes = Buffer.from(await answer.body.arrayBuffer());
        return { status: answer.statusCode, headers: passedOn(answer, operation), body: bytes };
      });
    } catch (error) {
      throw error instanceof Problem ? error : problemOfFailure(error);
    }
  };
}

/** Path and query of a request as the contract's schemas have left them: names with texts, numbers and truths. */
type Values = Readonly<Record<string, string | number | boolean>>;

const filledIn = (path: string, values: Values): string =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ''));

function queryString(values: Values): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) query.set(name, String(value));
  return query.size === 0 ? '' : `?${query}`;
}

/**
 * The headers of an answer that the contract has.
 * @throws Problem for any other: the mesh's own words for "away" and "late" become ours, and the rest is no answer
 */
function passedOn({ statusCode, headers }: Dispatcher.ResponseData, { responses }: Operation): Record<string, string> {
  const { content = {}, headers: described = {} } = responses[statusCode] ?? {};
  const declared = Object.keys(content);
  const [mediaType = ''] = String(headers['content-type'] ?? '').split(';');
  if (!declared.includes(mediaType.trim().toLowerCase())) throw problemOfStatus(statusCode, mediaType);
  const names = Object.keys(described).map((name) => name.toLowerCase());
  return Object.fromEntries(
    [...PASSED_ON, ...names].flatMap((name) => {
      const value = headers[name];
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );
}

function problemOfStatus(status: number, mediaType: string): Problem {
  switch (status) {
    case 429:
      return new Problem(429, 'Try again in 1 second.', { headers: { 'retry-after': '1' } });
    case 503:
      return new Problem(503, 'Try again in 1 second.');
    case 504:
      return new Problem(504, 'The service behind this one did not answer in time.');
    default:
      return noAnswer(new Error(`the service answered ${status} with ${mediaType || 'no media type'}`));
  }
}

/** Nobody was reached, so nothing was done. */
const NOT_REACHED = /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$/;

function problemOfFailure(error: unknown): Problem {
  if (error instanceof Error && error.name === 'TimeoutError')
    return new Problem(504, 'The service behind this one did not answer in time.', { cause: error });
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return NOT_REACHED.test(code) ? new Problem(503, 'Try again in 1 second.', { cause: error }) : noAnswer(error);
}

const noAnswer = (cause: unknown): Problem =>
  new Problem(502, 'The service behind this one gave no answer that could be passed on.', { cause });
