import type { FastifyInstance } from 'fastify';
import { operationsOf, readContract } from '../shared/http/contract.ts';
import type { AnyHandler } from '../shared/http/routes.ts';
import type { Module } from '../shared/module.ts';
import { forward } from './forward.ts';
import { connectionsTo } from '../shared/http/connections.ts';
import { UPSTREAMS, type Collection, type Upstream, type UrlVariable } from './upstreams.ts';

/** Where the services behind the gateway are. */
export type ServiceUrls = Readonly<Record<UrlVariable, string>>;

/** The gateway: it has no operation of its own, keeps nothing, and hands on what its contract has. */
export interface Gateway extends Module {
  /** Lets the connections to the services go once the server has closed. */
  readonly closeWith: (app: FastifyInstance) => void;
}

/** The gateway in front of services. */
export function gateway(
  urls: ServiceUrls,
  upstreams: Readonly<Record<Collection, Upstream<UrlVariable>>> = UPSTREAMS,
): Gateway {
  const contract = readContract('gateway');
  const variables = new Set(Object.values(upstreams).map(({ variable }) => variable));
  const connections = new Map([...variables].map((variable) => [variable, connectionsTo(urls[variable])]));
  const handlers: Record<string, AnyHandler> = {};
  for (const { path, operation, ...placed } of operationsOf(contract)) {
    const { variable, timeoutMs } = upstreams[path.split('/')[1] as Collection]; // the paths of this very contract
    const upstream = connections.get(variable);
    if (upstream === undefined) throw new Error(`there is no connection to ${variable}`);
    handlers[operation.operationId] = forward({ ...placed, path, operation, upstream, timeoutMs });
  }
  return {
    name: 'gateway',
    routes: [{ contract, handlers }],
    subscriptions: [],
    workers: [],
    closeWith: (app) =>
      app.addHook('onClose', async () => {
        await Promise.all([...connections.values()].map(({ pool }) => pool.close()));
      }),
  };
}
