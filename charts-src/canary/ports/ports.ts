import type { DataPlane } from './acknowledgement.ts';
import type { Clock } from './clock.ts';
import type { Cluster } from './cluster.ts';
import type { Hooks } from './hooks.ts';
import type { Metrics } from './metrics.ts';
import type { Processes, RunIds } from './process.ts';

/** All that the driver needs of the world. The command line joins it to a real one, tests to one in memory. */
export interface Ports {
  readonly cluster: Cluster;
  readonly dataPlane: DataPlane;
  readonly metrics: Metrics;
  readonly hooks: Hooks;
  readonly clock: Clock;
  readonly processes: Processes;
  readonly runIds: RunIds;
}
