/** A test that did not pass, and why. */
export interface NotPassed {
  readonly name: string;
  readonly why: string;
}

/** What a tier found. */
export interface Outcome {
  readonly passed: number;
  readonly failed: readonly NotPassed[];
  readonly skipped: readonly NotPassed[];
}

/** Two parts of one tier as one. */
export const together = (...outcomes: readonly Outcome[]): Outcome => ({
  passed: outcomes.reduce((sum, { passed }) => sum + passed, 0),
  failed: outcomes.flatMap(({ failed }) => failed),
  skipped: outcomes.flatMap(({ skipped }) => skipped),
});
