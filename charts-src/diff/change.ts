import type { Manifest } from '../manifest/manifest.ts';
import type { Path } from '../model/schema.ts';

/** A field of an object of one of the two sets. */
export interface Reference {
  readonly manifest: Manifest;
  readonly at: Path;
}

/** `broader`: somebody may now do what they could not. `narrower`: the reverse. */
export type Direction = 'broader' | 'narrower';

/** What a change of security is about. */
export type SecurityTopic =
  | 'access'
  | 'identity'
  | 'mtls'
  | 'token'
  | 'gateway'
  | 'egress'
  | 'network'
  | 'injection'
  | 'powers'
  | 'rbac'
  | 'cors';

/** What a change does to who may reach what. */
export interface SecurityChange {
  readonly direction: Direction;
  readonly topic: SecurityTopic;
  /** Whom or what it concerns, at least one: `Deployment shop/orders-v1`, `Gateway shop/public`. */
  readonly subjects: readonly string[];
  readonly message: string;
  readonly by: Reference | undefined;
}

/** What about the treatment of requests can change. */
export type TrafficTopic =
  | 'outcome'
  | 'pods'
  | 'shares'
  | 'timeout'
  | 'tries'
  | 'breaker'
  | 'policy'
  | 'fault'
  | 'mirror'
  | 'rewrite'
  | 'headers'
  | 'mtls';

/** What a change does to requests of one kind. */
export interface TrafficChange {
  /** Who sends them: `shop/api-gateway-v1`, `gateway:shop/public`. */
  readonly from: string;
  /** How many other senders are treated alike. */
  readonly alike: number;
  readonly host: string;
  readonly port: number;
  /** Which requests: `path prefix "/api"`. */
  readonly requests: string;
  readonly topic: TrafficTopic;
  readonly before: string;
  readonly after: string;
  readonly by: Reference | undefined;
}

/**
 * What applying a change does. `restart`: pods are made anew. `scale`: there are more or fewer. `order`: something has
 * to be applied before something else. `refused`: the API server does not take it. `risk`: requests could be dropped.
 * `unjudged`: nobody here can tell what it does.
 */
export type RolloutTopic = 'restart' | 'scale' | 'order' | 'refused' | 'risk' | 'unjudged';

/** What applying a change does to what runs. */
export interface RolloutChange {
  readonly topic: RolloutTopic;
  readonly subject: string;
  readonly message: string;
  readonly by: Reference | undefined;
}
