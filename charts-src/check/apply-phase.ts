import type { Manifest } from '../manifest/manifest.ts';

/** When an object is applied, relative to others: the phase first, then the wave within it. */
export interface ApplyPhase {
  readonly phase: number;
  readonly wave: number;
  /** The annotation that says so, as `argocd.argoproj.io/sync-wave: "2"`; undefined where nothing is said. */
  readonly said: string | undefined;
}

const WAVE = 'argocd.argoproj.io/sync-wave';
const ARGO_HOOK = 'argocd.argoproj.io/hook';
const HELM_HOOK = 'helm.sh/hook';
const HELM_WEIGHT = 'helm.sh/hook-weight';

/**
 * When Argo CD or Helm applies an object; undefined for what is not applied with the others, such as a test.
 * Source: Argo CD's sync phases and waves, Helm's chart hooks
 */
export function applyPhase({ annotations }: Pick<Manifest, 'annotations'>): ApplyPhase | undefined {
  const hook = annotations[ARGO_HOOK];
  const helmHook = annotations[HELM_HOOK];
  const wave = Number.parseInt(annotations[WAVE] ?? annotations[HELM_WEIGHT] ?? '0', 10) || 0;
  const said = [ARGO_HOOK, HELM_HOOK, WAVE, HELM_WEIGHT]
    .filter((name) => annotations[name] !== undefined)
    .map((name) => `${name}: "${annotations[name] ?? ''}"`)
    .join(', ');
  const phase =
    hook !== undefined ? phaseOf(hook, ARGO_PHASES) : helmHook !== undefined ? phaseOf(helmHook, HELM_PHASES) : 0;
  return phase === undefined ? undefined : { phase, wave, said: said === '' ? undefined : said };
}

/** Whether the first is applied before the second. */
export const isEarlier = (one: ApplyPhase, other: ApplyPhase): boolean =>
  one.phase < other.phase || (one.phase === other.phase && one.wave < other.wave);

const ARGO_PHASES: Readonly<Record<string, number>> = { PreSync: -1, Sync: 0, PostSync: 1 };
const HELM_PHASES: Readonly<Record<string, number>> = {
  'pre-install': -1,
  'pre-upgrade': -1,
  'post-install': 1,
  'post-upgrade': 1,
};

/** An object can have several hooks: the first one counts. */
function phaseOf(hooks: string, phases: Readonly<Record<string, number>>): number | undefined {
  const known = hooks
    .split(',')
    .map((hook) => hook.trim())
    .filter((hook) => Object.hasOwn(phases, hook))
    .map((hook) => phases[hook] ?? 0);
  return known.length === 0 ? undefined : Math.min(...known);
}
