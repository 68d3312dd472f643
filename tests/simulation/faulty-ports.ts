import type { KubernetesObject } from '../../charts-src/canary/ports/cluster.ts';
import type { PortFailure, Result } from '../../charts-src/canary/ports/failure.ts';
import type { Ports } from '../../charts-src/canary/ports/ports.ts';
import type { CanaryMesh } from '../support/canary-mesh.ts';

/** What can go wrong with one call. */
export const FAULTS = [
  'crash-before',
  'crash-after',
  'conflict',
  'throttled',
  'failing',
  'timed-out',
  'lost-answer',
  'stale-read',
  'slow',
  'second-engine',
] as const;
export type Fault = (typeof FAULTS)[number];

/** Decides what goes wrong with a call, by its number in the whole simulation, from 0, and its name. */
export type FaultAt = (call: number, name: string) => Fault | undefined;

/** The world of one engine, with faults. A process that crashed does nothing any more: whatever it waits for never comes. */
export interface FaultyWorld {
  readonly ports: Ports;
  readonly crashed: Promise<'crashed'>;
}

/** Counts calls and faults over all engines of a simulation. */
export interface FaultCount {
  calls: number;
  readonly struck: string[];
  /** Ready endpoints of the canary when a version was written. */
  readonly ready: Map<string, number>;
}

export function faultyPorts(
  mesh: CanaryMesh,
  ports: Ports,
  faultAt: FaultAt,
  { count, onSecondEngine }: { readonly count: FaultCount; readonly onSecondEngine: () => void },
): FaultyWorld {
  let isDead = false;
  let crash = (): void => undefined;
  const crashed = new Promise<'crashed'>((resolve) => {
    crash = () => {
      isDead = true;
      resolve('crashed');
    };
  });
  const never = new Promise<never>(() => undefined);
  const alive = <T>(value: T): T | Promise<never> => (isDead ? never : value);

  const call = async <T>(name: string, execute: () => Promise<Result<T>>): Promise<Result<T>> => {
    if (isDead) return never;
    const number = count.calls++;
    const fault = faultAt(number, name);
    if (fault !== undefined) count.struck.push(`${number} ${name}: ${fault}`);
    switch (fault) {
      case 'crash-before':
        crash();
        return never;
      case 'crash-after':
        await execute();
        crash();
        return never;
      case 'conflict':
        if (name !== 'replaceVirtualService') return alive(await execute());
        await Promise.resolve();
        return alive(failed({ type: 'conflict', retryable: true, message: 'simulated 409' }));
      case 'throttled':
        await Promise.resolve();
        return alive(failed({ type: 'throttled', retryable: true, retryAfterMs: 1_000, message: 'simulated 429' }));
      case 'failing':
        await Promise.resolve();
        return alive(
          failed({ type: 'failing', retryable: true, uncertain: false, status: 500, message: 'simulated 500' }),
        );
      case 'timed-out':
        await mesh.clock.sleep(10_000, new AbortController().signal);
        return alive(failed({ type: 'timed-out', retryable: true, uncertain: true, message: 'simulated time-out' }));
      case 'lost-answer':
        await execute();
        return alive(
          failed({ type: 'unreachable', retryable: true, uncertain: true, message: 'simulated loss of the answer' }),
        );
      case 'slow':
        await mesh.clock.sleep(2_000, new AbortController().signal);
        return isDead ? never : alive(await execute());
      case 'second-engine':
        onSecondEngine();
        return alive(await execute());
      case 'stale-read': {
        const answer = await execute();
        return alive(isDead || !answer.ok ? answer : { ok: true, value: older(mesh, answer.value) });
      }
      case undefined:
        return alive(await execute());
    }
  };

  const write: Ports['cluster']['replaceVirtualService'] = async (...given) => {
    const written = await ports.cluster.replaceVirtualService(...given);
    const ready = mesh.cluster.pods.find(({ labels }) => labels['version'] === 'v2')?.ready ?? 0;
    if (written.ok) count.ready.set(written.value.metadata.resourceVersion ?? '', ready);
    return written;
  };

  const { cluster, dataPlane, metrics, hooks, clock } = ports;
  return {
    crashed,
    ports: {
      ...ports,
      cluster: {
        ...cluster,
        virtualService: (...given) => call('virtualService', () => cluster.virtualService(...given)),
        destinationRule: (...given) => call('destinationRule', () => cluster.destinationRule(...given)),
        replaceVirtualService: (...given) => call('replaceVirtualService', () => write(...given)),
        capacity: (...given) => call('capacity', () => cluster.capacity(...given)),
        replicas: (...given) => call('replicas', () => cluster.replicas(...given)),
        scale: (...given) => call('scale', () => cluster.scale(...given)),
        watchVirtualService: async function* (...given) {
          for await (const event of cluster.watchVirtualService(...given)) {
            if (isDead) await never;
            yield event;
          }
        },
      },
      dataPlane: {
        ...dataPlane,
        acknowledgement: (...given) => call('acknowledgement', () => dataPlane.acknowledgement(...given)),
      },
      metrics: { ...metrics, sample: (...given) => call('sample', () => metrics.sample(...given)) },
      hooks: { call: (...given) => call('hook', () => hooks.call(...given)) },
      clock: { ...clock, sleep: async (...given) => alive(await clock.sleep(...given)) },
    },
  };
}

const failed = (failure: PortFailure): { readonly ok: false; readonly failure: PortFailure } => ({
  ok: false,
  failure,
});

/** What a cache would give: the version before. What is no VirtualService has no history here. */
function older<T>(mesh: CanaryMesh, value: T): T {
  const object = value as KubernetesObject | undefined;
  if (typeof object !== 'object' || object.kind !== 'VirtualService') return value;
  const versions = mesh.cluster.history(object.metadata);
  return (versions.at(-2)?.object ?? value) as T; // another version of the same object
}
