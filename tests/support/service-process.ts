import { readFileSync } from 'node:fs';
import type { ChildProcess } from 'node:child_process';
import { freePort } from './free-port.ts';
import { end, hasEnded, type ServerFolder } from './server-folder.ts';
import { until } from './until.ts';

/** A service to start as a process of its own. */
export interface ServiceSpec {
  readonly name: string;
  /** What Node runs, and its arguments. */
  readonly program: readonly [string, ...string[]];
  /** All that the process sees of the environment, beside PATH and the port: nothing of ours leaks into it. */
  readonly env: Readonly<Record<string, string>>;
  /** @default - a free one; it stays the same over restarts */
  readonly port?: number;
  /** @default - the folder of its log */
  readonly cwd?: string;
}

/** A service that runs. */
export interface ServiceProcess {
  readonly name: string;
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly port: number;
  /** All that it has printed, over restarts too. */
  log(): string;
  hasEnded(): boolean;
  /** How long its last start took, from the process to the first 200 of `/readyz`. */
  readonly startMs: number;
  /** Memory that it holds now, in MiB. Linux only. */
  memoryMiB(): number;
  /** Processor time that the process has used since it was started, in milliseconds. Linux only. */
  cpuMs(): number;
  /** kill -9. */
  kill(): Promise<void>;
  /** Sends SIGTERM only: what comes then is up to the service. */
  terminate(): void;
  /** SIGTERM, and waits. Gives its exit code. */
  stop(): Promise<number | null>;
  /** Starts it again after its end, on the same port, and waits until it is ready; with other environment if given. */
  restart(env?: Readonly<Record<string, string>>): Promise<void>;
  /** Waits until it answers 200 on `/readyz`. */
  ready(): Promise<void>;
}

/** Far above what a service takes, also on a machine that does much else. */
const READY_TIMEOUT_MS = 120_000;

const statusOf = async (url: string): Promise<number> => {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) });
    await answer.arrayBuffer();
    return answer.status;
  } catch {
    return 0;
  }
};

/** Runs a program of a service to its end, such as its migrations.
 * @throws Error with what it printed when its code is not 0 */
export const runService = async (servers: ServerFolder, { name, program, env, cwd }: ServiceSpec) => {
  const child = servers.start(name, process.execPath, program, {
    env: { PATH: process.env['PATH'], ...env },
    ...(cwd !== undefined && { cwd }),
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`${name} ended with code ${code}:\n${servers.endOfLog(name)}`);
};

/** Starts a service without waiting for it. It ends with the folder at the latest. */
export const launchService = async (servers: ServerFolder, spec: ServiceSpec): Promise<ServiceProcess> => {
  const { name, program, cwd } = spec;
  let { env } = spec;
  const port = spec.port ?? (await freePort());
  const url = `http://127.0.0.1:${port}`;
  let startedAt = 0;
  let startMs = Number.NaN;
  const launch = (): ChildProcess => {
    startedAt = performance.now();
    startMs = Number.NaN;
    return servers.start(name, process.execPath, program, {
      env: { PATH: process.env['PATH'], ...env, PORT: String(port) },
      ...(cwd !== undefined && { cwd }),
    });
  };
  let child = launch();
  const proc = (file: string): string => readFileSync(`/proc/${child.pid}/${file}`, 'utf8');

  const service: ServiceProcess = {
    name,
    url,
    port,
    log: () => servers.log(name),
    hasEnded: () => hasEnded(child),
    get startMs() {
      return startMs;
    },
    memoryMiB: () => Number(/^VmRSS:\s+(\d+) kB$/m.exec(proc('status'))?.[1]) / 1024,
    cpuMs: () => {
      // After the name in brackets: the 12th and 13th field are user and system time, in hundredths of a second.
      const fields = proc('stat').split(') ').at(-1)?.split(' ') ?? [];
      return (Number(fields[11]) + Number(fields[12])) * 10;
    },
    kill: () => end(child),
    terminate: () => void child.kill('SIGTERM'),
    stop: async () => {
      await end(child, 'SIGTERM');
      return child.exitCode;
    },
    restart: async (other) => {
      await end(child);
      if (other !== undefined) env = other;
      child = launch();
      await service.ready();
    },
    ready: async () => {
      const details = () => servers.endOfLog(name);
      await until(`${name} is ready`, { timeoutMs: READY_TIMEOUT_MS, everyMs: 20, details }, async () => {
        if (hasEnded(child)) throw new Error(`${name} ended (${child.exitCode ?? child.signalCode}):\n${details()}`);
        return (await statusOf(`${url}/readyz`)) === 200;
      });
      startMs = performance.now() - startedAt;
    },
  };
  return service;
};

/** Starts a service and waits until it is ready.
 * @throws Error with the end of its log when it does not become that */
export const startService = async (servers: ServerFolder, spec: ServiceSpec): Promise<ServiceProcess> => {
  const service = await launchService(servers, spec);
  await service.ready();
  return service;
};
