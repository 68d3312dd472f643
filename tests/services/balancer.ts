import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';

/** What stands between callers and the instances of a service: it sends to those that are ready, and tries nothing twice. */
export interface Balancer {
  readonly url: string;
  /** Adds an instance; it gets requests once it is ready. */
  add(url: string): void;
  /** Requests that got no answer from an instance. */
  readonly failures: readonly string[];
  /** How many instances are ready. */
  ready(): number;
  stop(): Promise<void>;
}

const LOOK_EVERY_MS = 50;
const HOP_BY_HOP = ['connection', 'keep-alive', 'transfer-encoding', 'host'];

const passedOn = (headers: IncomingMessage['headers']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || HOP_BY_HOP.includes(name) ? [] : [[name, String(value)]],
    ),
  );

/** Starts one without instances. */
export const startBalancer = async (): Promise<Balancer> => {
  const instances = new Map<string, { readonly pool: Pool; isReady: boolean }>();
  const failures: string[] = [];
  let turn = 0;
  let isOver = false;

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const ready = [...instances.values()].filter(({ isReady }) => isReady);
    const chosen = ready[(turn += 1) % ready.length];
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer); // of a request without an encoding
    try {
      if (chosen === undefined) throw new Error('no instance is ready');
      const answer = await chosen.pool.request({
        method: request.method as 'GET', // whatever it is, undici sends it
        path: request.url ?? '/',
        headers: passedOn(request.headers),
        body: chunks.length > 0 ? Buffer.concat(chunks) : null,
      });
      const body = Buffer.from(await answer.body.arrayBuffer());
      response.writeHead(answer.statusCode, passedOn(answer.headers)).end(body);
    } catch (error) {
      failures.push(`${request.method} ${request.url}: ${error instanceof Error ? error.message : String(error)}`);
      response.writeHead(502).end();
    }
  };
  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  const look = async (url: string, instance: { isReady: boolean }): Promise<void> => {
    instance.isReady = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) }).then(
      async (answer) => {
        await answer.arrayBuffer();
        return answer.status === 200;
      },
      () => false,
    );
  };
  const looking = (async () => {
    while (!isOver) {
      await Promise.all([...instances].map(([url, instance]) => look(url, instance)));
      await sleep(LOOK_EVERY_MS);
    }
  })();

  return {
    // What a server that listens on an address has.
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    add: (url) => void instances.set(url, { pool: new Pool(url, { connections: 32 }), isReady: false }),
    failures,
    ready: () => [...instances.values()].filter(({ isReady }) => isReady).length,
    stop: async () => {
      isOver = true;
      await looking;
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await Promise.all([...instances.values()].map(({ pool }) => pool.destroy()));
    },
  };
};
