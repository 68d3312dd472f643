import type { Cancellation } from './cancellation.ts';
import type { Result } from './failure.ts';
import type { Reference } from './cluster.ts';

/** What of the data plane is asked: do the proxies that route to these hosts hold the write with this marker? */
export interface AcknowledgementQuestion {
  /** Full names of the hosts whose routes were written. */
  readonly hosts: readonly string[];
  /** Text that only the newest write has in the `name` of its routes; null: it was taken away, or has no route with a name. */
  readonly marker: string | null;
  /** The VirtualServices that were written. */
  readonly virtualServices: readonly Reference[];
  /**
   * Weights of routes of HTTP as they were written, whole numbers, by Envoy cluster name:
   * `outbound|80|v1|orders.shop.svc.cluster.local`. None: all routes are of TLS or TCP, and nobody can be asked.
   */
  readonly weights: readonly { readonly host: string; readonly subset: string | null; readonly weight: number }[];
}

/** A proxy as a message names it. */
export interface ProxyName {
  readonly namespace: string;
  readonly pod: string;
}

/** How far a write has come, seen once. */
export type Acknowledgement =
  /** All proxies that route to the host hold it. */
  | { readonly state: 'acknowledged'; readonly proxies: number; readonly how: string }
  /** The marker was seen in `holding` of `proxies`; `lagging` are the others, as far as they are known. */
  | {
      readonly state: 'pending';
      readonly markerSeen: boolean;
      readonly holding: number;
      readonly proxies: number;
      readonly lagging: readonly ProxyName[];
    }
  /** Nobody can be asked from here: only time can tell. */
  | { readonly state: 'unobservable'; readonly why: string };

/** The data plane as witness. Connections are opened once a run and closed at its end. */
export interface DataPlane {
  /** Looks once. Its failures are passing ones; who cannot be asked at all is `unobservable`. */
  acknowledgement(question: AcknowledgementQuestion, signal: Cancellation): Promise<Result<Acknowledgement>>;
  close(): Promise<void>;
}
