import { ALL, NONE, type BasisPoints } from './basis-points.ts';
import { generatedMarkerOf, markerOf } from './marker.ts';
import type { Back, Progressing, Rollout, Shift } from './rollout.ts';

/** What the routes should be like at this point of a run. */
export interface Intent {
  /** What the canary gets in every route of ours; `before`: what it got before the run; `untouched`: what it has. */
  readonly canary: BasisPoints | 'before' | 'untouched';
  /** Null: routes have the names that they had. */
  readonly marker: string | null;
  /** Marker of the routes that send matching requests to the canary; null: there are none. */
  readonly matchMarker: string | null;
  /** Share of requests of which the canary gets a copy. */
  readonly mirror: BasisPoints;
}

const plain = (canary: Intent['canary'], marker: string | null = null): Intent => ({
  canary,
  marker,
  matchMarker: null,
  mirror: NONE,
});

/** What the routes should be like: it follows from the state of the run alone. */
export function intentOf(rollout: Rollout): Intent {
  switch (rollout.phase) {
    case 'Preparing':
      return plain('untouched');
    case 'Progressing':
      return inStep(rollout, rollout);
    case 'Paused':
      return rollout.paused.phase === 'Preparing' ? plain('untouched') : inStep(rollout, rollout.paused);
    case 'Promoting':
      return plain(ALL, markerOf(rollout, rollout.shift));
    case 'RollingBack':
      return plain(backTo(rollout.to), rollout.to === 'untouched' ? null : markerOf(rollout, rollout.shift));
    case 'Promoted':
      return plain(ALL);
    case 'Settled':
      return plain(rollout.weight);
    case 'RolledBack':
      return plain(backTo(rollout.to));
    case 'Inconclusive':
      return plain(rollout.weight ?? 'untouched');
    case 'Undone':
      return plain('before');
  }
}

const backTo = (to: Back): Intent['canary'] => (to === 'none' ? NONE : to);

function inStep(
  rollout: Rollout,
  { step, weight, shift }: Pick<Progressing, 'step' | 'weight'> & { readonly shift: Shift },
): Intent {
  return {
    canary: weight,
    marker: markerOf(rollout, shift),
    matchMarker: rollout.plan.match.length > 0 ? generatedMarkerOf(rollout, shift) : null,
    mirror: rollout.plan.steps[step]?.mirror ?? NONE,
  };
}

/** What the canary should get; null: what it had before the run. */
export function wantedWeight(rollout: Rollout): BasisPoints | null {
  const { canary } = intentOf(rollout);
  return typeof canary === 'string' ? null : canary;
}
