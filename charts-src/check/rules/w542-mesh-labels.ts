import type { Workload } from '../../graph/workload.ts';
import { serving } from '../long-running.ts';
import { mayBeInMesh } from '../pods-in-mesh.ts';
import type { Rule } from '../rule.ts';

/** Telemetry cannot tell programs and versions apart, and no subset can be made. */
export const meshLabels = {
  code: 'W542',
  name: 'mesh-labels',
  severity: 'info',
  summary: 'Pods have no labels that tell their program and version.',
  reads: ['Deployment', 'StatefulSet', 'DaemonSet', 'Rollout', 'ReplicaSet', 'Service'],
  *check(graph) {
    for (const workload of serving(graph)) {
      if (!mayBeInMesh(workload)) continue;
      const missing = [...(hasAny(workload, NAMES) ? [] : ['app']), ...(hasAny(workload, VERSIONS) ? [] : ['version'])];
      if (missing.length === 0) continue;
      yield {
        manifest: workload.manifest,
        at: [...workload.at, 'metadata', 'labels'],
        message: `the pods have no label ${missing.map((label) => `"${label}"`).join(' and no ')}: ${missing.includes('version') ? 'metrics and graphs show every version as "latest", and no subset can select one' : `metrics and graphs show "${workload.name}", each version under another name`}`,
        fix: `add ${missing.map((label) => `${label}: …`).join(' and ')} to the labels of the template`,
      };
    }
  },
} satisfies Rule;

// Source: Istio's injection template, service.istio.io/canonical-name and canonical-revision
const NAMES = ['app', 'app.kubernetes.io/name', 'service.istio.io/canonical-name'];
const VERSIONS = ['version', 'app.kubernetes.io/version', 'service.istio.io/canonical-revision'];

const hasAny = ({ labels }: Workload, names: readonly string[]): boolean =>
  names.some((name) => labels[name] !== undefined);
