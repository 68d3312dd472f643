import type { Contract } from '../../charts-src/model/contract.ts';
import type { Party } from '../../charts-src/model/party.ts';
import type { MeshAnswer, MeshRequest } from '../support/mesh-cluster.ts';
import { examplePath, isDeclared, operationsOf, type DeclaredShop } from './shop-edges.ts';

/** One thing that a caller could try with a callee. */
export interface Cell {
  readonly caller: Party;
  readonly callee: Party;
  /** Whether the callee reads requests; else it sees bytes on a port. */
  readonly protocol: 'http' | 'tcp';
  readonly request: MeshRequest;
  readonly isDeclared: boolean;
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** Paths that no edge of any mesh should name. */
const OTHER_PATHS = ['/', '/api', '/api/', '/livez', '/readyz', '/version', '/metrics', '/api/admin', '/debug/pprof'];

const declaredPaths = (contract: Contract): readonly string[] =>
  operationsOf(contract).map((operation) => examplePath(contract, operation));

/** What the contracts of the shop say, and what somebody would try with this callee who wants more than that. */
const pathsOf = (shop: DeclaredShop, contract: Contract): readonly string[] => [
  ...new Set([
    ...shop.services.flatMap((service) => declaredPaths(service.contract)),
    ...declaredPaths(contract).flatMap((path) => [`${path}/`, `/${path}`]),
    ...OTHER_PATHS,
  ]),
];

/** A headless name of the caller's own single pod is its own address: nothing leaves the pod, so no proxy sees it. */
const isOnlyPod = (shop: DeclaredShop, caller: Party, callee: Party): boolean =>
  caller.name === callee.name &&
  !shop.connections.some((edge) => edge.caller.name === edge.callee.name && edge.callee.name === callee.name);

/** Everything that a caller can try: every method on every path of every service, and every port of every store. */
export const cellsOf = (shop: DeclaredShop, caller: Party): readonly Cell[] => {
  return [
    ...shop.services.flatMap((callee) =>
      METHODS.flatMap((method) =>
        pathsOf(shop, callee.contract).map((path): Cell => ({
          caller,
          callee,
          protocol: 'http',
          request: { method, path, host: callee.host },
          isDeclared: isDeclared(shop, caller, callee, method, path),
        })),
      ),
    ),
    ...shop.stores.flatMap((callee) =>
      [callee.host, ...(isOnlyPod(shop, caller, callee) ? [] : [callee.headlessHost ?? []].flat())].flatMap((host) =>
        callee.ports.map(({ name, number }): Cell => ({
          caller,
          callee,
          protocol: 'tcp',
          // The stores are played by an HTTP server; to the proxies it is bytes all the same.
          request: { path: '/', host, port: number },
          isDeclared: shop.connections.some(
            (edge) => edge.caller.name === caller.name && edge.callee.name === callee.name && edge.ports.includes(name),
          ),
        })),
      ),
    ),
  ];
};

/** Who answered, if it was an application. */
export const appOf = ({ status, text }: MeshAnswer): string | undefined => {
  if (status !== 200 || !text.startsWith('{')) return undefined;
  // The echo application's answer.
  const { app } = JSON.parse(text) as { readonly app?: string };
  return app;
};

/** How a request was met. */
export type Fate =
  | 'answered'
  /** By the callee's proxy, which said so with a status. */
  | 'forbidden by the callee'
  /** The connection ended without a byte. Whose proxy ended it, only that proxy knows. */
  | 'closed'
  /** By the caller's own proxy, which knows no such host. */
  | 'unknown to the caller'
  | 'something else';

/** Tells answers apart by what only one place can have written. */
export const fateOf = ({ request, callee }: Pick<Cell, 'request' | 'callee'>, answer: MeshAnswer): Fate => {
  const { status, headers, text, error } = answer;
  const isHead = request.method === 'HEAD';
  if (error === 'ECONNRESET' || error === 'socket hang up') return 'closed';
  // Envoy adds this header to what came from upstream, so a refusal with it is not the caller's own proxy's.
  const fromUpstream = headers['x-envoy-upstream-service-time'] !== undefined;
  if (status === 403 && fromUpstream && (isHead || text === 'RBAC: access denied')) return 'forbidden by the callee';
  if (status === 502 && !fromUpstream && text === '') return 'unknown to the caller';
  if (status === 200 && (isHead || appOf(answer) === callee.name)) return 'answered';
  return 'something else';
};

/** A cell and its answer as one line, for a report of what went wrong. */
export const describeCell = (
  { caller, callee, request, isDeclared }: Cell,
  { status, error, text }: MeshAnswer,
): string =>
  `${caller.name} -> ${callee.name} ${request.method ?? 'GET'} ${request.host}:${request.port ?? 80}${request.path}` +
  ` (${isDeclared ? 'declared' : 'not declared'}): ${status ?? error} ${text.slice(0, 60)}`;
