import type { ExplainedDestination, Explanation } from '../explain/explanation.ts';
import { verdict } from '../explain/report.ts';
import { percent } from '../model/percent.ts';
import type { TrafficTopic } from './change.ts';

/** How requests are treated, topic by topic, in words. */
export type Treatment = Readonly<Partial<Record<TrafficTopic, string>>>;

/**
 * What an explanation says of requests of a whole class. Who may send them is not looked at: a sample of the class may
 * be refused where others pass, and it is told under SECURITY.
 *
 * @param path - of the sample: it stands for others, so it is not named
 */
export function treatmentOf(explanation: Explanation, path: string): Treatment {
  const { destinations, outcome } = explanation;
  const isRefusedByPolicy = outcome === 'refused' && destinations.length > 0 && destinations.every(refusedByPolicy);
  if (outcome !== 'routed' && !isRefusedByPolicy)
    return { outcome: outcomeWords(explanation, path), fault: faultWords(explanation.fault) };
  const { timeout, tries, circuitBreaker, upstream, mirrors, fault, steps } = explanation;
  const decisions = (stage: string, wanted: (decision: string) => boolean = () => true): string =>
    [
      // What holds for several destinations is told once.
      ...new Set(steps.filter((step) => step.stage === stage && wanted(step.decision)).map(({ decision }) => decision)),
    ].join('; ') || 'none';
  return {
    outcome: 'routed',
    shares: destinations.map(destinationWords).join(', '),
    timeout: timeout ?? 'none',
    tries: triesWords(tries),
    breaker:
      circuitBreaker === null || Object.keys(circuitBreaker).length === 0
        ? 'none'
        : Object.entries(circuitBreaker)
            .map(([limit, value]) => `${limit} ${value}`)
            .join(', '),
    policy: decisions('policy', (decision) => !/^(?:connectionPool|outlierDetection|no traffic policy)/.test(decision)),
    fault: faultWords(fault),
    mirror:
      mirrors.map(({ cluster, share }) => `${percent(share)} copied to ${clusterWords(cluster)}`).join(', ') || 'none',
    rewrite: upstream === null ? 'none' : `${upstream.authority}${upstream.path}`,
    headers: decisions('headers'),
  };
}

const outcomeWords = (explanation: Explanation, path: string): string => {
  const { redirect } = explanation;
  return redirect === null || !redirect.location.endsWith(path)
    ? verdict(explanation)
    : `redirected to ${redirect.location.slice(0, -path.length)} with ${redirect.status}`;
};

const refusedByPolicy = ({ outcome, status, authorization }: ExplainedDestination): boolean =>
  outcome === 'routed' || (outcome === 'refused' && (authorization.policy !== null || status === 401));

function destinationWords({
  host,
  subset,
  port,
  share,
  outcome,
  status,
  authorization,
  answers,
}: ExplainedDestination): string {
  const fails =
    outcome === 'unroutable' || (outcome === 'refused' && authorization.policy === null && status !== 401)
      ? ` (fails${status === null ? '' : ` with ${status}`})`
      : answers.some((one) => one.outcome === 'unroutable')
        ? ' (fails in part)'
        : '';
  return `${shortHost(host)}${port === 80 ? '' : `:${port}`}${subset === null ? '' : ` ${subset}`} ${percent(share)}${fails}`;
}

const triesWords = ({ attempts, perTryTimeout, on }: Explanation['tries']): string =>
  attempts === 1 ? 'one' : `${attempts}${perTryTimeout === null ? '' : ` of ${perTryTimeout}`} on ${on.join(', ')}`;

function faultWords(fault: Explanation['fault']): string {
  const { abort = null, delay = null } = fault ?? {};
  return (
    [
      abort !== null && abort.share > 0 ? `${percent(abort.share)} answered ${abort.status}` : '',
      delay !== null && delay.share > 0 ? `${percent(delay.share)} wait ${delay.fixedDelay}` : '',
    ]
      .filter((part) => part !== '')
      .join(', ') || 'none'
  );
}

/** `outbound|80|v1|orders.shop.svc.cluster.local` as people say it. */
function clusterWords(cluster: string): string {
  const [, port = '', subset = '', host = ''] = cluster.split('|');
  return `${shortHost(host)}${port === '80' ? '' : `:${port}`}${subset === '' ? '' : ` ${subset}`}`;
}

/** A host without what all hosts of a cluster end with. */
export const shortHost = (host: string): string => host.replace(/\.svc\.cluster\.local$/, '');
