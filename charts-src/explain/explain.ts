import type { MeshGraph } from '../graph/mesh-graph.ts';
import type { Explanation, Origin } from './explanation.ts';
import { findGateway, findWorkload } from './find-origin.ts';
import type { Answer, Collect } from './follow-routes.ts';
import { fromGateway } from './from-gateway.ts';
import { fromOutside } from './from-outside.ts';
import { fromWorkload } from './from-workload.ts';
import { proxyOf } from './gateway-proxy.ts';
import { principalOf } from './principal-of.ts';
import type { Request, RequestProblem } from './request.ts';
import { Steps } from './steps.ts';
import { throughGateway } from './through-gateway.ts';

/** An explanation, or why there can be none. */
type Explained = { readonly explanation: Explanation } | { readonly problem: RequestProblem };

/**
 * What a request meets on its way through a mesh, step by step: what istiod tells the proxies, and what they do with it.
 *
 * @example
 * const read = readRequest('GET', 'http://user-service/api/users/7', []);
 * if ('request' in read) explain(graph, { kind: 'workload', namespace: 'shop', name: 'order-service-v1' }, read.request);
 */
export const explain = (graph: MeshGraph, origin: Origin, request: Request): Explained =>
  follow(graph, origin, request, undefined);

/**
 * Every distinct answer that a host can give to one client, rule by rule: the decision tree of the host. Of the request
 * only scheme, host, port and the Host header count.
 */
export function explainAll(
  graph: MeshGraph,
  origin: Origin,
  request: Request,
): { readonly answers: readonly Answer[] } | { readonly problem: RequestProblem } {
  const answers: Answer[] = [];
  const found = follow(graph, origin, request, (one) => void answers.push(one));
  if ('problem' in found) return found;
  return { answers: answers.length > 0 ? answers : [{ when: 'every request', explanation: found.explanation }] };
}

function follow(graph: MeshGraph, origin: Origin, request: Request, collect: Collect | undefined): Explained {
  const steps = new Steps();
  switch (origin.kind) {
    case 'workload': {
      const workload = findWorkload(graph, origin.namespace, origin.name);
      if ('problem' in workload) return workload;
      const { found } = workload;
      if (found.isGateway)
        return { explanation: fromGateway(graph, proxyOf(graph, found), request, steps, { collect }) };
      const sent = fromWorkload(graph, found, request, steps, collect);
      const client = { ...found, principal: principalOf(graph, found) };
      return { explanation: throughGateway(graph, client, request, sent, steps) };
    }
    case 'gateway': {
      const proxy = findGateway(graph, origin.namespace, origin.name);
      if ('problem' in proxy) return proxy;
      return { explanation: fromGateway(graph, proxy.found, request, steps, { collect }) };
    }
    case 'outside':
      return { explanation: fromOutside(graph, request, steps, collect) };
  }
}
