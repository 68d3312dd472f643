import { WORKLOAD_KINDS } from '../../graph/workload.ts';
import { podAt } from '../app-containers.ts';
import { isOfIstio, isOwned } from '../long-running.ts';
import { listNames } from '../mesh-presence.ts';
import { namesByNamespace } from '../names-by-namespace.ts';
import type { Rule } from '../rule.ts';
import { slipOf } from '../slip.ts';

/** The API server makes no pod whose ServiceAccount is not there: the rollout stands still without a pod to look at. */
export const serviceAccountMissing = {
  code: 'W578',
  name: 'service-account-missing',
  severity: 'warning',
  summary: 'Pods run as a ServiceAccount that is not there.',
  reads: ['ServiceAccount', ...WORKLOAD_KINDS],
  *check(graph) {
    const accounts = namesByNamespace(graph.objects('ServiceAccount', ''));
    for (const { manifest, namespace, serviceAccount, pod, at } of graph.workloads) {
      const here = accounts.get(namespace);
      // Where the files hold none of the namespace, they are made apart; every namespace has a `default`.
      if (here === undefined || here.has(serviceAccount) || serviceAccount === 'default') continue;
      if (isOwned(manifest) || isOfIstio(manifest)) continue;
      const meant = slipOf(serviceAccount, here);
      yield {
        manifest,
        at: [...podAt({ at }), pod.serviceAccountName === undefined ? 'serviceAccount' : 'serviceAccountName'],
        ...(meant === undefined ? {} : { severity: 'error' as const }),
        message: `ServiceAccount "${serviceAccount}" is not among the files of namespace "${namespace}" (there: ${listNames([...here].sort())}): unless somebody else makes it, the API server refuses every pod, and none starts`,
        fix: meant === undefined ? `add the ServiceAccount "${serviceAccount}"` : `did you mean "${meant}"`,
      };
    }
  },
} satisfies Rule;
