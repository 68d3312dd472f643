import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Cancellation } from '../../charts-src/canary/ports/cancellation.ts';
import type { PortFailure, Result } from '../../charts-src/canary/ports/failure.ts';

/** One request to somebody outside, tried once. Redirects are not followed: they lead to log-in pages. */
export interface HttpCall {
  /** The call in words, the start of every message: `ask Prometheus`. */
  readonly what: string;
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
    const options: RequestOptions & { ca?: string } = { method: call.method, headers: { ...call.headers } };
    if (call.ca !== undefined) options.ca = call.ca;
    const send = call.url.protocol === 'https:' ? httpsRequest : httpRequest;
    const settle = (result: Result<HttpAnswer>): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', cancel);
      resolve(result);
      request.destroy();
    };
    const request = send(call.url, options, (answer) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      answer.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        chunks.push(chunk);
        if (bytes <= MOST_BYTES) return;
        const message = `${call.what}: the answer of ${call.url.host} is longer than ${MOST_BYTES / 1024 / 1024} MB. Ask for less.`;
        settle(failed({ type: 'unintelligible', retryable: true, message }));
      });
      answer.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        settle({ ok: true, value: { status: answer.statusCode ?? 0, headers: answer.headers, text } });
      });
      answer.on('error', (cause) => settle(failed(unreachable(call, cause))));
    });
    const timer = setTimeout(() => {
      const message = `${call.what}: ${call.url.host} did not answer within ${call.timeoutMs / 1_000} s`;
      settle(failed({ type: 'timed-out', retryable: true, uncertain: call.method === 'POST', message }));
    }, call.timeoutMs);
    const cancel = (): void =>
      settle(failed({ type: 'cancelled', retryable: false, message: `${call.what}: cancelled` }));
    signal.addEventListener('abort', cancel, { once: true });
    request.on('error', (cause) => settle(failed(unreachable(call, cause))));
    request.end(call.body);
  });
}

const failed = (failure: PortFailure): Result<never> => ({ ok: false, failure });

function unreachable({ what, url, method }: HttpCall, cause: Error): PortFailure {
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
  const isTrust = code !== undefined && /CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO|EPROTO/.test(code);
  const advice = isTrust
    ? ' Name the certificate that signs it (CA file), or mind http and https.'
    : code === 'ECONNREFUSED' || code === 'ENOTFOUND'
      ? ' Is the address right, and a port-forward open?'
      : '';
  return {
    type: 'unreachable',
    retryable: true,
    uncertain: method === 'POST',
    message: `${what}: no answer of ${url.host}: ${cause.message || code || 'the connection broke'}.${advice}`,
    cause,
  };
}

/** What an answer that is no success means, whoever gave it. */
export function failureOfStatus(what: string, url: URL, { status, headers, text }: HttpAnswer): PortFailure {
  const said = `${what}: ${url.host} answered ${status}${words(text)}`;
  if (status >= 300 && status < 400)
    return {
      type: 'unintelligible',
      retryable: true,
      message: `${what}: ${url.host} answered with a redirect (${status}) to ${headers.location ?? 'nowhere'}, which is not followed: it may be a log-in page. Write the address that answers itself.`,
    };
  switch (status) {
    case 401:
      return { type: 'unauthenticated', retryable: false, message: `${said}. Give it a token or a password.` };
    case 403:
      return { type: 'forbidden', retryable: false, verb: 'get', resource: url.host, message: said };
    case 429: {
      const seconds = Number(headers['retry-after']);
      return { type: 'throttled', retryable: true, retryAfterMs: seconds > 0 ? seconds * 1_000 : null, message: said };
    }
    default:
      if (status >= 500) return { type: 'failing', retryable: true, uncertain: false, status, message: said };
      return status === 400 || status === 422
        ? { type: 'rejected', retryable: false, message: said }
        : { type: 'unintelligible', retryable: true, message: `${said}. Is this the right address?` };
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
