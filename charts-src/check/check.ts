import { buildGraph } from '../graph/mesh-graph.ts';
import type { MeshSettings } from '../graph/mesh-settings.ts';
import { readManifests } from '../manifest/read-manifests.ts';
import { runCheck, type CheckOptions, type CheckResult } from './run-check.ts';

/** Options of {@link check}. */
export interface CheckFilesOptions extends CheckOptions {
  /** Namespace of objects that name none.
   * @default 'default' */
  readonly namespace?: string;
  /** What Istio's MeshConfig says where it is not the default.
   * @default - Istio's defaults */
  readonly mesh?: Partial<MeshSettings>;
}

/**
 * Judges the manifests of one mesh: any Kubernetes and Istio YAML or JSON, whoever wrote it. Nothing is read but what is
 * given, and no input makes it throw.
 *
 * @param files text by path; paths are only named in findings
 * @example
 * const { findings } = check({ 'orders.yaml': text });
 * const errors = findings.filter(({ severity }) => severity === 'error');
 */
export function check(files: Readonly<Record<string, string>>, options: CheckFilesOptions = {}): CheckResult {
  const { namespace, mesh, ...others } = options;
  const read = Object.entries(files).map(([file, text]) =>
    readManifests(file, text, namespace === undefined ? {} : { namespace }),
  );
  const graph = buildGraph(
    { manifests: read.flatMap(({ manifests }) => manifests), problems: read.flatMap(({ problems }) => problems) },
    mesh,
  );
  return runCheck(graph, others);
}
