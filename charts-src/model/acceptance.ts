/** Configurations that work, but rarely as their author expects; each can be accepted with a reason. */
export type Trap =
  /** All tries together take longer than the timeout: the last ones never happen. */
  | 'retries-exceed-timeout'
  /** No retry condition is named: Istio's default leaves out a 503 that the application answers. */
  | 'default-retry-conditions'
  /** Connections are closed after a few requests: each new one costs an mTLS handshake. */
  | 'few-requests-per-connection'
  /** Requests that no rule matches are answered 404. */
  | 'unmatched-paths-get-404'
  /** An image is named by a tag: what runs can change without a change in the manifests. */
  | 'image-by-tag'
  /** A container has no CPU limit. */
  | 'no-cpu-limit'
  /** A workload runs as one pod: a restart is an outage. */
  | 'single-replica'
  /** A port takes requests that are not encrypted, from anybody. */
  | 'plain-text-port';

/** Traps that are meant, each with the reason: it is written into an annotation of the object concerned. */
export type Acceptances = { readonly [trap in Trap]?: string };

/** Prefix of the annotations in which reasons are kept. */
export const ACCEPTS_PREFIX = 'accepts.weftmesh/';

/** The annotations that keep the reasons of accepted traps. */
export const acceptanceAnnotations = (accepts: Acceptances | undefined): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(accepts ?? {}).map(([trap, reason]) => [`${ACCEPTS_PREFIX}${trap}`, reason]));
