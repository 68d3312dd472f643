import { longRunning } from '../long-running.ts';
import { isClassicSidecar, proxyConfigOf } from '../proxy-config.ts';
import type { Rule } from '../rule.ts';

/** The application may start first, and then its first calls fail. */
export const appBeforeProxy = {
  code: 'W547',
  name: 'app-before-proxy',
  severity: 'warning',
  summary: 'An application may start before its proxy does.',
  reads: ['Deployment', 'StatefulSet', 'DaemonSet', 'Rollout', 'ReplicaSet', 'ConfigMap'],
  *check(graph) {
    const everywhere = graph.meshConfig?.mesh['defaultConfig'] as
      { readonly holdApplicationUntilProxyStarts?: unknown } | null | undefined; // YAML of any shape
    if (everywhere?.holdApplicationUntilProxyStarts === true) return;
    for (const workload of longRunning(graph)) {
      if (workload.sidecar !== 'yes' || !isClassicSidecar(workload)) continue;
      if (proxyConfigOf(workload).holdApplicationUntilProxyStarts === true) continue;
      yield {
        manifest: workload.manifest,
        at: [...workload.at, 'metadata', 'annotations', 'proxy.istio.io/config'],
        message:
          'the proxy is an ordinary container beside the others, and nothing makes them wait for it: what they call before it is ready is refused, at every start',
        fix: 'remove the annotation sidecar.istio.io/nativeSidecar "false", or set holdApplicationUntilProxyStarts: true in proxy.istio.io/config',
      };
    }
  },
} satisfies Rule;
