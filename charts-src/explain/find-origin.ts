import type { MeshGraph } from '../graph/mesh-graph.ts';
import type { Workload } from '../graph/workload.ts';
import { closest } from '../model/closest.ts';
import type { GatewayProxy } from './gateway-proxy.ts';
import { proxyOf } from './gateway-proxy.ts';
import { gatewayApiProblem } from './not-followed.ts';
import type { RequestProblem } from './request.ts';

/** What was looked for, or why it is not there. */
type Found<T> = { readonly found: T } | { readonly problem: RequestProblem };

/** A workload by its name, or by the name of the app or of the identity of its pods. */
export function findWorkload(graph: MeshGraph, namespace: string, name: string): Found<Workload> {
  const here = graph.workloadsBy(namespace).select({});
  const found =
    here.find((workload) => workload.name === name) ??
    // All versions of an app call alike, unless a rule tells them apart by a label.
    here.find(({ labels, serviceAccount }) => labels['app'] === name || serviceAccount === name);
  if (found) return { found };
  return { problem: here.length === 0 ? noWorkloadsIn(graph, namespace) : noSuchWorkload(here, namespace, name) };
}

function noWorkloadsIn(graph: MeshGraph, namespace: string): RequestProblem {
  const others = [...new Set(graph.workloads.map((workload) => workload.namespace))].sort();
  return {
    message: `the manifests hold no workloads in the namespace "${namespace}"`,
    fix: others.length > 0 ? `there are some in ${listed(others)}` : 'give the files that hold Deployments, with -f',
  };
}

function noSuchWorkload(here: readonly Workload[], namespace: string, name: string): RequestProblem {
  const names = here.map((workload) => workload.name);
  const meant = closest(name, names);
  return {
    message: `there is no workload "${name}" in the namespace "${namespace}"`,
    fix: meant === undefined ? `there are ${listed(names)}` : `did you mean ${namespace}/${meant}?`,
  };
}

/** The proxies that serve a Gateway, or those of a workload of this name. */
export function findGateway(graph: MeshGraph, namespace: string, name: string): Found<GatewayProxy> {
  const node = graph.gateway(`${namespace}/${name}`);
  if (node !== undefined) return { found: proxyOf(graph, node) };
  const pods = graph
    .workloadsBy(namespace)
    .select({})
    .find((workload) => workload.name === name);
  if (pods) return { found: proxyOf(graph, pods) };
  const unread = gatewayApiProblem(graph, namespace, name);
  if (unread !== undefined) return { problem: unread };
  const keys = graph.gateways.map(({ key }) => key);
  const meant = closest(`${namespace}/${name}`, keys);
  return {
    problem: {
      message: `there is no Gateway "${namespace}/${name}"`,
      fix:
        meant === undefined
          ? keys.length > 0
            ? `there are ${listed(keys)}`
            : 'the manifests hold none'
          : `did you mean gateway:${meant}?`,
    },
  };
}

/** Long lists help nobody. */
const MOST_NAMES = 10;
const listed = (names: readonly string[]): string =>
  names.length > MOST_NAMES
    ? `${names.slice(0, MOST_NAMES).join(', ')} and ${names.length - MOST_NAMES} more`
    : names.join(', ');
