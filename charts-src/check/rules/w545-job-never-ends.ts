import { appContainers } from '../app-containers.ts';
import { isClassicSidecar } from '../proxy-config.ts';
import type { Rule } from '../rule.ts';

/** A job is done when all its containers are, and the proxy never is. */
export const jobNeverEnds = {
  code: 'W545',
  name: 'job-never-ends',
  severity: 'warning',
  summary: 'A job never ends, because its proxy does not.',
  reads: ['Job', 'CronJob'],
  *check({ workloads }) {
    for (const workload of workloads) {
      const { kind, sidecar, manifest, at } = workload;
      if ((kind !== 'Job' && kind !== 'CronJob') || sidecar !== 'yes' || !isClassicSidecar(workload)) continue;
      // Whoever knows the problem asks the agent to end: POST /quitquitquit on port 15020.
      const tellsProxy = appContainers(workload).some(({ container }) =>
        [...(container.command ?? []), ...(container.args ?? [])].join(' ').includes('quitquitquit'),
      );
      if (tellsProxy) continue;
      yield {
        manifest,
        at: [...at, 'metadata', 'annotations', 'sidecar.istio.io/nativeSidecar'],
        message: `the proxy is an ordinary container of the pod and does not end when the others do: the ${kind === 'Job' ? 'job never completes' : 'job never completes, and with concurrencyPolicy Forbid it is never run again'}`,
        fix: 'remove the annotation sidecar.istio.io/nativeSidecar "false", or end with POST http://127.0.0.1:15020/quitquitquit',
      };
    }
  },
} satisfies Rule;
