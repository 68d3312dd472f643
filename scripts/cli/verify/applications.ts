import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the applications do with requests. */
export type Mood = 'answer' | 'fail' | 'hang';

/** A request as an application got it. */
export interface Arrived {
  /** Index of the server. */
  readonly server: number;
  readonly path: string;
  readonly authority: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Small servers on loopback that stand for the applications. */
export interface Applications {
  readonly ports: readonly number[];
  /** Requests since the mood was set, every try counted. */
  readonly arrived: readonly Arrived[];
  become(mood: Mood): void;
  close(): Promise<void>;
}

/** Starts as many applications as there are servers, each on a free port. */
export async function startApplications(count: number): Promise<Applications> {
  const arrived: Arrived[] = [];
  let mood: Mood = 'answer';
  const serve = (server: number) => (request: IncomingMessage, response: ServerResponse) => {
    request.resume();
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    arrived.push({ server, path: request.url ?? '', authority: headers['host'] ?? '', headers });
    if (mood !== 'hang') response.writeHead(mood === 'fail' ? 503 : 200, { 'x-weft-server': String(server) }).end();
  };
  const servers = await Promise.all(Array.from({ length: count }, (_, index) => listen(createServer(serve(index)))));
  return {
    ports: servers.map((server) => (server.address() as AddressInfo).port), // they listen on TCP
    arrived,
    become(next) {
      mood = next;
      arrived.length = 0;
    },
    async close() {
      await Promise.all(
        servers.map((server) => {
          server.closeAllConnections();
          return new Promise((done) => server.close(done));
        }),
      );
    },
  };
}

const listen = (server: Server): Promise<Server> =>
  new Promise((done, failed) => {
    server.once('error', failed);
    server.listen(0, '127.0.0.1', () => done(server));
  });
