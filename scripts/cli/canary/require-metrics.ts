import { isCheck } from '../../../charts-src/canary/analysis/analysis.ts';
import type { Plan } from '../../../charts-src/canary/plan.ts';
import { Failure } from '../failure.ts';
import type { World } from '../world.ts';
import type { MetricsOptions } from './given-options.ts';

/** Prometheus as it was named.
 * @default - undefined: it was not */
export const prometheusUrl = ({ prometheus }: MetricsOptions, { env }: Pick<World, 'env'>): string | undefined =>
  prometheus ?? (env['PROMETHEUS_URL'] || undefined);

/** Looks before anything is written whether the metrics of a plan can be asked at all.
 * @throws Failure when nobody said where they are */
export function requireMetrics(
  { analysis }: Plan,
  options: MetricsOptions,
  world: Pick<World, 'env' | 'connect'>,
): void {
  const url = prometheusUrl(options, world);
  if (url !== undefined) {
    if (!/^https?:\/\/./.test(url) || !URL.canParse(url))
      throw new Failure(
        `${JSON.stringify(url)} is no URL of Prometheus: write one such as http://prometheus.istio-system:9090`,
      );
    return;
  }
  const names = (analysis?.metrics ?? []).filter((metric) => !isCheck(metric)).map(({ name }) => name);
  if (names.length === 0 || world.connect !== undefined) return;
  throw new Failure(
    `the plan looks at ${names.join(', ')}, and nobody said where Prometheus is: --prometheus URL, or PROMETHEUS_URL. ` +
      'Without metrics time alone would lead on: say so with --analysis=off',
  );
}
