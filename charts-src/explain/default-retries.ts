import type { MeshGraph } from '../graph/mesh-graph.ts';
import type { HTTPRetry } from '../imports/istio.ts';
import { conform } from '../model/conform.ts';

/** What is tried where a rule says nothing; undefined for Istio's own default. Source: MeshConfig.defaultHttpRetryPolicy */
export function defaultRetries({ meshConfig }: MeshGraph): HTTPRetry | undefined {
  const declared = meshConfig?.mesh['defaultHttpRetryPolicy'];
  return declared === undefined ? undefined : (conform(RETRIES, declared) as HTTPRetry); // `conform` leaves these types
}

const RETRIES = {
  type: 'object',
  fields: { attempts: 'integer', perTryTimeout: 'string', retryOn: 'string', backoff: 'string' },
} as const satisfies Parameters<typeof conform>[0];
