import type { OutlierDetection } from '../imports/istio.ts';

/** Per cent of the pods that may be left out at once where nothing, or 0, is written. Source: Envoy's max_ejection_percent */
const DEFAULT_PERCENT = 10;

export const ejectionPercent = ({ maxEjectionPercent = 0 }: OutlierDetection): number =>
  maxEjectionPercent > 0 ? maxEjectionPercent : DEFAULT_PERCENT;

/** With how many pods the first one can be ejected: one of them must not be more than the per cent. */
export const podsToEject = (percent: number): number => Math.ceil(100 / percent);

/**
 * What makes a pod count as failed; empty where nothing does.
 * Source: Istio's applyOutlierDetection
 */
export function detectors({
  consecutive5xxErrors = 5,
  consecutiveGatewayErrors = 0,
  splitExternalLocalOriginErrors = false,
}: OutlierDetection): readonly string[] {
  return [
    ...(consecutive5xxErrors > 0 ? ['consecutive5xxErrors'] : []),
    ...(consecutiveGatewayErrors > 0 ? ['consecutiveGatewayErrors'] : []),
    // Envoy's own default counts 5 of them.
    ...(splitExternalLocalOriginErrors ? ['consecutiveLocalOriginFailures'] : []),
  ];
}
