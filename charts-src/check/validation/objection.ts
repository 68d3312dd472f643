import type { Path } from '../../model/schema.ts';

/** What Istio's admission webhook says about one field of an object. All texts are phrases without a full stop. */
export interface Objection {
  readonly at: Path;
  /** `error`: the webhook refuses the object. `warning`: it lets it pass and says so. */
  readonly severity: 'error' | 'warning';
  /** What was found, with the value. */
  readonly what: string;
  /** What comes of it. */
  readonly why: string;
  readonly fix: string;
  /** Codes of istioctl analyze that it answers to besides those of the webhook. */
  readonly also?: readonly string[];
}

export type Objections = Iterable<Objection>;

const REFUSED = "Istio's webhook refuses the whole object";

/** Something that the webhook refuses. */
export const refused = (at: Path, what: string, fix: string, why: string = REFUSED): Objection => ({
  at,
  severity: 'error',
  what,
  why: why === REFUSED ? why : `${why}, and ${REFUSED}`,
  fix,
});

/** Something that the webhook lets pass with a warning. */
export const warned = (at: Path, what: string, why: string, fix: string): Objection => ({
  at,
  severity: 'warning',
  what,
  why,
  fix,
});
