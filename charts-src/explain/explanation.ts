import type { Manifest, Position } from '../manifest/manifest.ts';
import type { Path } from '../model/schema.ts';

/** Where a request comes from. */
export type Origin =
  | { readonly kind: 'workload'; readonly namespace: string; readonly name: string }
  | { readonly kind: 'gateway'; readonly namespace: string; readonly name: string }
  /** A client without a proxy and without an identity, outside of the mesh. */
  | { readonly kind: 'outside' };

/** Parts of the way, in the order in which a request meets them. */
export const STAGES = [
  'client',
  'scope',
  'host',
  'listener',
  'virtual-host',
  'route',
  'fault',
  'action',
  'headers',
  'mirror',
  'cluster',
  'policy',
  'timeout',
  'retries',
  'mtls',
  'authentication',
  'authorization',
] as const;
export type Stage = (typeof STAGES)[number];

/** One decision on the way of a request. */
export interface Step {
  readonly stage: Stage;
  /** What happens. */
  readonly decision: string;
  /** What decides it. */
  readonly why: string;
  /** The object that says so; nothing where it is a default. */
  readonly by?: { readonly manifest: Manifest; readonly at: Path };
}

/**
 * How it ends. `routed`: some pod gets it. `redirected`, `answered`: the proxy answers by itself, as it was told to.
 * `refused`: 401, 403, or plain text where mutual TLS is asked for. `not-found`: no rule, 404. `unroutable`: nothing
 * there to send it to. `passthrough`: the proxy lets it out without knowing it.
 */
export type Outcome = 'routed' | 'redirected' | 'answered' | 'refused' | 'not-found' | 'unroutable' | 'passthrough';

/** Mutual TLS as the client speaks it. */
export type ClientTls = 'mutual' | 'simple' | 'plain';

/** One of the places that a request may be sent to. */
export interface ExplainedDestination {
  readonly host: string;
  readonly subset: string | null;
  readonly port: number;
  /** As Istio names it: `outbound|80|v1|orders.shop.svc.cluster.local`. */
  readonly cluster: string;
  /** Part of the requests, from 0 to 1. */
  readonly share: number;
  /** Pods behind it; null where the files do not say. */
  readonly replicas: number | null;
  /** Workloads behind it: `Deployment shop/orders-v1`. */
  readonly workloads: readonly string[];
  readonly outcome: Outcome;
  /** What the proxies answer by themselves; null where the application does. */
  readonly status: number | null;
  readonly mtls: { readonly client: ClientTls; readonly server: 'STRICT' | 'PERMISSIVE' | 'DISABLE' | null };
  readonly authorization: AuthorizationVerdict;
  /** What keeps requests from arriving; null when nothing does. */
  readonly problem: string | null;
  /** Where the workloads behind it do not answer alike: what each does. Empty when they do. */
  readonly answers: readonly WorkloadAnswer[];
}

/** What one workload behind a destination does with the request. */
export interface WorkloadAnswer {
  /** `Deployment shop/orders-v1`. */
  readonly workload: string;
  readonly outcome: Outcome;
  readonly status: number | null;
  readonly problem: string | null;
}

/** Whether the server lets it in, and which policy decides; null where there is none. */
export interface AuthorizationVerdict {
  readonly decision: 'allow' | 'deny';
  /** `AuthorizationPolicy shop/orders rules[0]`. */
  readonly policy: string | null;
}

/** How often and how long a request is tried. */
export interface Tries {
  /** The first try counts. */
  readonly attempts: number;
  readonly perTryTimeout: string | null;
  /** Envoy's conditions and statuses. */
  readonly on: readonly string[];
  /** Longest that all of it can take; null where nothing ends it. */
  readonly worstCase: string | null;
}

/** What a request meets on its way. */
export interface Explanation {
  readonly outcome: Outcome;
  readonly status: number | null;
  readonly steps: readonly Step[];
  readonly destinations: readonly ExplainedDestination[];
  /** Null: none. */
  readonly timeout: string | null;
  readonly tries: Tries;
  readonly mtls: ExplainedDestination['mtls'];
  readonly authorization: AuthorizationVerdict;
  /** The rule that was chosen; null where none was. */
  readonly route: ExplainedRoute | null;
  /** The request as the first destination gets it; null where none does. */
  readonly upstream: Upstream | null;
  /** Shares of requests that a fault hits. */
  readonly fault: ExplainedFault | null;
  readonly redirect: { readonly location: string; readonly status: number } | null;
  readonly mirrors: readonly { readonly cluster: string; readonly share: number }[];
  /** Blocks of the traffic policy that act for the first destination, in Envoy's terms. */
  readonly circuitBreaker: Readonly<Record<string, string | number>> | null;
  /** What the answer depends on and the files do not say. */
  readonly assumptions: readonly string[];
}

/** A request as an application gets it. */
export interface Upstream {
  readonly path: string;
  readonly authority: string;
  /** Headers that the client sent or rules set, by lower-case name. Proxies add some of their own. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A rule of a VirtualService that took a request. */
export interface ExplainedRoute {
  /** `VirtualService shop/orders`; null for the default route of a host without one. */
  readonly virtualService: string | null;
  /** Name of the rule as Envoy has it; null where it has none. */
  readonly name: string | null;
  /** Index of the rule in `spec.http`; null for a default route. */
  readonly rule: number | null;
}

/** A fault that the client's proxy makes up. Shares are from 0 to 1. */
export interface ExplainedFault {
  readonly abort: { readonly status: number; readonly share: number } | null;
  readonly delay: { readonly fixedDelay: string; readonly share: number } | null;
}

/** Where a step's object stands. */
export const stepPosition = ({ by }: Step): Position | undefined => by?.manifest.position(by.at);
