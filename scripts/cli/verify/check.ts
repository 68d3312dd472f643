import type { Blueprint } from '../../../charts-src/explain/blueprint.ts';
import type { ExplainedDestination, Explanation } from '../../../charts-src/explain/explanation.ts';
import { percent } from '../../../charts-src/model/percent.ts';
import type { Arrived } from './applications.ts';
import type { Received } from './send.ts';

/** One thing that explain said, and what was seen of it. */
export interface Check {
  readonly what: string;
  readonly said: string;
  readonly seen: string;
  readonly holds: boolean;
}

const check = (what: string, said: string, seen: string): Check => ({ what, said, seen, holds: said === seen });

/** Checks of requests to applications that answer. */
export function answerChecks(
  { said, servers, principal, judgesTokens }: Blueprint,
  received: readonly Received[],
  arrived: readonly Arrived[],
): readonly Check[] {
  const statuses = statusesOf(said);
  const seen = [...new Set(received.map(({ status }) => status))].sort();
  // What is said of paths and headers is said of the first destination.
  const first = arrived.find(({ server }) => servers[server]?.cluster === said.destinations[0]?.cluster);
  return [
    {
      what: 'status',
      said: statuses.map(statusText).join(' or '),
      seen: seen.map(statusText).join(' and '),
      holds: seen.every((status) => statuses.includes(status)),
    },
    ...(said.redirect ? [check('location', said.redirect.location, String(received[0]?.headers['location']))] : []),
    ...shareChecks(said.destinations, arrived, servers),
    ...(first && said.upstream ? [check('authority', said.upstream.authority, first.authority)] : []),
    // What is made of tokens, these servers do not make.
    ...(first && said.upstream && !judgesTokens
      ? [check('path', said.upstream.path, first.path), ...headerChecks(said.upstream.headers, first.headers)]
      : []),
    ...(first && said.outcome === 'routed' ? [identityCheck(said, first, principal)] : []),
  ];
}

const statusText = (status: number | null): string => (status === null ? 'no answer' : String(status));

/** Every status that explain says a request may have. */
function statusesOf(said: Explanation): readonly (number | null)[] {
  if (said.outcome !== 'routed') return [said.status];
  const all = said.destinations.flatMap(({ problem, status, answers }) => [
    problem === null ? 200 : status,
    ...answers.map((one) => (one.problem === null ? 200 : one.status)),
  ]);
  const { abort = null } = said.fault ?? {};
  return [...new Set([...all, ...(abort !== null && abort.share > 0 ? [abort.status] : [])])];
}

function shareChecks(
  destinations: readonly ExplainedDestination[],
  arrived: readonly Arrived[],
  servers: Blueprint['servers'],
): readonly Check[] {
  const working = destinations.filter(({ problem }) => problem === null);
  if (working.length < 2) return [];
  const total = working.reduce((sum, { share }) => sum + share, 0);
  return working.map(({ cluster, share }) => {
    const part = share / total;
    const came = arrived.filter(({ server }) => servers[server]?.cluster === cluster).length / arrived.length;
    // Four standard deviations: once in some ten thousand runs it would be chance.
    const slack = 4 * Math.sqrt((part * (1 - part)) / arrived.length);
    return {
      what: `share of ${cluster}`,
      said: percent(part),
      seen: percent(came),
      holds: Math.abs(came - part) <= slack,
    };
  });
}

/** Headers that Node's client or proxies write by themselves. */
const OWN = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'authorization']);

const headerChecks = (
  said: Readonly<Record<string, string>>,
  seen: Readonly<Record<string, string>>,
): readonly Check[] =>
  Object.entries(said)
    .filter(([name]) => !OWN.has(name))
    .map(([name, value]) => check(`header ${name}`, value, seen[name] ?? 'none'));

/** The server's proxy tells who called, where that was proven by a certificate. */
function identityCheck({ destinations }: Explanation, { headers, server }: Arrived, principal: string): Check {
  const { mtls } = destinations.find(({ problem }) => problem === null) ?? {};
  const isProven = mtls?.client === 'mutual' && mtls.server !== null && mtls.server !== 'DISABLE';
  const proof = /URI=spiffe:\/\/([^;,]+)/.exec(headers['x-forwarded-client-cert'] ?? '')?.[1];
  return check(`identity of the client at server ${server}`, isProven ? principal : 'none', proof ?? 'none');
}

/** Conditions on which Envoy tries a plain 503 again. */
export const retries503 = (on: readonly string[]): boolean =>
  on.includes('5xx') || on.includes('gateway-error') || (on.includes('retriable-status-codes') && on.includes('503'));

/** How often one request arrives at applications that answer 503. */
export const triesCheck = ({ tries }: Explanation, arrived: readonly Arrived[]): Check =>
  check(
    'arrivals of one request when the application answers 503',
    String(retries503(tries.on) ? tries.attempts : 1),
    String(arrived.length),
  );

const LATE_MS = 750;

/** How long one request takes when applications never answer. */
export const patienceCheck = (worstCase: string, worstMs: number, { status, milliseconds }: Received): Check => ({
  what: 'time until 504 when the application never answers',
  said: `at most ${worstCase}`,
  seen: `${statusText(status)} after ${(milliseconds / 1000).toFixed(2)}s`,
  holds: status === 504 && milliseconds <= worstMs + LATE_MS,
});
