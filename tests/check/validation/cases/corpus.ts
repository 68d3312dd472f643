import type { IstioKind } from '../../../../charts-src/imports/istio.ts';
import type { More } from '../judged.ts';

/**
 * What becomes of a case: the cluster takes it, takes it with a warning, or refuses it. `not judged`: why nobody can
 * tell from files, or why the case cannot be written in one.
 */
export type Verdict = 'valid' | 'warned' | 'invalid' | { readonly notJudged: string };

/** A case of our own that tests what a case of Istio's tests, by the name that it has there. */
export type Case = readonly [upstream: string, verdict: Verdict, spec?: unknown, more?: More];

/** Cases for one of Istio's tables. */
export interface Corpus {
  /** The test of Istio's, or the folder of its documents. */
  readonly of: string;
  readonly kind: IstioKind;
  readonly cases: readonly Case[];
}
