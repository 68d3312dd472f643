/** A thing in the cluster, as a message names it. */
export interface ObjectName {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** A question without an answer that can be used, in the words of those who can mend it. */
export interface Exchange {
  /** What was asked of whom: `POST http://prometheus:9090/api/v1/query: time()`. */
  readonly asked: string;
  /** What came back: a status with the first words, an error of the network. */
  readonly answered: string;
  /** What to look at, or to change. */
  readonly fix: string;
}

interface Because {
  /** What happened in words that stand alone: with the call and the answer. */
  readonly message: string;
  /** The same in parts, where somebody outside the cluster was asked. */
  readonly exchange?: Exchange;
  /** What it came from: an error of a library, an answer of a server. */
  readonly cause?: unknown;
}

/** Why the world did not do what it was asked for. A call that may have been executed is `uncertain`: read again. */
export type PortFailure = Because &
  (
    | { readonly type: 'not-found'; readonly retryable: false; readonly object: ObjectName }
    /** RBAC says no to a verb on a resource (`virtualservices.networking.istio.io`). */
    | { readonly type: 'forbidden'; readonly retryable: false; readonly verb: string; readonly resource: string }
    /** The credentials are none, or ran out. */
    | { readonly type: 'unauthenticated'; readonly retryable: false }
    /** Somebody wrote in between: the resourceVersion is old. */
    | { readonly type: 'conflict'; readonly retryable: true }
    /** The server, or a webhook of it, refuses the object. */
    | { readonly type: 'rejected'; readonly retryable: false }
    /** No connection, or one that broke. */
    | { readonly type: 'unreachable'; readonly retryable: true; readonly uncertain: boolean }
    | { readonly type: 'timed-out'; readonly retryable: true; readonly uncertain: boolean }
    /** The server is there and cannot (5xx). */
    | {
        readonly type: 'failing';
        readonly retryable: true;
        readonly uncertain: boolean;
        readonly status: number;
        /** So long it asks to be left alone: one that shuts down says so. Not there: it does not say. */
        readonly retryAfterMs?: number | null;
      }
    | { readonly type: 'throttled'; readonly retryable: true; readonly retryAfterMs: number | null }
    /** The resourceVersion to watch from is too old, or the object was there and is no more. */
    | { readonly type: 'gone'; readonly retryable: true }
    /** Somebody answered, but not what was asked for: HTML, rubbish, NaN. */
    | { readonly type: 'unintelligible'; readonly retryable: true }
    /** We stopped asking. */
    | { readonly type: 'cancelled'; readonly retryable: false }
  );

/** What a call to the world gives: a value, or why there is none. */
export type Result<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: PortFailure };

/** What a failure says to people: what is kept of it with a run. */
export const wordsOf = ({ message, exchange }: Because): Pick<PortFailure, 'message' | 'exchange'> => ({
  message,
  ...(exchange && { exchange }),
});
