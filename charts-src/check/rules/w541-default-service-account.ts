import { WORKLOAD_KINDS } from '../../graph/workload.ts';
import { podAt } from '../app-containers.ts';
import { isOwned, isOfIstio } from '../long-running.ts';
import type { Rule } from '../rule.ts';

/** Pods have the identity that every other pod of the namespace has who names none. */
export const defaultServiceAccount = {
  code: 'W541',
  name: 'default-service-account',
  severity: 'warning',
  summary: 'Pods of the mesh have no identity of their own.',
  reads: WORKLOAD_KINDS,
  *check({ workloads, settings }) {
    for (const workload of workloads) {
      const { serviceAccount, sidecar, manifest, isGateway } = workload;
      if (serviceAccount !== 'default' || sidecar === 'no' || isGateway || isOwned(manifest) || isOfIstio(manifest))
        continue;
      yield {
        manifest,
        at: [...podAt(workload), 'serviceAccountName'],
        ...(sidecar === 'unknown' ? { severity: 'info' as const } : {}),
        message: `the pods run as ServiceAccount "default": in the mesh they are ${settings.trustDomain}/ns/${workload.namespace}/sa/default like everything else in the namespace that names no account, so no policy can let in them alone`,
        fix: `create a ServiceAccount, and set serviceAccountName to it`,
      };
    }
  },
} satisfies Rule;
