import type { Plan } from '../../../charts-src/canary/plan.ts';
import type { KubernetesObject } from '../../../charts-src/canary/ports/cluster.ts';
import { renderYaml } from '../../../charts-src/manifest/yaml.ts';
import { exitCode, type ExitCode } from '../exit-code.ts';
import type { World } from '../world.ts';
import { connected } from './connection.ts';
import { durationText } from './duration-text.ts';
import type { ClusterOptions, MetricsOptions, PlanOptions } from './given-options.ts';
import { objectChanges, withoutState, type FieldChange } from './object-changes.ts';
import { leastMs } from './planned-writes.ts';
import { preview, type Preview } from './preview.ts';
import { requestedPlan } from './requested-plan.ts';

/** Options of `weft canary plan`. */
export interface PlanCommandOptions extends PlanOptions, ClusterOptions, MetricsOptions {
  readonly whole: boolean;
  readonly format: 'text' | 'json';
}

/** The document that `weft canary plan -o json` prints. */
export interface CanaryPlanReport {
  readonly schemaVersion: 1;
  readonly kind: 'CanaryPlan';
  /** In full: weights in hundredths of a per cent, times in milliseconds. */
  readonly plan: Plan;
  readonly warnings: readonly string[];
  readonly ready: Preview['ready'];
  readonly duration: {
    /** Hold times; proxies, endpoints and evidence take what they take. */
    readonly least: string;
  };
  readonly writes: readonly {
    readonly when: string;
    /** Per cent; null: what it has. */
    readonly weight: number | null;
    readonly waitsFor: readonly string[];
    readonly objects: readonly {
      readonly virtualService: string;
      readonly changes: readonly FieldChange[];
      /** Null: not asked for. */
      readonly whole: KubernetesObject | null;
    }[];
  }[];
}

/** Shows every write of a run before it begins. */
export const runPlan = (options: PlanCommandOptions, world: World): Promise<ExitCode> =>
  connected(options, world, async (connection) => {
    const plan = await requestedPlan(options, connection.namespace, world);
    const report = planReport(await preview(plan, connection, world), options);
    world.out(options.format === 'json' ? `${JSON.stringify(report, null, 2)}\n` : planText(report));
    return exitCode.ok;
  });

/** A preview as a document. */
export const planReport = (
  { plan, writes, warnings, ready }: Preview,
  { whole }: Pick<PlanCommandOptions, 'whole'>,
): CanaryPlanReport => ({
  schemaVersion: 1,
  kind: 'CanaryPlan',
  plan,
  warnings,
  ready,
  duration: { least: durationText(leastMs(plan)) },
  writes: writes.map(({ when, weight, waitsFor, objects }) => ({
    when,
    weight,
    waitsFor,
    objects: objects.map(({ before, after }) => ({
      virtualService: `${after.metadata.namespace}/${after.metadata.name}`,
      changes: objectChanges(before, after),
      whole: whole ? after : null,
    })),
  })),
});

/** A preview for people. */
export function planText({ plan, writes, warnings, ready, duration }: CanaryPlanReport): string {
  const { stable, canary, virtualServices } = plan.target;
  const lines = [
    `${virtualServices.map(({ namespace, name }) => `${namespace}/${name}`).join(', ')}: ${stable.subset ?? stable.host} → ${canary.subset ?? canary.host}`,
    `ready endpoints: ${ready.stable} and ${ready.canary}; takes ${duration.least} at least${plan.analysis === null ? '' : ', and as long as the evidence takes: weft canary simulate'}`,
    ...warnings.map((warning) => `note: ${warning}`),
  ];
  for (const { when, weight, waitsFor, objects } of writes) {
    lines.push('', `${when}${weight === null ? '' : `   ${weight} %`}`);
    if (waitsFor.length > 0) lines.push(`  waits for  ${waitsFor.join(', ')}`);
    for (const { virtualService, changes, whole } of objects) {
      const shown = withoutState(changes);
      const hasState = shown.length < changes.length;
      lines.push(`  VirtualService ${virtualService}`);
      lines.push(...shown.map((change) => `    ${changeText(change)}`));
      if (hasState) lines.push('    ~ metadata.annotations: the state of the run, canary.weftmesh/…');
      if (!hasState && shown.length === 0) lines.push('    no change');
      if (whole !== null)
        lines.push(
          ...renderYaml([whole])
            .trimEnd()
            .split('\n')
            .map((line) => `      ${line}`),
        );
    }
  }
  return `${lines.join('\n')}\n`;
}

const SIGNS = { add: '+', remove: '-', replace: '~' } as const;

function changeText({ op, path, from, to }: FieldChange): string {
  const value =
    op === 'add'
      ? JSON.stringify(to)
      : op === 'remove'
        ? JSON.stringify(from)
        : `${JSON.stringify(from)} → ${JSON.stringify(to)}`;
  return `${SIGNS[op]} ${path}: ${value}`;
}
