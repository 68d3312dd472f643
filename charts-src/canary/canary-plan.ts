import { serviceOfHost } from '../model/host.ts';
import type { Hundredths, Weights } from '../model/weights.ts';
import type { PlanFile, StepFile } from './plan-file.ts';

/** A service with versions between which requests can be moved, such as a `MeshService`. */
export interface VersionedService<V extends string = string> {
  readonly weights: Weights<V>;
  /** Full name of the host. */
  readonly callee: { readonly host: string };
}

/** A plan without its target: that is the service, and two of its versions. */
export interface CanaryPlanProps<V extends string, S extends readonly unknown[]> extends Omit<
  PlanFile,
  'target' | 'steps'
> {
  /** Version that has the requests. */
  readonly from: V;
  /** Version that gets them. */
  readonly to: V;
  /** Per cent of the new version, step by step: at most two decimals, never less than before.
   * Source: Istio VirtualService.spec.http[].route[].weight */
  readonly steps: StepsInOrder<S>;
}

/**
 * A plan for `weft canary`, typed: versions that the service does not have and weights that are no share of the
 * requests do not compile. What it returns is written as it is: `weft canary run --plan canary.ts` takes the default
 * export of a program.
 * @example
 * export default canaryPlan(orders, { from: 'v1', to: 'v2', steps: [5, { weight: 25, pause: true }, 50], hold: '2m' });
 */
export function canaryPlan<V extends string, const S extends readonly (number | StepFile)[]>(
  { callee: { host } }: VersionedService<V>,
  { from, to, steps, ...others }: CanaryPlanProps<NoInfer<V>, S>,
): PlanFile {
  const namespace = serviceOfHost(host)?.namespace ?? 'default';
  // Where it compiles, each of them is a step as it was written.
  return { target: { namespace, host, stable: from, canary: to }, steps: steps as unknown as S, ...others };
}

/** Steps themselves where each is fine, else texts that say what is wrong: what the compiler then shows. */
export type StepsInOrder<S extends readonly unknown[]> = { readonly [I in keyof S]: StepOrProblem<S[I]> };

type StepOrProblem<S> = S extends number
  ? WeightOrProblem<S>
  : S extends { readonly weight: infer W extends number }
    ? WeightOrProblem<W> extends W
      ? S
      : Omit<S, 'weight'> & { readonly weight: WeightOrProblem<W> }
    : S;

type Digit = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9';
type WeightOrProblem<N extends number> = number extends N
  ? N
  : `${N}` extends `-${string}`
    ? 'a weight is negative: write per cent from 0 to 100'
    : Hundredths<N> extends infer H extends string
      ? H extends '99999999'
        ? 'a weight has more than two decimals'
        : H extends '00001'
          ? N
          : H extends `${Digit}${Digit}${Digit}${Digit}${infer Rest}`
            ? Rest extends ''
              ? N
              : 'a weight is more than 100 per cent'
            : N
      : never;
