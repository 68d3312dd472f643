import type { Acceptances, Trap } from './acceptance.ts';
import { durationMs, type Duration } from './duration.ts';
import type { Retries } from './traffic-policy.ts';

/** A trap that a configuration walks into. */
export interface TrapFound {
  readonly trap: Trap;
  /** What will happen, with the values, and what to do about it. */
  readonly message: string;
}

/** What one route's timeout, retries and connections amount to. */
export interface RouteWishes {
  readonly timeout: Duration;
  readonly retries?: Retries;
  readonly maxRequestsPerConnection?: number;
  /** Whether requests that no rule matches are left without an answer of their own. */
  readonly hasUnmatchedPaths?: boolean;
}

/** The traps in a route. */
export function trapsOf({
  timeout,
  retries,
  maxRequestsPerConnection,
  hasUnmatchedPaths,
}: RouteWishes): readonly TrapFound[] {
  const found: TrapFound[] = [];
  const perTry = retries?.perTryTimeout === undefined ? undefined : durationMs(retries.perTryTimeout);
  const whole = durationMs(timeout);
  if (
    retries &&
    retries.attempts > 0 &&
    perTry !== undefined &&
    whole !== undefined &&
    perTry * (retries.attempts + 1) > whole
  )
    found.push({
      trap: 'retries-exceed-timeout',
      message:
        `${retries.attempts + 1} tries of ${retries.perTryTimeout ?? ''} do not fit into the timeout of ${timeout}: ` +
        `only ${Math.max(1, Math.ceil(whole / perTry))} can happen. Give each try at most ${Math.floor(whole / (retries.attempts + 1))}ms, or raise the timeout`,
    });
  if (maxRequestsPerConnection !== undefined && maxRequestsPerConnection < 100)
    found.push({
      trap: 'few-requests-per-connection',
      message:
        `maxRequestsPerConnection is ${maxRequestsPerConnection}: every ${maxRequestsPerConnection} requests cost a new mTLS handshake, ` +
        'which made the median request 2 to 5 times slower. Leave it out',
    });
  if (hasUnmatchedPaths)
    found.push({
      trap: 'unmatched-paths-get-404',
      message:
        'requests that no match fits are answered 404 by the proxy. Add a last route without match, or accept it',
    });
  return found;
}

/** The traps in a fixed number of pods. */
export const scalingTraps = (version: string, replicas: number): readonly TrapFound[] =>
  replicas === 1
    ? [
        {
          trap: 'single-replica',
          message: `version ${version} is one pod: while a node is drained or the pod fails, nobody answers. Run at least 2`,
        },
      ]
    : [];

/** Those of the traps that nobody accepted with a reason. */
export const unaccepted = (found: readonly TrapFound[], accepts: Acceptances | undefined): readonly TrapFound[] =>
  found.filter(({ trap }) => !accepts?.[trap]?.trim());

/** A trap as a message: with the way to accept it. */
export const trapMessage = ({ trap, message }: TrapFound): string =>
  `${message}, or write accepts: { '${trap}': '<reason>' }.`;
