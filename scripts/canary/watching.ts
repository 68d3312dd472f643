import type { Clock } from '../../charts-src/canary/ports/clock.ts';
import type { Cluster, Reference, WatchEvent } from '../../charts-src/canary/ports/cluster.ts';
import { pauseMs } from './insist.ts';

/** A watch that is opened again when it ends. */
export interface Watching {
  close(): Promise<void>;
}

/** What is told of a watched object. */
export interface Heard {
  /** The resourceVersion that is known last: from there it goes on. */
  readonly known: () => string;
  readonly onEvent: (event: Exclude<WatchEvent, { readonly type: 'interrupted' }>) => void;
  /** Changes may have been missed. */
  readonly onGap: () => void;
}

/** Tells of every change of a VirtualService, for as long as nobody closes it. */
export function watching(
  { cluster, clock }: { readonly cluster: Cluster; readonly clock: Clock },
  reference: Reference,
  { known, onEvent, onGap }: Heard,
): Watching {
  const closed = new AbortController();
  const watched = (async () => {
    for (let failures = 0; !closed.signal.aborted; failures++) {
      for await (const event of cluster.watchVirtualService(reference, { resourceVersion: known() }, closed.signal)) {
        if (closed.signal.aborted) return;
        if (event.type === 'interrupted') {
          onGap();
          await clock.sleep(pauseMs(failures, event.failure), closed.signal);
          break;
        }
        failures = 0;
        onEvent(event);
      }
      onGap();
    }
  })();
  return {
    close: async () => {
      closed.abort();
      await watched;
    },
  };
}
