import { setTimeout as sleep } from 'node:timers/promises';
import type { IncomingMessage } from 'node:http';
import type { Cancellation } from '../../charts-src/canary/ports/cancellation.ts';
import type { KubernetesObject, WatchEvent } from '../../charts-src/canary/ports/cluster.ts';
import type { PortFailure, Result } from '../../charts-src/canary/ports/failure.ts';
import { failureOfAnswer, failureOfError, unintelligible, type CallSubject } from './api-failure.ts';
import type { ApiClient } from './api-client.ts';

/** What is watched: one object of a collection. */
export interface WatchTarget {
  /** Path of the collection. */
  readonly path: string;
  readonly name: string;
  readonly subject: CallSubject;
}

/** The server ends each answer after some minutes of its own accord; ours is shorter, so that we know what to expect. */
const TIMEOUT_SECONDS = 290;

/** Between two tries to go on after a connection broke. Their sum is less than a step of any plan. */
const PAUSES_MS = [100, 400, 1500];

/** Bytes on a connection that says nothing for so long show that somebody is still there. */
const KEEP_ALIVE_MS = 15_000;

/**
 * Changes of one object after a resourceVersion. An answer that ends or breaks is gone on with from the last change or
 * bookmark, unseen by the caller; what cannot be gone on with is an `interrupted`, and the end.
 */
export async function* watch(
  client: ApiClient,
  { path, name, subject }: WatchTarget,
  from: { readonly resourceVersion: string },
  signal: Cancellation,
): AsyncGenerator<WatchEvent, void, undefined> {
  let { resourceVersion } = from;
  let failures = 0;
  while (!signal.aborted) {
    const query = new URLSearchParams({
      watch: 'true',
      allowWatchBookmarks: 'true',
      fieldSelector: `metadata.name=${name}`,
      timeoutSeconds: String(TIMEOUT_SECONDS),
      resourceVersion,
    });
    let failure: PortFailure | undefined;
    const answer = await client.stream({ ...subject, method: 'GET', path: `${path}?${query.toString()}`, signal });
    if (answer.ok) {
      for await (const line of linesOf(answer.value, client, subject)) {
        const read = line.ok ? eventOf(line.value, subject, client.access.server) : line;
        if (!read.ok) {
          failure = read.failure;
          break;
        }
        failures = 0;
        const event = read.value;
        resourceVersion = event.object.metadata.resourceVersion ?? resourceVersion;
        if (event.type !== 'bookmark') yield { type: event.type, object: event.object };
        if (signal.aborted) return;
      }
    } else failure = answer.failure;
    if (signal.aborted) return;
    // An answer that just ends is the server's way to spread its load.
    const pauseMs = PAUSES_MS[failures];
    failures += 1;
    if (failure !== undefined && (!canBeGoneOnWith(failure) || pauseMs === undefined)) {
      yield { type: 'interrupted', failure };
      return;
    }
    await pause(pauseMs ?? PAUSES_MS.at(-1) ?? 0, signal);
  }
}

const canBeGoneOnWith = ({ type, retryable }: PortFailure): boolean => retryable && type !== 'gone';

type Read = Result<{ readonly type: 'changed' | 'deleted' | 'bookmark'; readonly object: KubernetesObject }>;

function eventOf(line: string, subject: CallSubject, server: string): Read {
  const rubbish = (): Read => ({ ok: false, failure: unintelligible(subject, server, line) });
  let event: unknown;
  try {
    event = JSON.parse(line);
  } catch {
    return rubbish();
  }
  if (typeof event !== 'object' || event === null || !('type' in event) || !('object' in event)) return rubbish();
  // A watch answers with the objects of its collection, and with a Status for an error.
  const object = event.object as KubernetesObject;
  switch (event.type) {
    case 'ADDED':
    case 'MODIFIED':
      return { ok: true, value: { type: 'changed', object } };
    case 'DELETED':
      return { ok: true, value: { type: 'deleted', object } };
    case 'BOOKMARK':
      return { ok: true, value: { type: 'bookmark', object } };
    case 'ERROR': {
      const status = typeof object['code'] === 'number' ? object['code'] : 500;
      return { ok: false, failure: failureOfAnswer(subject, { status, text: JSON.stringify(object) }) };
    }
    default:
      return rubbish();
  }
}

/** Lines of an answer; the last is a failure when the connection broke. */
async function* linesOf(
  response: IncomingMessage,
  { access: { server } }: ApiClient,
  subject: CallSubject,
): AsyncGenerator<Result<string>, void, undefined> {
  // A server that is gone without a word would be waited for until the answer's own end.
  response.socket.setKeepAlive(true, KEEP_ALIVE_MS);
  let rest = '';
  try {
    for await (const part of response.setEncoding('utf8')) {
      const lines = `${rest}${part as string}`.split('\n'); // strings, since an encoding is set
      rest = lines.pop() ?? '';
      for (const line of lines) yield { ok: true, value: line };
    }
  } catch (error) {
    yield { ok: false, failure: failureOfError(subject, server, error) };
  }
}

/** Sleeps, but not past the end. */
const pause = async (ms: number, signal: Cancellation): Promise<void> => {
  const controller = new AbortController();
  const wake = (): void => controller.abort();
  signal.addEventListener('abort', wake, { once: true });
  await sleep(ms, undefined, { signal: controller.signal }).catch(() => undefined);
  signal.removeEventListener('abort', wake);
};
