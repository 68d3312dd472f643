import type { Path } from '../../model/schema.ts';
import type { Rule } from '../rule.ts';

/**
 * Weights are shares of their sum. A sum that is no per cent is legal, and is rarely what was meant: 60 and 30 are 67 %
 * and 33 %. Sums such as 10000 are per cent with decimals, and 1 to 1 is plainly a proportion.
 */
export const weightsNotPercent = {
  code: 'W116',
  name: 'weights-not-percent',
  severity: 'warning',
  summary: 'The weights of a route do not total 100.',
  also: [],
  reads: ['VirtualService'],
  *check(graph) {
    for (const { manifest, spec } of graph.of('VirtualService'))
      for (const protocol of ['http', 'tcp', 'tls'] as const)
        for (const [rule, { route = [] }] of (spec[protocol] ?? []).entries()) {
          // A weight that is missing is another finding (W117).
          if (route.length < 2 || route.some(({ weight }) => weight === undefined)) continue;
          const weights = route.map(({ weight = 0 }) => weight);
          const sum = weights.reduce((total, weight) => total + weight, 0);
          if (sum <= 0 || sum <= SMALL_PROPORTION || isPowerOfTen(sum) || weights.some((weight) => weight < 0))
            continue;
          const at: Path = ['spec', protocol, rule, 'route'];
          yield {
            manifest,
            at,
            message: `the weights ${weights.join(', ')} total ${sum}, so the shares are ${weights.map((weight) => percent(weight / sum)).join(', ')}`,
            fix: 'write weights that total 100, then each is its per cent',
          };
        }
  },
} satisfies Rule;

/** Up to this sum nobody thinks of per cent: 1 to 1, 3 to 1. */
const SMALL_PROPORTION = 10;

const isPowerOfTen = (sum: number): boolean => [100, 1_000, 10_000, 100_000].includes(sum);

const percent = (share: number): string => `${Math.round(share * 1_000) / 10} %`;
