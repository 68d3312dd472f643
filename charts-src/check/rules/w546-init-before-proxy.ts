import { WORKLOAD_KINDS } from '../../graph/workload.ts';
import { initContainers } from '../app-containers.ts';
import { isClassicSidecar } from '../proxy-config.ts';
import type { Rule } from '../rule.ts';

const EXCLUDES = ['traffic.sidecar.istio.io/excludeOutboundPorts', 'traffic.sidecar.istio.io/excludeOutboundIPRanges'];

/** Init containers run when packets are captured already, and the proxy that should take them is not there yet. */
export const initBeforeProxy = {
  code: 'W546',
  name: 'init-before-proxy',
  severity: 'warning',
  summary: 'Init containers have no network, because they run before the proxy.',
  reads: WORKLOAD_KINDS,
  *check({ workloads }) {
    for (const workload of workloads) {
      const { sidecar, manifest, annotations } = workload;
      if (sidecar !== 'yes' || !isClassicSidecar(workload)) continue;
      if (EXCLUDES.some((annotation) => (annotations[annotation] ?? '') !== '')) continue;
      const [first] = initContainers(workload).filter(({ container }) => container.securityContext?.runAsUser !== 1337);
      if (first === undefined) continue;
      yield {
        manifest,
        at: first.at,
        message: `init container "${first.container.name ?? ''}" runs before the proxy, while what it sends is sent to the proxy already: whatever it connects to, such as a database to migrate, is refused`,
        fix: 'remove the annotation sidecar.istio.io/nativeSidecar "false", run it as a Job, or let its port through with traffic.sidecar.istio.io/excludeOutboundPorts (not where the server is STRICT)',
      };
    }
  },
} satisfies Rule;
