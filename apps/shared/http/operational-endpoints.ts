import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Metrics } from '../runtime/metrics.ts';

const REMEMBER_MS = 1_000;

/** Whether this process wants requests. */
export interface Readiness {
  /** Says no from now on. */
  readonly turnOff: () => void;
}

/**
 * Whether a request found a route that is no API's. The route is asked, not the address: one path can be spelled in many
 * ways (`/%61pi`, `http://host/api`), and the router knows them all.
 */
export const isOperational = ({ routeOptions: { url } }: Pick<FastifyRequest, 'routeOptions'>): boolean =>
  url !== undefined && !url.startsWith('/api');

/**
 * What a mesh asks of a service, outside of its API: `/livez` while the process works, `/readyz` while it wants
 * requests, `/version`, `/metrics`. A broker that is away makes no service unready: events wait in the outbox.
 */
export function operationalEndpoints(
  app: FastifyInstance,
  options: {
    readonly name: string;
    readonly version: string;
    readonly metrics: Metrics;
    /** Rejects while what is needed for an answer is away. */
    readonly check: () => Promise<void>;
  },
): Readiness {
  const { name, version, metrics, check } = options;
  let isOn = true;
  let last: { readonly at: number; readonly isFine: boolean } | undefined;
  const isReady = async (): Promise<boolean> => {
    if (!isOn) return false;
    if (last === undefined || Date.now() - last.at >= REMEMBER_MS)
      last = {
        isFine: await check().then(
          () => true,
          () => false,
        ),
        at: Date.now(),
      };
    return isOn && last.isFine;
  };
  app.get('/livez', async () => ({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) =>
    (await isReady()) ? { status: 'ok' } : reply.status(503).send({ status: isOn ? 'not ready' : 'draining' }),
  );
  app.get('/version', async () => ({ service: name, version }));
  app.get('/metrics', async (_request, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  );
  // A client that keeps its connection learns with its next answer that it should use another one.
  app.addHook('onSend', async (_request, reply) => {
    if (!isOn) void reply.header('connection', 'close');
  });
  return { turnOff: () => void (isOn = false) };
}
