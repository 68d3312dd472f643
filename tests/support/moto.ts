import { toolPath } from '../../scripts/dev/provision/tools-file.ts';
import { freePort } from './free-port.ts';
import { hasEnded, serverFolder } from './server-folder.ts';
import { until } from './until.ts';

/** S3 and DynamoDB on loopback, played by moto. */
export interface MotoServer {
  /** To be given to clients as their endpoint. */
  readonly url: string;
  /** Forgets all buckets and tables. */
  reset(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a server that plays S3 and DynamoDB.
 * @throws Error with the end of its log when it does not start */
export const startMoto = async (): Promise<MotoServer> => {
  const servers = serverFolder('moto');
  try {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const server = servers.start('moto', toolPath('moto_server'), ['-H', '127.0.0.1', '-p', String(port)]);
    const details = () => servers.endOfLog('moto');
    await until('moto answers', { timeoutMs: 60_000, details }, () => {
      if (hasEnded(server)) throw new Error(`moto ended:\n${details()}`);
      return fetch(`${url}/moto-api/`).then(
        ({ ok }) => ok,
        () => false,
      );
    });
    return {
      url,
      reset: async () => {
        const { ok, status } = await fetch(`${url}/moto-api/reset`, { method: 'POST' });
        if (!ok) throw new Error(`moto was not reset: ${status}`);
      },
      stop: () => servers.stop(),
    };
  } catch (error) {
    await servers.stop();
    throw error;
  }
};
