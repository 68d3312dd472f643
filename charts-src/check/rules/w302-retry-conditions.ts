import type { MeshGraph } from '../../graph/mesh-graph.ts';
import { durationMs } from '../../model/duration.ts';
import { forwardingRules, speaksOnlyGrpc, type RequestRule } from '../request-rules.ts';
import { inWords, retriesTimeouts, retryPolicy } from '../retry-policy.ts';
import type { Hit, Rule } from '../rule.ts';

/** Retries that leave out what they are mostly written for: answers of 503, and tries that hang. */
export const retryConditions = {
  code: 'W302',
  name: 'retry-conditions',
  severity: 'warning',
  summary: 'The conditions of the retries leave out a 503 of the application, or a try that runs into its time.',
  reads: ['VirtualService', 'Service'],
  *check(graph) {
    for (const found of forwardingRules(graph)) {
      const hit = leftOut(graph, found);
      if (hit) yield hit;
    }
  },
} satisfies Rule;

const FIX =
  'name the conditions, such as "retryOn: connect-failure,refused-stream,reset,503", where a request may be sent twice';

function leftOut(graph: MeshGraph, found: RequestRule): Hit | undefined {
  const { http, placeOf } = found.rule;
  const policy = retryPolicy(http.retries);
  if (!policy) return undefined;
  const { virtualService, at } = placeOf('retries');
  const hangs = policy.perTryMs !== undefined && !retriesTimeouts(policy);
  const perTry = inWords(policy.perTryMs ?? 0);
  if (policy.isDefault) {
    // With gRPC, Istio's conditions are the statuses that mean a retry.
    if (!hangs && speaksOnlyGrpc(graph, found)) return undefined;
    return {
      manifest: virtualService.manifest,
      at,
      message:
        `retries without retryOn have Istio's conditions, under which a 503 that the application answers is not tried again` +
        (hangs ? `, nor is a try that runs into its ${perTry}: the request ends there with 504` : ''),
      fix: FIX,
    };
  }
  // A try as long as the request is W301.
  const whole = durationMs(http.timeout ?? '');
  if (!hangs || (whole !== undefined && (policy.perTryMs ?? 0) >= whole)) return undefined;
  return {
    manifest: virtualService.manifest,
    at: [...at, 'retryOn'],
    message:
      `"${policy.conditions.join(',')}" has no condition for a try that runs into its perTryTimeout of ${perTry}: ` +
      'the request ends there with 504, and no retry follows',
    fix: 'add reset, gateway-error or 5xx where a request may be sent twice; else write timeout instead of perTryTimeout',
  };
}
