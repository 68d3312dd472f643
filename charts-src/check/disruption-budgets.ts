import { selectorMatches, type LabelIndex } from '../graph/labels.ts';
import { disruptionBudgetSpecShape, type DisruptionBudgetSpec, type LabelSelectorSpec } from '../graph/shapes.ts';
import type { Workload } from '../graph/workload.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { conform } from '../model/conform.ts';
import { perGraph } from '../graph/per-graph.ts';

/** A PodDisruptionBudget, and the workloads whose pods it is about. */
export interface DisruptionBudget {
  readonly manifest: Manifest;
  readonly spec: DisruptionBudgetSpec;
  readonly workloads: readonly Workload[];
}

/** All PodDisruptionBudgets. One without a selector is about no pod, one with an empty selector about all of its namespace. */
export const disruptionBudgets = perGraph((graph): readonly DisruptionBudget[] =>
  graph.objects('PodDisruptionBudget', 'policy').map((manifest) => {
    const spec = conform(disruptionBudgetSpecShape, manifest.object['spec']) as DisruptionBudgetSpec; // `conform` leaves these types
    const workloads =
      spec.selector === undefined ? [] : selectedBy(spec.selector, graph.workloadsBy(manifest.namespace));
    return { manifest, spec, workloads: workloads.filter(({ kind }) => kind !== 'Job' && kind !== 'CronJob') };
  }),
);

/** Workloads whose pods a selector with labels and expressions selects. */
export const selectedBy = (selector: LabelSelectorSpec, pods: LabelIndex<Workload>): readonly Workload[] =>
  pods.select(selector.matchLabels ?? {}).filter(({ labels }) => selectorMatches(selector, labels));
