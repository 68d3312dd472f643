import { longRunning } from '../long-running.ts';
import type { Rule } from '../rule.ts';

/** Workloads share the namespace of everything that nobody put anywhere. */
export const defaultNamespace = {
  code: 'W543',
  name: 'default-namespace',
  severity: 'warning',
  summary: 'Workloads are put into the namespace "default".',
  reads: ['Deployment', 'StatefulSet', 'DaemonSet', 'Rollout', 'ReplicaSet'],
  *check(graph) {
    // Where no namespace is written, whoever applies it chooses.
    const there = longRunning(graph).filter(
      ({ namespace, manifest }) => namespace === 'default' && saysNamespace(manifest.object['metadata']),
    );
    const [first, ...others] = there;
    if (first === undefined) return;
    yield {
      manifest: first.manifest,
      at: ['metadata', 'namespace'],
      message: `${others.length === 0 ? 'it is' : `it and ${others.length} more ${others.length === 1 ? 'workload are' : 'workloads are'}`} in namespace "default": labels, policies and quotas of a namespace cannot be given to them alone, and whatever is applied without a namespace lands beside them`,
      fix: 'give them a namespace of their own, with the label istio-injection: enabled',
    };
  },
} satisfies Rule;

const saysNamespace = (metadata: unknown): boolean =>
  typeof metadata === 'object' && metadata !== null && 'namespace' in metadata;
