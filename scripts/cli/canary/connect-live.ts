import { connectCluster } from '../../cluster/connect.ts';
import { KubeconfigError } from '../../cluster/kubeconfig.ts';
import { prometheusMetrics } from '../../metrics/prometheus-metrics.ts';
import { Failure } from '../failure.ts';
import type { Connect } from './connection.ts';
import { liveHooks } from './live-hooks.ts';
import { ownProcess } from './own-process.ts';
import { prometheusUrl } from './require-metrics.ts';
import { runIds } from './run-ids.ts';
import { systemClock } from './system-clock.ts';

/** The cluster of a kubeconfig, Prometheus, and this machine. Nothing is asked yet. */
export const connectLive: Connect = async (options, world) => {
  const { cluster, dataPlane, access, close } = await connectCluster({
    file: options.kubeconfig,
    context: options.context,
    env: world.env,
    cwd: world.cwd,
  }).catch((error: unknown) => {
    throw error instanceof KubeconfigError ? new Failure(error.message) : error;
  });
  return {
    ports: {
      cluster,
      dataPlane,
      metrics: prometheusMetrics({ url: prometheusUrl(options, world), env: world.env, cwd: world.cwd }),
      hooks: liveHooks(world),
      clock: systemClock(),
      processes: ownProcess(),
      runIds: runIds(),
    },
    namespace: access.namespace,
    where: `context ${access.context} (${access.server})`,
    close,
  };
};
