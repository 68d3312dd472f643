import { intentOf } from './intent.ts';
import type { AcknowledgementQuestion } from './ports/acknowledgement.ts';
import type { KubernetesObject } from './ports/cluster.ts';
import type { Rollout } from './rollout.ts';
import { movedRoutes, weigh } from './routes.ts';

/** What to ask the proxies about the weights that were written last. */
export function acknowledgementQuestion(
  rollout: Rollout,
  virtualServices: readonly KubernetesObject[],
): AcknowledgementQuestion {
  const { stable, canary, virtualServices: references } = rollout.plan.target;
  // Routes of TLS and TCP have no name, and proxies keep them in listeners, where nobody looks.
  const routes = virtualServices
    .flatMap((live, position) => movedRoutes(live, rollout.plan.target, rollout.before[position]))
    .filter(({ kind }) => kind === 'http');
  return {
    hosts: [...new Set([stable.host, canary.host])],
    marker: routes.length > 0 ? intentOf(rollout).marker : null,
    virtualServices: references,
    weights: routes.flatMap((route) => {
      const weighed = weigh(route);
      return [
        { ...stable, weight: weighed.stable },
        { ...canary, weight: weighed.canary },
      ];
    }),
  };
}
