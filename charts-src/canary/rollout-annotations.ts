import { fingerprint } from '../model/fingerprint.ts';
import type { KubernetesObject } from './ports/cluster.ts';
import { shiftOf, type Rollout, type RunFacts } from './rollout.ts';

/**
 * Prefix of all our annotations. None of them may hold `istio.io`: istiod would push every edit to every proxy, and
 * a heartbeat is an edit.
 */
export const CANARY_PREFIX = 'canary.weftmesh/';

const key = {
  run: `${CANARY_PREFIX}run`,
  phase: `${CANARY_PREFIX}phase`,
  step: `${CANARY_PREFIX}step`,
  revision: `${CANARY_PREFIX}revision`,
  holder: `${CANARY_PREFIX}holder`,
  heartbeat: `${CANARY_PREFIX}heartbeat`,
  planHash: `${CANARY_PREFIX}plan-hash`,
  plan: `${CANARY_PREFIX}plan`,
  before: `${CANARY_PREFIX}before`,
  state: `${CANARY_PREFIX}state`,
  seal: `${CANARY_PREFIX}seal`,
} as const;

/** What a VirtualService says of a run. */
export type KeptState =
  | { readonly kept: 'nothing' }
  | { readonly kept: 'rollout'; readonly rollout: Rollout }
  /** There is something, but not what we wrote. */
  | { readonly kept: 'unreadable'; readonly why: string };

const FORMAT = 1;

type Annotations = Readonly<Record<string, string>>;

/** The annotations that keep a run on the first VirtualService; none of one that was undone. */
export function stateAnnotations(rollout: Rollout): Annotations {
  if (rollout.phase === 'Undone') return {};
  const { run, plan, planHash, before, holder, heartbeat, revision, ...state } = rollout;
  const annotations = {
    [key.run]: run,
    [key.phase]: rollout.phase,
    [key.step]: stepText(rollout),
    [key.revision]: String(revision),
    [key.heartbeat]: `${heartbeat.count} ${heartbeat.at}`,
    ...(holder !== null && { [key.holder]: JSON.stringify(holder) }),
    [key.planHash]: planHash,
    [key.plan]: JSON.stringify(plan),
    [key.before]: JSON.stringify(before),
    [key.state]: JSON.stringify({ format: FORMAT, ...state }),
  };
  return { ...annotations, [key.seal]: seal(annotations) };
}

/** What the further VirtualServices of a run say: to whom they belong, and how new they are. */
export function followerAnnotations(rollout: Rollout): Annotations {
  const shift = shiftOf(rollout);
  return shift === null ? {} : { [key.run]: rollout.run, [key.revision]: String(shift.revision) };
}

/** Annotations without ours. */
export const withoutOurs = (annotations: Annotations | undefined): Annotations =>
  Object.fromEntries(Object.entries(annotations ?? {}).filter(([name]) => !name.startsWith(CANARY_PREFIX)));

/** Reads what {@link stateAnnotations} wrote. A value that somebody edited by hand, or left out, makes it unreadable. */
export function keptState(object: Pick<KubernetesObject, 'metadata'>): KeptState {
  const ours = Object.fromEntries(
    Object.entries(object.metadata.annotations ?? {}).filter(([name]) => name.startsWith(CANARY_PREFIX)),
  );
  const sealed = ours[key.seal];
  if (sealed === undefined)
    return Object.keys(ours).length === 0
      ? { kept: 'nothing' }
      : { kept: 'unreadable', why: `annotations of a run are there, but not ${key.seal}` };
  if (sealed !== seal(ours))
    return { kept: 'unreadable', why: `annotations that begin with ${CANARY_PREFIX} were edited` };
  // The seal says that this is what we wrote, so it has the fields that we gave it.
  const text = (name: string): string => ours[name] ?? '';
  const parsed = <T>(name: string): T => JSON.parse(text(name)) as T;
  const { format, ...state } = parsed<{ readonly format: number }>(key.state);
  if (format !== FORMAT)
    return { kept: 'unreadable', why: `they have format ${format}, and this weft reads ${FORMAT}` };
  const [count = '', at = ''] = text(key.heartbeat).split(' ');
  const facts: Pick<RunFacts, 'run' | 'plan' | 'planHash' | 'before' | 'holder' | 'heartbeat' | 'revision'> = {
    run: text(key.run),
    plan: parsed(key.plan),
    planHash: text(key.planHash),
    before: parsed(key.before),
    holder: ours[key.holder] === undefined ? null : parsed(key.holder),
    heartbeat: { count: Number(count), at },
    revision: Number(text(key.revision)),
  };
  return { kept: 'rollout', rollout: { ...(state as Omit<Rollout, keyof typeof facts>), ...facts } as Rollout };
}

/** For people who look at the object: step 2 of 5. */
function stepText(rollout: Rollout): string {
  const active = rollout.phase === 'Paused' ? rollout.paused : rollout;
  const step = active.phase === 'Progressing' ? active.step + 1 : 0;
  return `${step}/${rollout.plan.steps.length}`;
}

const seal = (annotations: Annotations): string =>
  fingerprint(
    JSON.stringify(
      Object.entries(annotations)
        .filter(([name]) => name !== key.seal)
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    ),
  );
