import { request as httpRequest, type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Cancellation } from '../../charts-src/canary/ports/cancellation.ts';
import type { Exchange, PortFailure, Result } from '../../charts-src/canary/ports/failure.ts';

/** One request to somebody outside, tried once. Redirects are not followed: they lead to log-in pages. */
export interface HttpCall {
  /** The call in words, the start of every message: `ask Prometheus`. */
  readonly what: string;
  /** What is asked, after the address.
   * @default - the address alone says it */
  readonly question?: string;
  /** How to mend it where this server does not trust us, or we do not trust it. */
  readonly trust: { readonly credentials: string; readonly ca: string };
  readonly url: URL;
  readonly method: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  readonly timeoutMs: number;
  /** Certificates (PEM) that sign the server's. @default - those of the system */
  readonly ca?: string | undefined;
}

/** A whole answer, with whatever status. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

/** More than any metrics of one service are; who answers more was asked something else. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Sends it, and waits for the whole answer. */
export function httpCall(call: HttpCall, signal: Cancellation): Promise<Result<HttpAnswer>> {
  return new Promise((resolve) => {
    if (signal.aborted)
      return resolve(failed({ type: 'cancelled', retryable: false, message: `${call.what}: cancelled` }));
    const say = (answered: string, fix: string): Told => told(call.what, exchangeOf(call, answered, fix));
    const options: RequestOptions & { ca?: string } = { method: call.method, headers: { ...call.headers } };
    if (call.ca !== undefined) options.ca = call.ca;
    const send = call.url.protocol === 'https:' ? httpsRequest : httpRequest;
    const settle = (result: Result<HttpAnswer>): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', cancel);
      resolve(result);
      request.destroy();
    };
    let request: ClientRequest;
    try {
      request = send(call.url, options);
    } catch (cause) {
      // A file with credentials may hold what no header can: then there is no request at all.
      const why = cause instanceof Error ? cause.message : String(cause);
      return resolve(
        failed({ type: 'rejected', retryable: false, ...say(`it cannot be asked: ${why}`, call.trust.credentials) }),
      );
    }
    request.on('response', (answer) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      answer.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        chunks.push(chunk);
        if (bytes <= MOST_BYTES) return;
        const words = say(
          `the answer of ${call.url.host} is longer than ${MOST_BYTES / 1024 / 1024} MB`,
          'Ask for less.',
        );
        settle(failed({ type: 'unintelligible', retryable: true, ...words }));
      });
      answer.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        settle({ ok: true, value: { status: answer.statusCode ?? 0, headers: answer.headers, text } });
      });
      answer.on('error', (cause) => settle(failed(unreachable(call, cause))));
    });
    const timer = setTimeout(() => {
      const words = say(
        `${call.url.host} did not answer within ${call.timeoutMs / 1_000} s`,
        'Is it overloaded, or does something on the way drop packets (NetworkPolicy, firewall)?',
      );
      settle(failed({ type: 'timed-out', retryable: true, uncertain: call.method === 'POST', ...words }));
    }, call.timeoutMs);
    const cancel = (): void =>
      settle(failed({ type: 'cancelled', retryable: false, message: `${call.what}: cancelled` }));
    signal.addEventListener('abort', cancel, { once: true });
    request.on('error', (cause) => settle(failed(unreachable(call, cause))));
    request.end(call.body);
  });
}

const failed = (failure: PortFailure): Result<never> => ({ ok: false, failure });

/** A failure in words, whole and in parts. */
export type Told = Pick<PortFailure, 'message'> & { readonly exchange: Exchange };

/** @param what the call, the start of the message */
export const told = (what: string, exchange: Exchange): Told => ({
  message: `${what}: ${exchange.answered}${exchange.answered.endsWith('.') ? '' : '.'} ${exchange.fix}`,
  exchange,
});

/** So much of a question is said: enough to find it. All of it is kept with the run, on an object that may not grow large. */
const MOST_ASKED = 300;

export const shortened = (text: string): string => (text.length > MOST_ASKED ? `${text.slice(0, MOST_ASKED)}…` : text);

/** An exchange with a server. Of the address only what is no secret: no password, and no token in a query. */
export function exchangeOf(
  { method, url, question }: Pick<HttpCall, 'method' | 'url' | 'question'>,
  answered: string,
  fix: string,
): Exchange {
  const asked = `${method} ${url.origin}${url.pathname}${question === undefined ? '' : `: ${question}`}`;
  return { asked: shortened(asked), answered: shortened(answered), fix };
}

function unreachable(call: HttpCall, cause: Error): PortFailure {
  const { what, url, method } = call;
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
  const isTrust = code !== undefined && /CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO|EPROTO/.test(code);
  const fix = isTrust
    ? call.trust.ca
    : code === 'ECONNREFUSED' || code === 'ENOTFOUND'
      ? 'Is the address right, and a port-forward open?'
      : 'Does it run, and does what lies in between (proxy, sidecar, load balancer) let this through?';
  const answered = `no answer of ${url.host}: ${cause.message || code || 'the connection broke'}`;
  const words = told(what, exchangeOf(call, answered, fix));
  return { type: 'unreachable', retryable: true, uncertain: method === 'POST', ...words, cause };
}

/** What an answer that is no success means, whoever gave it. */
export function failureOfStatus(
  call: Pick<HttpCall, 'what' | 'method' | 'url' | 'question' | 'trust'>,
  { status, headers, text }: HttpAnswer,
): PortFailure {
  const { host } = call.url;
  const say = (fix: string, answered = `${host} answered ${status}${words(text)}`): Told =>
    told(call.what, exchangeOf(call, answered, fix));
  if (status >= 300 && status < 400) {
    const answered = `${host} answered with a redirect (${status}) to ${headers.location ?? 'nowhere'}, which is not followed: it may be a log-in page`;
    return { type: 'unintelligible', retryable: true, ...say('Write the address that answers itself.', answered) };
  }
  switch (status) {
    case 401:
      return { type: 'unauthenticated', retryable: false, ...say(call.trust.credentials) };
    case 403:
      return {
        type: 'forbidden',
        retryable: false,
        verb: 'get',
        resource: host,
        ...say(`Let it answer these credentials. ${call.trust.credentials}`),
      };
    case 429: {
      const seconds = Number(headers['retry-after']);
      const words = say('Ask it less often (a longer `interval`), or let it answer more.');
      return { type: 'throttled', retryable: true, retryAfterMs: seconds > 0 ? seconds * 1_000 : null, ...words };
    }
    default:
      if (status >= 500)
        return {
          type: 'failing',
          retryable: true,
          uncertain: false,
          status,
          ...say(`What does the log of ${host} say?`),
        };
      return status === 400 || status === 422
        ? { type: 'rejected', retryable: false, ...say('Mend what is asked.') }
        : { type: 'unintelligible', retryable: true, ...say('Is this the right address?') };
  }
}

/** The first words of a body, without markup. */
export function words(text: string): string {
  const line = text
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return line === '' ? '' : `: ${line.slice(0, 200)}`;
}
