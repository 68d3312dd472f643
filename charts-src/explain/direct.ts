import type { MeshGraph } from '../graph/mesh-graph.ts';
import { answer } from './answer.ts';
import { arriveAt } from './arrive-at.ts';
import { ANYBODY, type Sender } from './arrivals.ts';
import { clusterOf } from './cluster.ts';
import type { Explanation } from './explanation.ts';
import { compared } from './match-request.ts';
import type { Request } from './request.ts';
import { meantHost, resolveName, unknownName } from './resolve-name.ts';
import { hostStep, type Steps } from './steps.ts';
import { unresolved } from './unresolved.ts';

/** A client that speaks TLS by itself. */
const OVER_TLS: Sender = { ...ANYBODY, own: { tls: 'simple', why: 'it speaks TLS by itself' } };

/** A client without a proxy: what it reaches are the pods themselves. */
export function direct(graph: MeshGraph, namespace: string, request: Request, steps: Steps): Explanation {
  const target = resolveName(graph, namespace, request.host);
  const meant = target === undefined ? meantHost(graph, namespace, request.host) : undefined;
  hostStep(steps, request.host, target, meant);
  if (target === undefined) {
    const unknown = unknownName(graph, namespace, request.host);
    if (unknown !== undefined) return unresolved(steps, unknown, meant);
    steps.assume(
      `${request.host} is somewhere else: no file has this host${meant === undefined ? '' : ` (did you mean ${meant}?)`}`,
    );
    return answer(steps, { outcome: 'passthrough', status: null });
  }
  const cluster = clusterOf(
    graph,
    { namespace },
    {
      host: target.host,
      port: request.port,
      found: target,
      isPodsOnly: target.from.kind === 'Service',
    },
  );
  // No proxy of the client has changed its path.
  const asked = { ...compared(request), path: request.path };
  return arriveAt(
    graph,
    steps,
    request.scheme === 'https' ? OVER_TLS : ANYBODY,
    [{ cluster, share: 1, request: asked }],
    { url: request },
  );
}
