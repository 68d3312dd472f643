import { mayEnter } from '../../charts-src/diff/access.ts';
import { accountOf } from '../../charts-src/diff/pairing.ts';
import { sampleRequest } from '../../charts-src/diff/request-sample.ts';
import { explain, explainAll } from '../../charts-src/explain/explain.ts';
import type { Explanation } from '../../charts-src/explain/explanation.ts';
import type { App } from '../../charts-src/graph/calls.ts';
import { hostRoutesOf } from '../../charts-src/graph/host-routes.ts';
import type { MeshGraph } from '../../charts-src/graph/mesh-graph.ts';
import type { Workload } from '../../charts-src/graph/workload.ts';
import type { FollowRoute } from '../../charts-src/picture/picture-of.ts';

/** Follows calls by explaining them: the first rule of the host that is for the caller stands for all. */
export const routeFacts =
  (graph: MeshGraph): FollowRoute =>
  ({ caller, callee }, { host }, { number }) => {
    const workload = caller.workloads.find(({ isGateway }) => !isGateway);
    if (workload === undefined) return undefined;
    const explanation = followed(graph, workload, host, number);
    if (explanation === undefined) return undefined;
    const isDenied = isKeptOut(explanation) || !isLetIn(graph, caller, callee);
    return {
      timeout: explanation.timeout,
      tries: explanation.tries.attempts,
      shares: explanation.destinations.map(({ subset, share }) => ({ subset, share })),
      hasBreaker: explanation.circuitBreaker?.['consecutive_5xx'] !== undefined,
      isDenied,
      isBroken: !isDenied && explanation.destinations.some(({ outcome }) => outcome === 'unroutable'),
      isPlain: explanation.destinations.some(({ mtls }) => mtls.client === 'plain' && mtls.server !== null),
      fault: Math.max(explanation.fault?.abort?.share ?? 0, explanation.fault?.delay?.share ?? 0),
    };
  };

/** What requests of the first rule that sends them anywhere meet. */
function followed(graph: MeshGraph, workload: Workload, host: string, port: number): Explanation | undefined {
  const { namespace, name } = workload;
  const origin = { kind: 'workload', namespace, name } as const;
  const url = `http://${host.replace(/^\*\.?/, 'any.')}:${port}`;
  const rule = hostRoutesOf(graph)
    .rulesFor(workload, { host })
    .find(({ http }) => (http.route ?? []).length > 0);
  const sample = sampleRequest(url, rule?.matches[0]?.match);
  const one = sample && explain(graph, origin, sample);
  if (one !== undefined && 'explanation' in one) return one.explanation;
  // Requests of some matches cannot be made up; then all answers are asked for.
  const any = sampleRequest(url, undefined);
  const found = any && explainAll(graph, origin, any);
  return found === undefined || 'problem' in found
    ? undefined
    : (found.answers.find(({ explanation }) => explanation.destinations.length > 0) ?? found.answers[0])?.explanation;
}

/** Whether the caller's own proxy lets nothing out to it, or the other side closes every connection. */
const isKeptOut = ({ outcome, destinations }: Explanation): boolean =>
  (outcome === 'unroutable' && destinations.length === 0) ||
  (destinations.length > 0 &&
    destinations.every(
      (one) =>
        one.outcome === 'refused' &&
        one.authorization.policy === null &&
        one.status !== 401 &&
        one.mtls.server === 'STRICT',
    ));

/** Whether some request of the caller passes the policies of some version of the callee. */
function isLetIn(graph: MeshGraph, caller: App, callee: App): boolean {
  const guarded = callee.workloads.filter(({ sidecar }) => sidecar !== 'no');
  if (guarded.length < callee.workloads.length || guarded.length === 0) return true;
  return caller.workloads.some((workload) =>
    guarded.some((server) =>
      mayEnter(graph, server, workload.sidecar === 'no' ? undefined : accountOf(graph, workload)),
    ),
  );
}
