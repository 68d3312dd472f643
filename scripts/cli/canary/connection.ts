import type { Ports } from '../../../charts-src/canary/ports/ports.ts';
import type { World } from '../world.ts';
import type { ClusterOptions, MetricsOptions } from './given-options.ts';

/** A cluster, and all that a run needs of the world. */
export interface Connection {
  readonly ports: Ports;
  /** Namespace of the kubeconfig's context. */
  readonly namespace: string;
  /** In words, for questions: `context kind-shop (https://127.0.0.1:6443)`. */
  readonly where: string;
  close(): Promise<void>;
}

/** Opens a connection.
 * @throws Failure when it cannot be told which cluster is meant */
export type Connect = (options: ClusterOptions & MetricsOptions, world: World) => Promise<Connection>;

/** Does something with a cluster, and lets go of it whatever comes. */
export async function connected<T>(
  options: ClusterOptions & Partial<MetricsOptions>,
  world: World,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  // Only who talks to a cluster waits for its client library.
  const connect = world.connect ?? (await import('./connect-live.ts')).connectLive;
  const connection = await connect({ prometheus: undefined, ...options }, world);
  try {
    return await work(connection);
  } finally {
    await connection.close();
  }
}
