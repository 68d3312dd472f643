import { addSample } from '../../../charts-src/canary/analysis/add-sample.ts';
import type { Analysis } from '../../../charts-src/canary/analysis/analysis.ts';
import type { AnalysisFile } from '../../../charts-src/canary/analysis/analysis-file.ts';
import type { Evidence } from '../../../charts-src/canary/analysis/evidence.ts';
import { judge } from '../../../charts-src/canary/analysis/judge.ts';
import { readAnalysis } from '../../../charts-src/canary/analysis/read-analysis.ts';
import type {
  LatencyIncrement,
  Reading,
  Sample,
  UnattributedIncrement,
} from '../../../charts-src/canary/analysis/sample.ts';
import type { Verdict } from '../../../charts-src/canary/analysis/verdict.ts';

const EVERY_MS = 15_000;

/** An analysis, which has to be right. */
export function analysisOf(file: AnalysisFile): Analysis {
  const read = readAnalysis(file);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.analysis;
}

type Arm = readonly [requests: number, events: number];

/** Failed requests of one look, each arm on one pod. */
export function errors(
  canary: Arm,
  stable: Arm,
  unattributed: readonly Partial<UnattributedIncrement>[] = [],
): Reading {
  const scraped = { fromMs: 0, toMs: EVERY_MS };
  return {
    type: 'errors',
    increments: [
      { arm: 'canary', proxy: 'c', ...scraped, requests: canary[0], errors: canary[1], errorFlags: {} },
      { arm: 'stable', proxy: 's', ...scraped, requests: stable[0], errors: stable[1], errorFlags: {} },
    ],
    unattributed: unattributed.map((one) => ({ proxy: 'gateway', ...scraped, flags: 'UH', requests: 1, ...one })),
  };
}

/** Requests of one look by latency: up to 10 ms, up to 100 ms, up to 1,000 ms, above. */
export function latency(canary: readonly number[], stable: readonly number[]): Reading {
  const scraped = { fromMs: 0, toMs: EVERY_MS, boundsMs: [10, 100, 1_000, null] };
  const increments: readonly LatencyIncrement[] = [
    { arm: 'canary', proxy: 'c', ...scraped, counts: canary },
    { arm: 'stable', proxy: 's', ...scraped, counts: stable },
  ];
  return { type: 'latency', increments };
}

export const values = (...numbers: readonly number[]): Reading => ({ type: 'values', values: numbers });
export const silence: Reading = {
  type: 'failed',
  failure: { type: 'timed-out', message: 'ask Prometheus: no answer' },
};

/** A look: what each metric said, in the step that it was in. */
export interface PlannedLook {
  readonly readings: Readonly<Record<string, Reading>>;
  readonly step?: number;
}

const sampleOf = ({ readings }: PlannedLook, number: number): Sample => ({
  at: '2026-11-27T00:00:00Z',
  untilMs: (number + 1) * EVERY_MS,
  metrics: readings,
});

/** What is known after some looks, and what it says. */
export function afterLooks(
  analysis: Analysis,
  looks: readonly PlannedLook[],
): { readonly evidence: Evidence; readonly verdict: Verdict } {
  let evidence: Evidence | null = null;
  for (const [number, look] of looks.entries())
    evidence = addSample(analysis, evidence, sampleOf(look, number), look.step ?? 0);
  if (evidence === null) throw new Error('a verdict needs a look');
  return { evidence, verdict: judge(analysis, evidence) };
}

/** The same reading of one metric, look after look. */
export const repeated = (count: number, metric: string, reading: Reading, step = 0): readonly PlannedLook[] =>
  Array.from({ length: count }, () => ({ readings: { [metric]: reading }, step }));
