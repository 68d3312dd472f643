import type { ObjectName, PortFailure } from '../../charts-src/canary/ports/failure.ts';

/** What a call is about, for messages and for failures that name it. */
export interface CallSubject {
  /** The call in words, the start of every message: `read VirtualService shop/orders`. */
  readonly what: string;
  /** The object that is not there when the server says so. */
  readonly object: ObjectName;
  /** As RBAC calls it. */
  readonly verb: string;
  /** As RBAC calls it, with its API group: `virtualservices.networking.istio.io`. */
  readonly resource: string;
}

/** Whether a call that brought no answer may have changed something. */
const canHaveHappened = ({ verb }: CallSubject): boolean => !['get', 'list', 'watch'].includes(verb);

/** What an answer that is no success means. */
export function failureOfAnswer(
  subject: CallSubject,
  answer: { readonly status: number; readonly text: string; readonly retryAfter?: string | undefined },
): PortFailure {
  const { what, object, verb, resource } = subject;
  const { status } = answer;
  const message = `${what}: ${wordsOf(answer)}`;
  switch (status) {
    case 401:
      return {
        type: 'unauthenticated',
        retryable: false,
        message: `${message}. Log in again, or see who the kubeconfig says you are.`,
      };
    case 403:
      return { type: 'forbidden', retryable: false, verb, resource, message };
    case 404:
      return { type: 'not-found', retryable: false, object, message };
    case 409:
      return { type: 'conflict', retryable: true, message };
    case 410:
      return { type: 'gone', retryable: true, message };
    case 429:
      return { type: 'throttled', retryable: true, retryAfterMs: milliseconds(answer.retryAfter), message };
    default:
      return status >= 500
        ? {
            type: 'failing',
            retryable: true,
            uncertain: canHaveHappened(subject),
            status,
            retryAfterMs: milliseconds(answer.retryAfter),
            message,
          }
        : status >= 400
          ? { type: 'rejected', retryable: false, message }
          : { type: 'unintelligible', retryable: true, message };
  }
}

/** The server's own words: of its Status, or of what a proxy before it wrote. */
function wordsOf({ status, text }: { readonly status: number; readonly text: string }): string {
  try {
    const body: unknown = JSON.parse(text);
    if (
      typeof body === 'object' &&
      body !== null &&
      'message' in body &&
      typeof body.message === 'string' &&
      body.message
    )
      return body.message;
  } catch {
    // Not JSON: below.
  }
  const line = text
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return line === '' ? `status ${status} without a word` : `status ${status}: ${line.slice(0, 200)}`;
}

const milliseconds = (retryAfter: string | undefined): number | null => {
  const seconds = Number(retryAfter);
  return retryAfter !== undefined && Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : null;
};

const TLS_CODES =
  /^(?:CERT_|ERR_TLS_|ERR_SSL_|EPROTO$|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_OSSL_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE)/;

/** What an error of the connection means. */
export function failureOfError(subject: CallSubject, server: string, error: unknown): PortFailure {
  const { what } = subject;
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  const words = error instanceof Error ? error.message || code : String(error);
  if (TLS_CODES.test(code))
    return {
      type: 'unauthenticated',
      retryable: false,
      message: `${what}: ${server} and we do not trust each other: ${words} (${code}). See the certificates in the kubeconfig.`,
      cause: error,
    };
  const known = UNREACHABLE[code];
  return {
    type: 'unreachable',
    retryable: true,
    uncertain: canHaveHappened(subject) && known?.isBefore !== true,
    message: `${what}: ${server} cannot be reached: ${known?.words ?? words}${code === '' ? '' : ` (${code})`}`,
    cause: error,
  };
}

/** How connections fail; `isBefore`: the server has not seen the call. */
const UNREACHABLE: Readonly<Record<string, { readonly words: string; readonly isBefore?: true }>> = {
  ECONNREFUSED: { words: 'nothing listens there', isBefore: true },
  ENOTFOUND: { words: 'its name does not resolve', isBefore: true },
  EAI_AGAIN: { words: 'names do not resolve at the moment', isBefore: true },
  EHOSTUNREACH: { words: 'there is no route to it', isBefore: true },
  ENETUNREACH: { words: 'there is no network', isBefore: true },
  ECONNRESET: { words: 'the connection broke' },
  EPIPE: { words: 'the connection broke' },
  ETIMEDOUT: { words: 'no answer to the connection' },
};

/** The answer is a success, but not what an API server writes. */
export const unintelligible = ({ what }: CallSubject, server: string, text: string): PortFailure => ({
  type: 'unintelligible',
  retryable: true,
  message: `${what}: ${server} answers what no API server would: ${text.slice(0, 80).replaceAll(/\s+/g, ' ') || 'nothing'}`,
});
