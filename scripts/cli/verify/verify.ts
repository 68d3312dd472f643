import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bootstrap } from '../../../charts-src/envoy/bootstrap.ts';
import type { Blueprint } from '../../../charts-src/explain/blueprint.ts';
import { compared } from '../../../charts-src/explain/match-request.ts';
import { pathWithQuery } from '../../../charts-src/explain/request.ts';
import { durationMs } from '../../../charts-src/model/duration.ts';
import { Failure } from '../failure.ts';
import type { World } from '../world.ts';
import { startApplications, type Applications } from './applications.ts';
import { makeCertificates } from './certificates.ts';
import { answerChecks, patienceCheck, triesCheck, type Check } from './check.ts';
import { startEnvoy } from './envoy.ts';
import { ENVOY, findProgram, OPENSSL } from './find-program.ts';
import { send, type Received } from './send.ts';

/** What a real Envoy did with a request. */
export interface Verification {
  /** Version of Envoy. */
  readonly envoy: string;
  /** How many requests were sent. */
  readonly requests: number;
  readonly checks: readonly Check[];
  /** What of the mesh was not built. */
  readonly missing: readonly string[];
}

/** Requests that show shares. */
const MANY = 300;
const AT_ONCE = 20;
/** Nobody waits longer to see a timeout. */
const LONGEST_MS = 12_000;

/**
 * Builds what explain says of a request with a real Envoy and small servers on loopback, sends the request, and
 * compares. Whatever happens, everything that it started has ended when it returns.
 *
 * @throws Failure when a program is missing, or Envoy refuses the configuration
 */
export async function verify(blueprint: Blueprint, world: Pick<World, 'env' | 'signal'>): Promise<Verification> {
  const [envoyProgram, openssl] = await Promise.all([findProgram(ENVOY, world), findProgram(OPENSSL, world)]);
  const folder = await mkdtemp(join(tmpdir(), 'weft-'));
  const undo: (() => Promise<void>)[] = [() => rm(folder, { recursive: true, force: true })];
  try {
    const certificates = await makeCertificates(openssl, folder, blueprint.principal);
    const applications = await startApplications(blueprint.servers.length);
    undo.push(() => applications.close());
    const { config, missing } = bootstrap(blueprint, {
      socketOf: (server) => join(folder, `${server}.sock`),
      portOf: (server) => applications.ports[server] ?? 0,
      certificates,
    });
    const envoy = await startEnvoy(envoyProgram, config, folder);
    undo.push(() => envoy.stop());
    const ended = interruption(world.signal);
    return {
      envoy: envoy.version,
      missing,
      ...(await Promise.race([ask(blueprint, applications, envoy.port), ended])),
    };
  } finally {
    for (const one of undo.reverse()) await one();
  }
}

/** Never comes to an end, unless the process is told to stop. */
const interruption = (signal: AbortSignal): Promise<never> =>
  new Promise((_, failed) => {
    const stop = (): void => failed(new Failure('interrupted: the proxies were stopped'));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });

/** Sends the request to applications that answer, that fail, and that never answer. */
async function ask(
  blueprint: Blueprint,
  applications: Applications,
  port: number,
): Promise<Pick<Verification, 'requests' | 'checks'>> {
  const { said, request } = blueprint;
  const { authority, headers } = compared(request);
  const once = (): Promise<Received> =>
    send({
      port,
      method: request.method,
      path: pathWithQuery(request.path, request),
      headers: { ...headers, host: authority },
      timeoutMs: LONGEST_MS + 5_000,
    });
  const isShared =
    said.destinations.length > 1 || [said.fault?.abort, said.fault?.delay].some((part) => (part?.share ?? 0) > 0);
  const count = isShared && said.fault?.delay == null ? MANY : 1;
  applications.become('answer');
  const received = await several(count, once);
  const checks: Check[] = [...answerChecks(blueprint, received, applications.arrived)];
  let requests = count;
  // Only a request that always gets to an application tells how often it does.
  if (said.outcome !== 'routed' || isUneven(blueprint)) return { requests, checks };
  applications.become('fail');
  await once();
  checks.push(triesCheck(said, applications.arrived));
  requests += 1;
  const { worstCase } = said.tries;
  const worstMs = worstCase === null ? undefined : durationMs(worstCase);
  if (worstCase === null || worstMs === undefined || worstMs > LONGEST_MS) return { requests, checks };
  applications.become('hang');
  checks.push(patienceCheck(worstCase, worstMs, await once()));
  return { requests: requests + 1, checks };
}

/** Whether some requests never get to an application. */
const isUneven = ({ said }: Blueprint): boolean =>
  said.destinations.some(({ problem, answers }) => problem !== null || answers.length > 0) ||
  (said.fault?.abort?.share ?? 0) > 0 ||
  (said.fault?.delay?.share ?? 0) > 0;

async function several(count: number, once: () => Promise<Received>): Promise<readonly Received[]> {
  const received: Received[] = [];
  while (received.length < count) {
    const batch = Math.min(AT_ONCE, count - received.length);
    received.push(...(await Promise.all(Array.from({ length: batch }, once))));
  }
  return received;
}
