import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiServer } from './api-server.ts';

/** A call on its way to the API server. */
export interface ProxiedCall {
  /** Counted from 1, in the order of arrival. */
  readonly index: number;
  readonly method: string;
  readonly path: string;
  readonly isWatch: boolean;
}

/** What becomes of a call. */
export type Fate =
  | { readonly does: 'pass' }
  /** The server never sees it, and answers so all the same. */
  | {
      readonly does: 'answer';
      readonly status: number;
      readonly body: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** The server gets it so much later. */
  | { readonly does: 'delay'; readonly ms: number }
  /** The connection breaks before the server sees it. */
  | { readonly does: 'drop' }
  /** The server does it, and the connection breaks before its answer arrives. */
  | { readonly does: 'lose' }
  /** Nothing comes back, ever. */
  | { readonly does: 'swallow' }
  /** The answer breaks off after so long: for watches. */
  | { readonly does: 'cut'; readonly afterMs: number };

const kubeconfigBy = (url: string, kubeconfig: string): string => {
  // Written by startApiServer.
  const config = JSON.parse(readFileSync(kubeconfig, 'utf8')) as {
    readonly clusters: readonly { readonly name: string }[];
  };
  const clusters = config.clusters.map(({ name }) => ({ name, cluster: { server: url } }));
  const file = join(dirname(kubeconfig), `by-${new URL(url).port}-${basename(kubeconfig)}`);
  writeFileSync(file, JSON.stringify({ ...config, clusters }), { mode: 0o600 });
  return file;
};

/** A server between a client and the API server that decides what becomes of each call. */
export interface ApiProxy {
  readonly url: string;
  /** The kubeconfig of somebody, by way of this proxy. */
  readonly kubeconfig: string;
  readonly calls: readonly ProxiedCall[];
  stop(): Promise<void>;
}

/**
 * Starts one in front of a real API server. `decide` is asked when a call arrives, and again with `after` when its answer
 * is there and not yet passed on; it may take its time, and may end the client meanwhile.
 */
export const startApiProxy = async (
  server: Pick<ApiServer, 'url' | 'certificate' | 'kubeconfig'>, // the kubeconfig may be of anybody
  decide: (call: ProxiedCall) => Fate | Promise<Fate>,
  onAnswer: (call: ProxiedCall) => void | Promise<void> = () => undefined,
): Promise<ApiProxy> => {
  const agent = new HttpsAgent({ keepAlive: true, ca: server.certificate });
  const sockets = new Set<Socket>();
  const calls: ProxiedCall[] = [];

  const forward = (incoming: IncomingMessage, body: Buffer): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const outgoing = httpsRequest(`${server.url}${incoming.url ?? '/'}`, {
        method: incoming.method,
        agent,
        headers: { ...incoming.headers, host: new URL(server.url).host },
      });
      outgoing.once('response', resolve);
      outgoing.once('error', reject);
      outgoing.end(body);
    });

  const handle = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const path = incoming.url ?? '/';
    const call: ProxiedCall = {
      index: calls.length + 1,
      method: incoming.method ?? 'GET',
      path,
      isWatch: /[?&]watch=true/.test(path),
    };
    calls.push(call);
    const body = Buffer.concat(await incoming.toArray());
    const fate = await decide(call);
    switch (fate.does) {
      case 'drop':
        return void outgoing.destroy();
      case 'swallow':
        return;
      case 'answer':
        return void outgoing
          .writeHead(fate.status, { 'content-type': 'application/json', ...fate.headers })
          .end(fate.body);
      case 'delay':
        await sleep(fate.ms);
        break;
      case 'pass':
      case 'lose':
      case 'cut':
        break;
    }
    if (outgoing.destroyed) return;
    const answer = await forward(incoming, body);
    // Who is gone does not read on: without this a watch would go on for ever.
    outgoing.once('close', () => answer.destroy());
    await onAnswer(call);
    if (fate.does === 'lose') {
      answer.destroy();
      return void outgoing.destroy();
    }
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    outgoing.flushHeaders();
    answer.on('error', () => outgoing.destroy());
    answer.pipe(outgoing);
    if (fate.does === 'cut') setTimeout(() => outgoing.destroy(), fate.afterMs);
  };

  const listener = createServer((incoming, outgoing) => {
    handle(incoming, outgoing).catch(() => outgoing.destroy());
  });
  listener.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const address = listener.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    calls,
    kubeconfig: kubeconfigBy(url, server.kubeconfig),
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      agent.destroy();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
};
