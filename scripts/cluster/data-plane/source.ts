import { Agent, request as httpRequest, type ClientRequestArgs } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Duplex } from 'node:stream';
import type { Cancellation } from '../../../charts-src/canary/ports/cancellation.ts';
import type { PortFailure, Result } from '../../../charts-src/canary/ports/failure.ts';
import { failureOfAnswer, failureOfError, type CallSubject } from '../api-failure.ts';
import { limit } from '../limit.ts';

/** Somebody of the mesh who can be asked over HTTP: the admin port of an Envoy, the debug port of an istiod. */
export interface Source {
  /** As a message names it: `istio-system/istiod-1`, `shop/client-7`, or a URL. */
  readonly name: string;
  /** Asks for a path; gives the text of a 200. */
  get(path: string, signal: Cancellation): Promise<Result<string>>;
  close(): void;
}

/** A proxy or an istiod that does not answer for so long is asked again at the next look. */
const TIMEOUT_MS = 2_000;

/** A source at a URL. The token is read anew for every question, since it runs out. */
export function urlSource(
  url: string,
  { name = url, token }: { readonly name?: string; readonly token?: () => string } = {},
): Source {
  const isSecure = url.startsWith('https:');
  const agent = isSecure ? new HttpsAgent({ keepAlive: true }) : new Agent({ keepAlive: true });
  return {
    name,
    get: (path, signal) =>
      ask(
        { name, send: isSecure ? httpsRequest : httpRequest, url: `${url.replace(/\/$/, '')}${path}`, signal },
        () => ({
          agent,
          headers: token === undefined ? {} : { authorization: `Bearer ${token()}` },
        }),
      ),
    close: () => agent.destroy(),
  };
}

/** A source behind connections that somebody else makes; they are kept and used again. */
export function connectedSource(name: string, connect: (signal: Cancellation) => Promise<Result<Duplex>>): Source {
  const agent = new (class extends Agent {
    /** The connection for the request that is about to ask for one. */
    next: Duplex | undefined;
    override createConnection(): Duplex {
      const { next } = this;
      this.next = undefined;
      if (next === undefined) throw new Error('no connection was made for this request');
      return next;
    }
  })({ keepAlive: true, maxSockets: 1 });
  return {
    name,
    get: async (path, signal) => {
      if (!Object.values(agent.freeSockets).some((sockets) => sockets?.some((socket) => !socket.destroyed))) {
        const connection = await connect(signal);
        if (!connection.ok) return connection;
        agent.next = connection.value;
      }
      return ask({ name, send: httpRequest, url: `http://localhost${path}`, signal }, () => ({ agent }));
    },
    close: () => agent.destroy(),
  };
}

interface Question {
  readonly name: string;
  readonly send: typeof httpRequest;
  readonly url: string;
  readonly signal: Cancellation;
}

function ask({ name, send, url, signal }: Question, options: () => ClientRequestArgs): Promise<Result<string>> {
  const subject: CallSubject = {
    what: `ask ${name} for ${new URL(url).pathname}`,
    object: { kind: 'Proxy', namespace: '', name },
    verb: 'get',
    resource: new URL(url).pathname,
  };
  const within = limit(signal, TIMEOUT_MS);
  return new Promise<Result<string>>((resolve) => {
    const fail = (error: unknown): void =>
      resolve({ ok: false, failure: within.failure(subject.what, false) ?? failureOfError(subject, name, error) });
    try {
      const request = send(url, { ...options(), signal: within.signal });
      request.once('error', fail);
      request.once('response', (response) => {
        response
          .setEncoding('utf8')
          .toArray()
          .then((parts: string[]) => {
            const text = parts.join('');
            const { statusCode: status = 0 } = response;
            resolve(
              status === 200
                ? { ok: true, value: text }
                : { ok: false, failure: failureOfAnswer(subject, { status, text }) },
            );
          }, fail);
      });
      request.end();
    } catch (error) {
      // A token that cannot be read.
      fail(error);
    }
  }).finally(within.lift);
}

/** An answer that no proxy and no istiod would give: something else listens there. */
export const notUnderstood = ({ name }: Source, text: string): PortFailure => ({
  type: 'unintelligible',
  retryable: true,
  message: `${name} answers what no proxy and no istiod would: ${text.slice(0, 80).replaceAll(/\s+/g, ' ')}`,
});
