import { WORKLOAD_KINDS, type Workload } from '../../graph/workload.ts';
import type { Path } from '../../model/schema.ts';
import { appContainers, podAt } from '../app-containers.ts';
import { isOfIstio } from '../long-running.ts';
import type { Rule } from '../rule.ts';

/** The user of Istio's proxy, whose packets are never captured. Source: Istio's iptables rules, `--uid-owner 1337` */
const PROXY_USER = 1337;

/** An application runs as the user of the proxy: nothing that it sends goes through the mesh. */
export const proxyUser = {
  code: 'W540',
  name: 'proxy-user',
  severity: 'warning',
  summary: "An application runs as the user of Istio's proxy.",
  also: ['IST0144'],
  reads: WORKLOAD_KINDS,
  *check({ workloads }) {
    for (const workload of workloads) {
      if (workload.sidecar === 'no' || workload.isGateway || isOfIstio(workload.manifest)) continue;
      for (const { at, who } of placesOf(workload))
        yield {
          manifest: workload.manifest,
          at,
          message: `${who} runs as user ${PROXY_USER}, which is the proxy's: what that user sends is not captured, so it leaves in plain text past every route and policy, and STRICT servers refuse it`,
          fix: 'run as any other user, such as runAsUser: 10001',
        };
    }
  },
} satisfies Rule;

function placesOf(workload: Workload): readonly { readonly at: Path; readonly who: string }[] {
  const found: { at: Path; who: string }[] = [];
  if (workload.pod.securityContext?.runAsUser === PROXY_USER)
    found.push({ at: [...podAt(workload), 'securityContext', 'runAsUser'], who: 'the pod' });
  // Init containers do it on purpose, to pass by a proxy that is not there yet.
  for (const { container, at } of appContainers(workload))
    if (container.securityContext?.runAsUser === PROXY_USER)
      found.push({ at: [...at, 'securityContext', 'runAsUser'], who: `container "${container.name ?? ''}"` });
  return found;
}
