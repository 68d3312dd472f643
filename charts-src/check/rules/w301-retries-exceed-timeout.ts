import type { HTTPRoute } from '../../imports/istio.ts';
import { durationMs } from '../../model/duration.ts';
import { forwardingRules } from '../request-rules.ts';
import { inWords, retryPolicy, type RetryPolicy } from '../retry-policy.ts';
import type { Rule } from '../rule.ts';

/** The tries of a route, each as long as it may be, do not fit into the time of the request. */
export const retriesExceedTimeout = {
  code: 'W301',
  name: 'retries-exceed-timeout',
  severity: 'warning',
  summary: 'The tries of a route do not fit into its timeout, so the last ones cannot happen.',
  reads: ['VirtualService'],
  *check(graph) {
    for (const { rule } of forwardingRules(graph)) {
      const { virtualService, at } = rule.placeOf('retries');
      const found = excess(rule.http);
      if (found) yield { manifest: virtualService.manifest, at: [...at, 'perTryTimeout'], ...found };
    }
  },
} satisfies Rule;

function excess({ retries, timeout = '' }: HTTPRoute): { readonly message: string; readonly fix: string } | undefined {
  const policy = retryPolicy(retries);
  const [perTry, whole] = [policy?.perTryMs, durationMs(timeout)];
  if (!policy || !perTry || !whole || !isTooMuch(policy, perTry, whole)) return undefined;
  const tries = policy.attempts + 1;
  const fitting = Math.floor(whole / tries);
  const fix =
    fitting < 1
      ? `raise the timeout, or write fewer attempts`
      : `write perTryTimeout: ${fitting}ms or less, a timeout of ${inWords(perTry * tries + policy.backOffMs)} or more, or fewer attempts`;
  if (perTry >= whole)
    return {
      message:
        `perTryTimeout is ${inWords(perTry)} and the timeout of the whole request ${inWords(whole)}: ` +
        `a try that hangs takes all of it, and none of the ${policy.attempts} retries can follow`,
      fix,
    };
  const started = Math.min(Math.ceil(whole / perTry), tries);
  return {
    message:
      `${tries} tries of ${inWords(perTry)}, with up to ${inWords(policy.backOffMs)} between them, do not fit into the timeout of ` +
      `${inWords(whole)}: when tries take long, ${started < tries ? `only ${started} of them can begin` : 'the last one is cut short'}, and Envoy answers 504`,
    fix,
  };
}

/** Waits between tries are drawn by lot and mostly short: they count where they take half of the last try. */
const isTooMuch = ({ attempts, backOffMs }: RetryPolicy, perTry: number, whole: number): boolean =>
  perTry * (attempts + 1) > whole || perTry * attempts + backOffMs + perTry / 2 > whole;
