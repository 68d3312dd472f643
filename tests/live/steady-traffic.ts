import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Lab } from '../support/lab.ts';
import type { PodName } from '../support/mesh-cluster.ts';

const CLIENT = fileURLToPath(new URL('./steady-client.mjs', import.meta.url));

/** A request and what came back. */
export interface SteadyAnswer {
  /** Since 1970. */
  readonly sentMs: number;
  readonly tookMs: number;
  /** A status, or the error of the connection. */
  readonly status: number | string;
  /** Version of the pod that answered; null: it was none. */
  readonly version: string | null;
}

/** Traffic that flows until it is stopped. */
export interface SteadyTraffic {
  stop(): Promise<readonly SteadyAnswer[]>;
}

export interface SteadyOptions {
  readonly url: string;
  readonly perSecond: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends requests at a constant rate from a pod, through its sidecar, or from the node; resolves when they flow. */
export async function steadyTraffic(
  lab: Lab,
  from: PodName | 'node',
  { url, perSecond, headers = {} }: SteadyOptions,
): Promise<SteadyTraffic> {
  const [program, ...args] = lab.inNetworkOf(from);
  const words = Object.entries(headers).map(([name, value]) => `${name}=${value}`);
  const child = spawn(program, [...args, process.execPath, CLIENT, url, String(perSecond), ...words], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.on('error', () => undefined);
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (out += chunk));
  const ended = new Promise<number>((done) => child.once('close', (code) => done(code ?? 128)));
  await new Promise<void>((flows, fails) => {
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      err += chunk;
      if (err.includes('begun')) flows();
    });
    child.once('error', fails);
    child.once('close', () => fails(new Error(`no traffic from ${JSON.stringify(from)}: ${err}`)));
  });
  return {
    stop: async () => {
      child.stdin.end();
      const code = await ended;
      if (code !== 0) throw new Error(`the traffic ended with ${code}: ${err}`);
      // Printed by steady-client.mjs.
      const { answers } = JSON.parse(out) as {
        readonly answers: readonly (readonly [number, number, number | string, string | null])[];
      };
      return answers.map(([sentMs, tookMs, status, version]) => ({ sentMs, tookMs, status, version }));
    },
  };
}

/** Requests that were not answered as they should be. */
export const lost = (answers: readonly SteadyAnswer[]): readonly SteadyAnswer[] =>
  answers.filter(({ status }) => status !== 200);

/** How many a version answered. */
export const answeredBy = (answers: readonly SteadyAnswer[], version: string): number =>
  answers.filter((answer) => answer.version === version).length;

/** Whether so many of `total` are what a share makes likely: within three standard deviations. */
export function isWithinThreeSigma(count: number, total: number, share: number): boolean {
  const sigma = Math.sqrt(total * share * (1 - share));
  return Math.abs(count - total * share) <= 3 * sigma;
}
