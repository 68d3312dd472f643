import type { DestinationRuleSpec, OutlierDetection } from '../../imports/istio.ts';
import type { Path } from '../../model/schema.ts';
import { refused, warned, type Objections } from './objection.ts';
import { policyBlocks } from './traffic-policies.ts';

/** When a pod that fails is left alone for a while. */
export function* outlierDetection(spec: DestinationRuleSpec): Objections {
  for (const { at, policy } of policyBlocks(spec))
    if (policy.outlierDetection !== undefined) yield* detection([...at, 'outlierDetection'], policy.outlierDetection);
}

function* detection(at: Path, outlier: OutlierDetection): Objections {
  for (const field of ['maxEjectionPercent', 'minHealthPercent'] as const) {
    const percent = outlier[field] ?? 0;
    if (percent < 0 || percent > 100)
      yield refused([...at, field], `${percent} per cent is no share of the pods`, 'write from 0 to 100');
  }
  if ((outlier.consecutiveErrors ?? 0) !== 0)
    yield warned(
      [...at, 'consecutiveErrors'],
      'consecutiveErrors is deprecated',
      'Istio does not read it any more: pods are ejected as if it were not there',
      'write consecutive5xxErrors or consecutiveGatewayErrors',
    );
  if ((outlier.consecutiveLocalOriginFailures ?? 0) > 0 && outlier.splitExternalLocalOriginErrors !== true)
    yield refused(
      [...at, 'consecutiveLocalOriginFailures'],
      'failures of the connection are to be counted apart, and splitExternalLocalOriginErrors is off',
      'add "splitExternalLocalOriginErrors: true"',
    );
}
