import type { Action } from '../../charts-src/canary/action.ts';
import type { AddSample, Judge } from '../../charts-src/canary/analysis/verdict.ts';
import type { KubernetesObject } from '../../charts-src/canary/ports/cluster.ts';
import type { Ports } from '../../charts-src/canary/ports/ports.ts';
import type { Rollout } from '../../charts-src/canary/rollout.ts';
import type { ArmLabels } from './capacity.ts';

/** What a drive needs beside the world. */
export interface Drive {
  readonly ports: Ports;
  /** What makes verdicts of samples. */
  readonly assess: { readonly addSample: AddSample; readonly judge: Judge };
  /** A run that is ours: we are its holder, and the first object says so. */
  readonly rollout: Rollout;
  /** The VirtualServices as they lie, in the order of the plan. */
  readonly virtualServices: readonly KubernetesObject[];
  /** Labels by which the pods of both arms are told. */
  readonly labels: ArmLabels;
  /** Asks us to leave. */
  readonly signal: AbortSignal;
  /** Hears of each state of the run and of what is done about it. */
  readonly report: (rollout: Rollout, action: Action) => void;
}
