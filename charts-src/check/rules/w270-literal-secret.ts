import type { Container } from '../../graph/shapes.ts';
import type { MeshGraph } from '../../graph/mesh-graph.ts';
import { WORKLOAD_KINDS, type Workload } from '../../graph/workload.ts';
import type { Path } from '../../model/schema.ts';
import { secretIn } from '../secret-text.ts';
import type { Hit, Rule } from '../rule.ts';

/** A password or key written into a manifest: whoever reads the repository, the cluster or a crash dump has it. */
export const literalSecret = {
  code: 'W270',
  name: 'literal-secret',
  severity: 'warning',
  summary: 'A secret stands in plain sight in an environment variable, an argument or a ConfigMap.',
  reads: [...WORKLOAD_KINDS, 'ConfigMap'],
  *check(graph) {
    for (const workload of graph.workloads) yield* inContainers(workload);
    yield* inConfigMaps(graph);
  },
} satisfies Rule;

function* inContainers({ manifest, pod, at }: Workload): Generator<Hit> {
  for (const field of ['containers', 'initContainers'] as const)
    for (const [index, container] of (pod[field] ?? []).entries())
      yield* inContainer(manifest, container, [...at, 'spec', field, index]);
}

function* inContainer(manifest: Hit['manifest'] & object, container: Container, at: Path): Generator<Hit> {
  for (const [index, { name = '', value }] of (container.env ?? []).entries()) {
    const what = value === undefined ? undefined : secretIn(name, value);
    if (what === undefined) continue;
    yield {
      manifest,
      at: [...at, 'env', index, 'value'],
      message: `environment variable ${name} of container "${container.name ?? ''}" holds ${what}: whoever may read this file or the pod has it`,
      fix: `keep it in a Secret, mounted as a file that ${name}_FILE names, or by valueFrom.secretKeyRef; and replace it, since it has been seen`,
    };
  }
  for (const field of ['command', 'args'] as const)
    for (const [index, text] of (container[field] ?? []).entries()) {
      const [, name = '', value = ''] = /^--?([\w-]+)=(.+)$/s.exec(text) ?? ['', '', text];
      const what = secretIn(name, value);
      if (what === undefined) continue;
      yield {
        manifest,
        at: [...at, field, index],
        message: `${field} of container "${container.name ?? ''}" hold ${what}: whoever may list processes or read this file has it`,
        fix: 'keep it in a Secret that is mounted as a file; and replace it, since it has been seen',
      };
    }
}

function* inConfigMaps(graph: MeshGraph): Generator<Hit> {
  for (const manifest of graph.objects('ConfigMap', '')) {
    const data = manifest.object['data'];
    if (typeof data !== 'object' || data === null || Array.isArray(data)) continue;
    for (const [key, value] of Object.entries(data)) {
      const what = typeof value === 'string' ? secretIn(key, value) : undefined;
      if (what === undefined) continue;
      yield {
        manifest,
        at: ['data', key],
        message: `${key} of this ConfigMap holds ${what}: ConfigMaps are readable for nearly everybody, and not encrypted`,
        fix: 'keep it in a Secret; and replace it, since it has been seen',
      };
    }
  }
}
