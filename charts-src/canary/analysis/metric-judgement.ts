import type { Analysis } from './analysis.ts';
import type { Evidence } from './evidence.ts';
import type { MetricVerdict } from './verdict.ts';

/** What one metric says, before it is known whether it has a say. */
export type Judgement = Pick<MetricVerdict, 'verdict' | 'why' | 'figures'>;

/** What the rules of all metrics need to know of the run. */
export interface Circumstances {
  readonly analysis: Analysis;
  /** Chance of a false alarm that this metric may use up. */
  readonly falseAlarm: number;
  /** How long the present step has been looked at. */
  readonly stepMs: number;
}

export const stepMsOf = ({ untilMs, step }: Evidence): number => untilMs - step.sinceMs;

/** The user's own word for enough: so many requests and so much time in this step, and no sign of harm. */
export function isCleanHold({ analysis, stepMs }: Circumstances, requests: number): boolean {
  const { cleanHold } = analysis;
  return cleanHold !== null && requests >= cleanHold.requests && stepMs >= cleanHold.ms;
}

/** Bettors who have so much more than they began with are a sign of harm: no proof, but nobody would call it clean. */
export const SIGN_OF_HARM = 5;
