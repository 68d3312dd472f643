import type { Rule } from '../rule.ts';

/** A delay in whole per cent: the field that went before `percentage`. */
export const deprecatedDelayPercent = {
  code: 'W309',
  name: 'deprecated-delay-percent',
  severity: 'warning',
  summary: 'A fault uses `delay.percent`, which is deprecated.',
  also: ['IST0002'],
  reads: ['VirtualService'],
  *check(graph) {
    for (const { spec, manifest } of graph.of('VirtualService'))
      for (const [index, { fault }] of (spec.http ?? []).entries()) {
        const percent = fault?.delay?.percent ?? 0;
        if (percent <= 0) continue;
        const beside = fault?.delay?.percentage !== undefined;
        yield {
          manifest,
          at: ['spec', 'http', index, 'fault', 'delay', 'percent'],
          message: beside
            ? `percent: ${percent} is deprecated, and Istio does not read it beside percentage`
            : `percent: ${percent} is deprecated: a coming version of Istio may not read it, and then nothing is delayed`,
          fix: beside ? 'remove percent' : `write "percentage: {value: ${percent}}"`,
        };
      }
  },
} satisfies Rule;
