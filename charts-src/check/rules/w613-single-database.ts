import { storeOf } from '../../graph/stores.ts';
import { serving } from '../long-running.ts';
import type { Rule } from '../rule.ts';

/** A database or broker of one pod: what it serves stands still while that pod is away. */
export const singleDatabase = {
  code: 'W613',
  name: 'single-database',
  severity: 'info',
  summary: 'A database or broker is a single pod.',
  reads: ['StatefulSet', 'Service'],
  *check(graph) {
    for (const workload of serving(graph)) {
      const store = storeOf(workload);
      // One pod of any other kind is W505.
      if (workload.kind !== 'StatefulSet' || store === undefined || store === 'cache' || workload.replicas !== 1)
        continue;
      yield {
        manifest: workload.manifest,
        at: ['spec', 'replicas'],
        message: `the ${store} ${workload.name} is one pod: all that need it stand still while it is moved or its node is down, and its volume is the only copy of the data`,
        fix: 'run it with replicas of its own kind of replication, use one that is run for you, or take backups and try to restore them',
      };
    }
  },
} satisfies Rule;
