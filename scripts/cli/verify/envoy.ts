import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CLIENT_LISTENER } from '../../../charts-src/envoy/bootstrap.ts';
import type { Proto } from '../../../charts-src/envoy/proto.ts';
import { Failure } from '../failure.ts';
import { start } from './child.ts';
import { send } from './send.ts';

/** An Envoy that serves a configuration. */
export interface RunningEnvoy {
  /** As it names itself: `1.38.3`. */
  readonly version: string;
  /** Port of the client's listener on loopback. */
  readonly port: number;
  stop(): Promise<void>;
}

const START_MS = 20_000;
const LOOK_MS = 50;

/**
 * Starts Envoy, and waits until it serves.
 *
 * @throws Failure with what Envoy said when it refuses the configuration
 */
export async function startEnvoy(program: string, config: Proto, folder: string): Promise<RunningEnvoy> {
  const [configFile, adminFile] = [join(folder, 'envoy.json'), join(folder, 'admin.txt')];
  await writeFile(configFile, JSON.stringify(config));
  const envoy = start(program, [
    ...['-c', configFile, '--admin-address-path', adminFile],
    ...['--disable-hot-restart', '--concurrency', '1', '--log-level', 'warning'],
  ]);
  let end: string | undefined;
  void envoy.ended.then(({ code, words }) => (end = `code ${code ?? 'none'}: ${words.trim()}`));
  for (let waited = 0; waited < START_MS; waited += LOOK_MS) {
    if (end !== undefined) throw new Failure(`Envoy did not start with what explain says, ${end}`);
    const serving = await servingAt(adminFile);
    if (serving) return { ...serving, stop: () => envoy.stop() };
    await new Promise((done) => setTimeout(done, LOOK_MS));
  }
  await envoy.stop();
  throw new Failure(`Envoy was not ready after ${START_MS / 1000} s`);
}

/** Port and version once it serves. */
async function servingAt(adminFile: string): Promise<Pick<RunningEnvoy, 'port' | 'version'> | undefined> {
  const address = await readFile(adminFile, 'utf8').catch(() => '');
  const admin = Number(address.split(':').at(-1));
  if (!(admin > 0)) return undefined;
  const ask = (path: string) => send({ port: admin, method: 'GET', path, headers: {}, timeoutMs: 2_000 });
  const info = await ask('/server_info');
  const { state, version = '' } = json(info.text) as { readonly state?: string; readonly version?: string }; // Envoy's own
  if (state !== 'LIVE') return undefined;
  const { listener_statuses: listeners = [] } = json((await ask('/listeners?format=json')).text) as {
    readonly listener_statuses?: readonly {
      readonly name: string;
      readonly local_address?: { readonly socket_address?: { readonly port_value?: number } };
    }[];
  }; // Envoy's own
  const port = listeners.find(({ name }) => name === CLIENT_LISTENER)?.local_address?.socket_address?.port_value;
  return port === undefined ? undefined : { port, version: version.split('/')[1] ?? version };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {}; // it is not ready yet
  }
}
