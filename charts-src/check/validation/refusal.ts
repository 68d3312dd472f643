import type { Path } from '../../model/schema.ts';

/** Something of an object that the API server refuses. */
export interface Refusal {
  readonly at: Path;
  /** What was found, with the value. */
  readonly what: string;
  readonly fix: string;
}

export type Refusals = Iterable<Refusal>;
