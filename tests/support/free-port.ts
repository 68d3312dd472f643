import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Below the ports that systems give to outgoing connections: a server that is down for a while finds its port free when
 * it comes back, and a client that tries it in between cannot be given that very port, and so be connected to itself.
 */
const PORTS = [15_000, 32_000] as const;

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });

/** A port of the loopback address that nobody listens on, taken by chance so that two callers hardly ever get the same.
 * @throws Error when there seems to be none */
export const freePort = async (): Promise<number> => {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const port = randomInt(...PORTS);
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port of 127.0.0.1 between ${PORTS.join(' and ')}`);
};
