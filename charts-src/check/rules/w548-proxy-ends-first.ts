import type { Workload } from '../../graph/workload.ts';
import { durationMs } from '../../model/duration.ts';
import { longestPause } from '../drain.ts';
import { serving } from '../long-running.ts';
import { longestTimeouts } from '../longest-timeout.ts';
import { isClassicSidecar, proxyConfigOf } from '../proxy-config.ts';
import type { Rule } from '../rule.ts';

/** Source: MeshConfig.defaultConfig.terminationDrainDuration */
const DEFAULT_DRAIN_MS = 5000;

/** The proxy of a pod that ends is gone before the requests that it carries. */
export const proxyEndsFirst = {
  code: 'W548',
  name: 'proxy-ends-first',
  severity: 'warning',
  summary: 'The proxy of a pod that ends is gone before its requests are answered.',
  reads: ['Deployment', 'StatefulSet', 'DaemonSet', 'Rollout', 'ReplicaSet', 'Service', 'VirtualService'],
  *check(graph) {
    const timeouts = longestTimeouts(graph);
    for (const workload of serving(graph)) {
      if (workload.sidecar !== 'yes' || !isClassicSidecar(workload) || waitsForConnections(workload)) continue;
      const { terminationDrainDuration: written } = proxyConfigOf(workload);
      const drainMs = (typeof written === 'string' ? durationMs(written) : undefined) ?? DEFAULT_DRAIN_MS;
      const pause = (longestPause(workload)?.seconds ?? 0) * 1000;
      const needed = Math.max(pause, timeouts.get(workload)?.ms ?? 0);
      if (needed <= drainMs) continue;
      yield {
        manifest: workload.manifest,
        at: [...workload.at, 'metadata', 'annotations', 'proxy.istio.io/config'],
        message: `the proxy ends ${drainMs / 1000} s after SIGTERM${written === undefined ? ' (the default of terminationDrainDuration)' : ''}, but ${pause >= needed ? 'preStop keeps the application' : 'a route gives requests'} ${needed / 1000} s: what is open then is cut off`,
        fix: 'remove the annotation sidecar.istio.io/nativeSidecar "false", or set EXIT_ON_ZERO_ACTIVE_CONNECTIONS: "true" in proxyMetadata of proxy.istio.io/config',
      };
    }
  },
} satisfies Rule;

function waitsForConnections(workload: Workload): boolean {
  const { proxyMetadata } = proxyConfigOf(workload);
  const metadata = (proxyMetadata ?? {}) as { readonly EXIT_ON_ZERO_ACTIVE_CONNECTIONS?: unknown }; // YAML of any shape
  return String(metadata.EXIT_ON_ZERO_ACTIVE_CONNECTIONS) === 'true';
}
