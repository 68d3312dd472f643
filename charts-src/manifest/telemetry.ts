import type { TelemetrySpec } from '../imports/istio.ts';

/** What proxies tell about requests. */
export interface TelemetrySettings {
  /** Which requests are written to the proxy's log: every one, those that failed (status 400 and above), or none.
   * Source: Istio Telemetry.spec.accessLogging
   * @default 'failed' */
  readonly accessLog?: 'all' | 'failed' | 'none';
  /** Per cent of the requests whose trace is sampled, from 0 to 100.
   * Source: Istio Telemetry.spec.tracing[].randomSamplingPercentage
   * @default 1 */
  readonly traceSamplingPercent?: number;
}

/** Logs and traces of every workload of a namespace. */
export const telemetrySpec = ({
  accessLog = 'failed',
  traceSamplingPercent = 1,
}: TelemetrySettings): TelemetrySpec => ({
  accessLogging: [
    accessLog === 'none'
      ? { disabled: true }
      : {
          providers: [{ name: 'envoy' }],
          ...(accessLog === 'failed' && { filter: { expression: 'response.code >= 400' } }),
        },
  ],
  tracing: [{ randomSamplingPercentage: traceSamplingPercent }],
});
