import type { HTTPRetry, VirtualServiceSpec } from '../../imports/istio.ts';
import { closest } from '../../model/closest.ts';
import type { Path } from '../../model/schema.ts';
import { refused, type Objections } from './objection.ts';

/** What a request can be tried again on. Source: Envoy, x-envoy-retry-on and x-envoy-retry-grpc-on */
const CONDITIONS = [
  '5xx',
  'gateway-error',
  'reset',
  'reset-before-request',
  'connect-failure',
  'retriable-4xx',
  'refused-stream',
  'retriable-status-codes',
  'retriable-headers',
  'envoy-ratelimited',
  'http3-post-connect-failure',
  'cancelled',
  'deadline-exceeded',
  'internal',
  'resource-exhausted',
  'unavailable',
];

/** When and how often a request is tried again. */
export function* routeRetries({ http = [] }: VirtualServiceSpec): Objections {
  for (const [index, { retries }] of http.entries())
    if (retries !== undefined) yield* policy(['spec', 'http', index, 'retries'], retries);
}

function* policy(at: Path, { attempts = 0, retryOn = '', ...rest }: HTTPRetry): Objections {
  if (attempts < 0) yield refused([...at, 'attempts'], `${attempts} attempts are less than none`, 'write 0 or more');
  const idle = Object.entries({
    perTryTimeout: rest.perTryTimeout,
    retryOn: retryOn === '' ? undefined : retryOn,
    retryRemoteLocalities: rest.retryRemoteLocalities,
  }).flatMap(([field, value]) => (value === undefined ? [] : [field]));
  if (attempts === 0 && idle.length > 0)
    yield refused(
      at,
      `${idle.join(' and ')} without attempts: 0 attempts, or none said, switch retries off`,
      'add "attempts: 2" or as many as a caller can wait for, or leave out retries',
    );
  if (retryOn !== '') for (const condition of retryOn.split(',')) yield* retryCondition([...at, 'retryOn'], condition);
}

function* retryCondition(at: Path, condition: string): Objections {
  if (CONDITIONS.includes(condition) || isHttpStatus(condition)) return;
  const trimmed = condition.trim();
  if (CONDITIONS.includes(trimmed) || isHttpStatus(trimmed))
    return yield refused(at, `"${condition}" has a space around it`, `write "${trimmed}": commas without spaces`);
  const meant = closest(trimmed, CONDITIONS);
  yield refused(
    at,
    `"${condition}" is nothing that a request is tried again on`,
    meant === undefined ? `choices: ${CONDITIONS.join(', ')}, or a status such as 503` : `did you mean "${meant}"?`,
  );
}

/** Ranges of statuses that HTTP has a name for. Source: IANA's registry, as Go's net/http has it */
const STATUSES = [
  [100, 103],
  [200, 208],
  [226, 226],
  [300, 305],
  [307, 308],
  [400, 418],
  [421, 426],
  [428, 429],
  [431, 431],
  [451, 451],
  [500, 508],
  [510, 511],
] as const;

function isHttpStatus(text: string): boolean {
  if (!/^[+-]?\d+$/.test(text)) return false;
  const status = Number(text);
  return STATUSES.some(([first, last]) => status >= first && status <= last);
}
