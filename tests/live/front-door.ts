import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Lab } from '../support/lab.ts';

const DOOR = fileURLToPath(new URL('./images/front-door.mjs', import.meta.url));
/** The first address that the lab gives to a Service of type LoadBalancer: the ingress gateway's. */
const GATEWAY = '10.202.0.1';

/** A way into the mesh from this process, as from anywhere outside. */
export interface FrontDoor {
  /** `http://127.0.0.1:PORT`: what is asked here is asked of the ingress gateway, by TLS. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Opens a way to a host that the ingress gateway of a lab answers for. */
export const openFrontDoor = async (lab: Lab, host: string): Promise<FrontDoor> => {
  const folder = mkdtempSync(join(tmpdir(), 'weft-door-'));
  const path = join(folder, 'door');
  const [program, ...args] = lab.inNetworkOf('node');
  const child = spawn(program, [...args, process.execPath, DOOR, path, GATEWAY, host], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  await new Promise<void>((opens, fails) => {
    child.stdout.once('data', () => opens());
    child.once('error', fails);
    child.once('close', (code) => fails(new Error(`no way to the ingress gateway: ended with ${code}`)));
  });
  // Clients speak to addresses, not to files.
  const server = createServer((socket) => {
    const onward = connect(path);
    socket.pipe(onward).pipe(socket);
    for (const [one, other] of [
      [socket, onward],
      [onward, socket],
    ] as const)
      one.on('error', () => undefined).on('close', () => other.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a port was listened on');
  return {
    url: `http://127.0.0.1:${address.port}`,
    stop: async () => {
      child.stdin.end();
      await ended;
      server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
