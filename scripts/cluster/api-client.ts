import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest, type RequestOptions } from 'node:https';
import type { Duplex } from 'node:stream';
import type { Cancellation } from '../../charts-src/canary/ports/cancellation.ts';
import type { PortFailure, Result } from '../../charts-src/canary/ports/failure.ts';
import { failureOfAnswer, failureOfError, unintelligible, type CallSubject } from './api-failure.ts';
import type { ClusterAccess } from './kubeconfig.ts';
import { limit, type Limit } from './limit.ts';

/** A call to the API server. */
export interface ApiCall extends CallSubject {
  readonly method: 'GET' | 'PUT' | 'POST' | 'PATCH';
  /** Path and query. */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** @default 'application/json' */
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: Cancellation;
  /** Until the whole answer is there; until it starts, if it goes on and on. @default - the client's */
  readonly timeoutMs?: number;
}

/** A connection that speaks another protocol from now on. */
export interface Upgraded {
  readonly socket: Duplex;
  /** What came right behind the answer. */
  readonly head: Buffer;
}

/**
 * The client library's credentials and trust, with connections that are kept, and objects as the server wrote them: its
 * typed half would drop fields that it does not know, and so write them away.
 */
export interface ApiClient {
  readonly access: ClusterAccess;
  /** One call, tried once. */
  call(call: ApiCall): Promise<Result<unknown>>;
  /** An answer that goes on and on, until its end or until the signal says so. */
  stream(call: ApiCall): Promise<Result<IncomingMessage>>;
  /** Turns a call into a connection of another protocol. */
  upgrade(call: ApiCall): Promise<Result<Upgraded>>;
  /** Closes the connections that wait for another call. */
  close(): void;
}

export interface ApiClientOptions {
  /** The configuration anew, when the server no longer accepts our credentials: they may have been renewed since. */
  readonly reload?: () => ClusterAccess;
  /** @default 10000 */
  readonly timeoutMs?: number;
}

const DEFAULT_TIMEOUT_MS = 10_000;

/** How we are called in the audit log. */
const USER_AGENT = 'weft';

/** A client of the API server that a kubeconfig leads to. */
export function apiClient(
  first: ClusterAccess,
  { reload, timeoutMs = DEFAULT_TIMEOUT_MS }: ApiClientOptions = {},
): ApiClient {
  let access = first;
  let agent: HttpAgent | undefined;
  let agentIsFor = '';

  let ofPlugin: { readonly access: ClusterAccess; readonly options: Promise<RequestOptions> } | undefined;

  const credentialsNow = async (): Promise<RequestOptions> => {
    const options: RequestOptions = {};
    await access.config.applyToHTTPSOptions(options);
    return options;
  };

  /**
   * Who we are. A plugin whose answer does not say how long it is good would be run for each call; as kubectl does, it
   * is run once, until the server no longer accepts what it said. Certificates are not refused by an answer, so they are
   * asked for each time.
   */
  const credentials = async (): Promise<RequestOptions> => {
    if (reload === undefined || access.config.getCurrentUser()?.exec == null) return credentialsNow();
    if (ofPlugin?.access !== access) ofPlugin = { access, options: credentialsNow() };
    const options = await ofPlugin.options;
    if (options.cert !== undefined) ofPlugin = undefined;
    return options;
  };

  /** Headers and agent of this very moment: tokens and certificates of plugins and files run out. */
  const optionsOf = async (call: ApiCall, body: string | undefined): Promise<RequestOptions> => {
    const options = await credentials();
    const { ca, cert, key, rejectUnauthorized, servername } = options;
    const isFor = [access.server, ca, cert, key].map(String).join();
    if (agent === undefined || isFor !== agentIsFor) {
      agentIsFor = isFor;
      agent?.destroy();
      const tls = { ca, cert, key, rejectUnauthorized, servername };
      // The library makes the agent that a proxy needs; any other it makes anew for every call.
      agent = access.config.getCurrentCluster()?.proxyUrl
        ? (options.agent as HttpAgent) // what the library's createAgent gives
        : access.server.startsWith('http:')
          ? new HttpAgent({ keepAlive: true })
          : new HttpsAgent({
              keepAlive: true,
              ...Object.fromEntries(Object.entries(tls).filter(([, value]) => value !== undefined)),
            });
    }
    return {
      method: call.method,
      agent,
      ...(options.auth != null && { auth: options.auth }),
      headers: {
        accept: 'application/json',
        'user-agent': USER_AGENT,
        ...headersOf(options.headers),
        ...(access.impersonateGroups.length > 0 && { 'impersonate-group': [...access.impersonateGroups] }),
        ...(body !== undefined && {
          'content-type': call.contentType ?? 'application/json',
          'content-length': Buffer.byteLength(body),
        }),
        ...call.headers,
      },
    };
  };

  /** Sends a call, up to the first line of its answer. */
  const open = async (
    call: ApiCall,
    within: Limit,
    onUpgrade?: (upgraded: Upgraded) => void,
  ): Promise<Result<IncomingMessage>> => {
    const body = call.body === undefined ? undefined : JSON.stringify(call.body);
    let options: RequestOptions;
    try {
      options = await unlessAborted(within.signal, optionsOf(call, body));
    } catch (error) {
      // One that failed may not fail again, and one that hangs is not waited for twice.
      ofPlugin = undefined;
      return { ok: false, failure: within.failure(call.what, false) ?? credentialFailure(call, access, error) };
    }
    const send = access.server.startsWith('http:') ? httpRequest : httpsRequest;
    return await new Promise((resolve) => {
      const request = send(`${access.server}${call.path}`, { ...options, signal: within.signal });
      request.once('response', (response) => resolve({ ok: true, value: response }));
      if (onUpgrade !== undefined)
        request.once('upgrade', (response, socket, head) => {
          onUpgrade({ socket, head });
          resolve({ ok: true, value: response });
        });
      request.on('error', (error) => {
        // The server closed a connection that had nothing to do, just as it got something to do: that was no try yet.
        const isStale = request.reusedSocket && 'code' in error && error.code === 'ECONNRESET';
        if (isStale && call.method === 'GET' && !within.signal.aborted) resolve(open(call, within, onUpgrade));
        else resolve({ ok: false, failure: broken(call, within, error) });
      });
      request.end(body);
    });
  };

  const broken = (call: ApiCall, within: Limit, error: unknown): PortFailure => {
    const failure = failureOfError(call, access.server, error);
    return within.failure(call.what, 'uncertain' in failure && failure.uncertain) ?? failure;
  };

  const textOf = async (call: ApiCall, within: Limit, response: IncomingMessage): Promise<Result<string>> => {
    try {
      return { ok: true, value: (await response.setEncoding('utf8').toArray()).join('') };
    } catch (error) {
      return { ok: false, failure: broken(call, within, error) };
    }
  };

  const refusal = async (call: ApiCall, within: Limit, response: IncomingMessage): Promise<PortFailure> => {
    const text = await textOf(call, within, response);
    if (!text.ok) return text.failure;
    const { statusCode: status = 0, headers } = response;
    return failureOfAnswer(call, { status, text: text.value, retryAfter: headers['retry-after'] });
  };

  /** Once more with what the kubeconfig holds now, when the server does not know us any more. */
  const renewed = async <Value>(once: () => Promise<Result<Value>>): Promise<Result<Value>> => {
    const result = await once();
    if (result.ok || result.failure.type !== 'unauthenticated' || reload === undefined) return result;
    try {
      access = reload();
    } catch {
      // What the server said is nearer to the cause than what became of the file.
      return result;
    }
    return await once();
  };

  return {
    get access() {
      return access;
    },
    call: (call) =>
      renewed(async () => {
        const within = limit(call.signal, call.timeoutMs ?? timeoutMs);
        try {
          const response = await open(call, within);
          if (!response.ok) return response;
          if (!isSuccess(response.value)) return { ok: false, failure: await refusal(call, within, response.value) };
          const text = await textOf(call, within, response.value);
          if (!text.ok) return text;
          const value = parsed(text.value);
          return value === undefined
            ? { ok: false, failure: unintelligible(call, access.server, text.value) }
            : { ok: true, value };
        } finally {
          within.lift();
        }
      }),
    stream: (call) =>
      renewed(async () => {
        const within = limit(call.signal, call.timeoutMs ?? timeoutMs);
        const response = await open(call, within);
        if (response.ok && isSuccess(response.value)) {
          within.forgetDeadline();
          response.value.once('close', within.lift);
          return response;
        }
        const failure = response.ok ? await refusal(call, within, response.value) : response.failure;
        within.lift();
        return { ok: false, failure };
      }),
    upgrade: (call) =>
      renewed(async () => {
        const within = limit(call.signal, call.timeoutMs ?? timeoutMs);
        let upgraded: Upgraded | undefined;
        const response = await open(call, within, (value) => (upgraded = value));
        try {
          if (upgraded !== undefined) return { ok: true, value: upgraded };
          return { ok: false, failure: response.ok ? await refusal(call, within, response.value) : response.failure };
        } finally {
          // From here on the connection is the caller's own.
          within.lift();
        }
      }),
    close: () => agent?.destroy(),
  };
}

const isSuccess = ({ statusCode = 0 }: IncomingMessage): boolean => statusCode >= 200 && statusCode < 300;

/** A JSON value; undefined when it is none. */
const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};

/** A token that was read from a file may end with a line break, which no header may hold. */
const headersOf = (headers: RequestOptions['headers']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers ?? {}).flatMap(([name, value]) =>
      value === undefined ? [] : [[name.toLowerCase(), String(value).trim()]],
    ),
  );

/** A plugin that hangs must not hold up who waits for it. */
const unlessAborted = <Value>(signal: AbortSignal, work: Promise<Value>): Promise<Value> =>
  new Promise((resolve, reject) => {
    const give = (): void => reject(new Error('aborted'));
    if (signal.aborted) give();
    else signal.addEventListener('abort', give, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', give));
  });

function credentialFailure({ what }: ApiCall, { from, user, config }: ClusterAccess, error: unknown): PortFailure {
  // The library types what a kubeconfig holds here as any.
  const exec = config.getCurrentUser()?.exec as
    { readonly command?: string; readonly installHint?: string } | undefined;
  const words = (error instanceof Error ? error.message : String(error)).trim().split('\n').at(-1);
  const who = `the credentials of user "${user}" (${from})`;
  // What the library throws when a plugin prints anything but a credential.
  const isRubbish = error instanceof SyntaxError || error instanceof TypeError;
  const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
  const why =
    exec?.command === undefined
      ? `${who} cannot be read: ${words}`
      : isMissing
        ? `${who} come from the command "${exec.command}", which is not there.${exec.installHint ? ` ${exec.installHint}` : ''}`
        : `${who} come from the command "${exec.command}", which ${isRubbish ? 'prints no credentials' : `failed: ${words || 'without a word'}`}`;
  return { type: 'unauthenticated', retryable: false, message: `${what}: ${why}`, cause: error };
}
