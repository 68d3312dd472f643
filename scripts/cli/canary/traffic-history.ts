import type { Plan } from '../../../charts-src/canary/plan.ts';
import type { ServiceTraffic } from '../../../charts-src/canary/simulate-plan.ts';
import { durationMs } from '../../../charts-src/model/duration.ts';
import { serviceOfHost } from '../../../charts-src/model/host.ts';
import { namedPrometheus } from '../../metrics/prometheus-metrics.ts';
import { exitCode } from '../exit-code.ts';
import { Failure } from '../failure.ts';
import type { World } from '../world.ts';
import type { MetricsOptions } from './given-options.ts';
import { portFailure } from './port-failure.ts';
import { prometheusUrl } from './require-metrics.ts';

/** What the requests to a service were like, by Prometheus.
 * @throws Failure when nobody knows */
export async function trafficHistory(
  plan: Plan,
  options: MetricsOptions & { readonly history: string },
  world: Pick<World, 'env' | 'cwd' | 'signal'>,
): Promise<ServiceTraffic> {
  const { history } = options;
  const ms = /^\d+d$/.test(history) ? Number.parseInt(history, 10) * 86_400_000 : durationMs(history);
  if (ms === undefined || ms < 60_000)
    throw new Failure(`--history ${history} is no duration of a minute or more: write one such as 6h or 7d`);
  const url = prometheusUrl(options, world);
  if (url === undefined)
    throw new Failure('--history asks Prometheus: say where it is, with --prometheus URL or PROMETHEUS_URL');
  const source = namedPrometheus({ url, env: world.env, cwd: world.cwd });
  const now = await source.now(world.signal);
  if (!now.ok) throw portFailure(now.failure);
  const ask = async (promql: string): Promise<number | undefined> => {
    const answer = await source.values({ promql, range: null }, now.value, world.signal);
    if (!answer.ok) throw portFailure(answer.failure);
    const [value] = answer.value;
    return value !== undefined && Number.isFinite(value) ? value : undefined;
  };
  const range = `[${Math.round(ms / 1_000)}s]`;
  const all = `istio_requests_total{reporter="destination",${serviceLabels(plan)}}`;
  const failed = `istio_requests_total{reporter="destination",${serviceLabels(plan)},response_code=~"5.."}`;
  const rate = await ask(`sum(rate(${all}${range}))`);
  if (rate === undefined || rate === 0)
    throw new Failure(
      `Prometheus (${url}) knows of no requests to ${plan.target.stable.host} in the last ${history}. Say --rate and --errors instead`,
      { exitCode: exitCode.unreachable },
    );
  const errors = (await ask(`sum(rate(${failed}${range}))`)) ?? 0;
  // As many as there are now: in a week every pod was replaced, and all of them together never served.
  const pods = (await ask(`max(count by (destination_version) (count by (destination_version, pod) (${all})))`)) ?? 2;
  return { requestsPerSecond: rate, errorRate: errors / rate, pods: Math.max(1, Math.round(pods)) };
}

const serviceLabels = ({ target: { stable } }: Plan): string => {
  const service = serviceOfHost(stable.host);
  return service === undefined
    ? `destination_service=${JSON.stringify(stable.host)}`
    : `destination_service_name="${service.name}",destination_service_namespace="${service.namespace}"`;
};
