import { closest } from './closest.ts';

/** Share of the requests that each version gets, in per cent with at most two decimals. They total 100. */
export type Weights<V extends string = string> = { readonly [version in V]?: number };

type Digit = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9';
interface Counted {
  '0': [];
  '1': [0];
  '2': [0, 0];
  '3': [0, 0, 0];
  '4': [0, 0, 0, 0];
  '5': [0, 0, 0, 0, 0];
  '6': [0, 0, 0, 0, 0, 0];
  '7': [0, 0, 0, 0, 0, 0, 0];
  '8': [0, 0, 0, 0, 0, 0, 0, 0];
  '9': [0, 0, 0, 0, 0, 0, 0, 0, 0];
}
type AddDigits<A extends Digit, B extends Digit, C extends Digit> = [
  ...Counted[A],
  ...Counted[B],
  ...Counted[C],
]['length'];
type Reversed<S extends string, R extends string = ''> = S extends `${infer H}${infer T}` ? Reversed<T, `${H}${R}`> : R;
/** Adds two decimal numbers, written least digit first. */
type AddReversed<
  A extends string,
  B extends string,
  Carry extends Digit = '0',
  Out extends string = '',
> = A extends `${infer X extends Digit}${infer XS}`
  ? B extends `${infer Y extends Digit}${infer YS}`
    ? Carried<AddDigits<X, Y, Carry>, XS, YS, Out>
    : Carried<AddDigits<X, '0', Carry>, XS, '', Out>
  : B extends `${infer Y extends Digit}${infer YS}`
    ? Carried<AddDigits<'0', Y, Carry>, '', YS, Out>
    : Carry extends '0'
      ? Out
      : `${Out}${Carry}`;
type Carried<Sum, XS extends string, YS extends string, Out extends string> = Sum extends number
  ? `${Sum}` extends `1${infer D extends Digit}`
    ? AddReversed<XS, YS, '1', `${Out}${D}`>
    : AddReversed<XS, YS, '0', `${Out}${Sum}`>
  : never;
/** What no sum of weights can make up for: stands for a number with more than two decimals. */
type TooFine = '99999999';
/** 12.5 as `0521`: hundredths of a per cent, least digit first; what is finer gives a text that no weight has. */
export type Hundredths<N extends number> = `${N}` extends `${infer Whole}.${infer Part}`
  ? Part extends `${infer D extends Digit}${infer E}`
    ? E extends ''
      ? Reversed<`${Whole}${D}0`>
      : E extends Digit
        ? Reversed<`${Whole}${D}${E}`>
        : TooFine
    : TooFine
  : Reversed<`${N}00`>;
type Trimmed<S extends string> = S extends `${infer Rest}0` ? Trimmed<Rest> : S;
type LastOf<U> = (U extends unknown ? (k: () => U) => void : never) extends (k: infer I) => void
  ? I extends () => infer L
    ? L
    : never
  : never;
type Total<W, K = keyof W, Sum extends string = ''> = [K] extends [never]
  ? Sum
  : LastOf<K> extends infer L extends keyof W
    ? W[L] extends number
      ? Total<W, Exclude<K, L>, AddReversed<Sum, Hundredths<W[L]>>>
      : Total<W, Exclude<K, L>, Sum>
    : never;
type HasWideNumber<W> = true extends { [K in keyof W]-?: number extends W[K] ? true : false }[keyof W] ? true : false;
type HasNegative<W> = true extends {
  [K in keyof W]-?: W[K] extends number ? (`${W[K]}` extends `-${string}` ? true : false) : false;
}[keyof W]
  ? true
  : false;

/**
 * `W` itself when its weights total 100, else a text that says so: what the compiler then shows. Weights that are
 * not literals (read from a file) pass here and are judged by {@link weightsProblems} at synthesis.
 */
export type TotalsHundred<W> = keyof W extends never
  ? W
  : HasWideNumber<W> extends true
    ? W
    : HasNegative<W> extends true
      ? 'a weight is negative: weights are shares from 0 to 100'
      : Trimmed<Total<W>> extends '00001'
        ? W
        : 'these weights do not total 100 with at most two decimals each';

/**
 * `W` itself when all that it weighs are versions in `V`, else a text that names the others: what the compiler then
 * shows. Names that are not literals pass here and are judged by {@link weightsProblems} at synthesis.
 */
export type OfVersions<W, V extends string> = [Exclude<keyof W, V>] extends [never]
  ? W
  : string extends keyof W
    ? W
    : `there is no version ${Exclude<keyof W, V> & string}`;

/** Everything that is wrong with weights that no compiler has seen, in whole sentences. Empty: they are fine. */
export function weightsProblems(
  weights: Readonly<Record<string, unknown>>,
  versions: readonly string[],
): readonly string[] {
  const problems: string[] = [];
  let hundredths = 0;
  for (const [version, weight] of Object.entries(weights)) {
    if (!versions.includes(version)) {
      const near = closest(version, versions);
      problems.push(
        `there is no version "${version}" (versions: ${versions.join(', ')}), so its share would be answered 503. ${near ? `Did you mean "${near}"?` : 'Name one of these, or add the version.'}`,
      );
    }
    if (typeof weight !== 'number' || !Number.isFinite(weight)) {
      const isQuoted = typeof weight === 'string' && /^\d+(?:\.\d+)?$/.test(weight);
      // JSON would make null of NaN.
      const shown = typeof weight === 'number' ? String(weight) : (JSON.stringify(weight) ?? 'undefined');
      problems.push(
        `the weight of "${version}" is ${shown}, and no share of requests comes of it. ${isQuoted ? `Leave out the quotes: ${weight}.` : 'Write a number from 0 to 100.'}`,
      );
      continue;
    }
    if (weight < 0 || weight > 100)
      problems.push(
        `the weight of "${version}" is ${weight}: no version can get ${weight < 0 ? 'less than none' : 'more than all'} of the requests. Write a number from 0 to 100.`,
      );
    const inHundredths = Math.round(weight * 100);
    if (Math.abs(weight * 100 - inHundredths) > 1e-6)
      problems.push(
        `the weight of "${version}" is ${weight}: what is finer than a hundredth of a per cent would be lost in the VirtualService. Write at most two decimals.`,
      );
    hundredths += inHundredths;
  }
  if (problems.length > 0 || hundredths === 10_000) return problems;
  const given = Object.entries(weights).map(([version, weight]) => `${version} ${String(weight)}`);
  return [
    given.length === 0
      ? 'no weight is given, so no version would get a request. Give weights that total 100.'
      : `the weights total ${hundredths / 100}, not 100 (${given.join(', ')}): Istio would divide by their sum, so no version would get the share that is written. Change them so that they total 100.`,
  ];
}

/**
 * Per cent as the whole numbers that Istio's API takes: as they are when all are whole, else all times 100
 * (0.01 % beside 99.99 % becomes 1 and 9999). Envoy normalises by the sum.
 * Source: Istio VirtualService.spec.http[].route[].weight
 */
export function integerWeights<V extends string>(weights: Weights<V>): ReadonlyMap<V, number> {
  // Object.entries forgets the key type; the keys of a Weights<V> are V.
  const entries = Object.entries(weights) as [V, number][];
  const factor = entries.every(([, weight]) => Number.isInteger(weight)) ? 1 : 100;
  return new Map(entries.map(([version, weight]) => [version, Math.round(weight * factor)]));
}
