import type { TrafficPolicy } from './traffic-policy.ts';

/** Who sends or receives requests: an identity of the mesh, and the labels of the pods that carry it. */
export interface Party {
  readonly name: string;
  readonly namespace: string;
  /** Its ServiceAccount, from which Istio makes the identity that policies name. */
  readonly serviceAccount: string;
  /** Labels that select its pods, in Sidecar, AuthorizationPolicy and NetworkPolicy alike. */
  readonly podLabels: Readonly<Record<string, string>>;
}

/** Protocols that an edge can speak. */
export type EdgeProtocol = 'http' | 'grpc' | 'tcp';

/** A port of a callee. */
export interface CalleePort {
  /** Name of the Service port; Istio reads the protocol from it and from `appProtocol`. */
  readonly name: string;
  /** Port of the Service. */
  readonly number: number;
  /** Port of the container, the one that AuthorizationPolicy and NetworkPolicy mean. */
  readonly targetPort: number;
  readonly protocol: EdgeProtocol;
}

/** A party that can be called: it has a Service. */
export interface Callee extends Party {
  /** Full name of its Service. */
  readonly host: string;
  readonly ports: readonly CalleePort[];
  /** All ports of its Service, where `ports` are only those that an edge is to. A policy for connections is for all.
   * @default - `ports` are all */
  readonly servicePorts?: readonly CalleePort[];
  /** Its versions, each a subset of its DestinationRule. Empty: it has none. */
  readonly subsets: readonly string[];
  /** How its callers' proxies treat it, where they do not say otherwise. */
  readonly traffic?: TrafficPolicy;
  /** Full name of the headless Service by which its pods are addressed one by one, when there is one. */
  readonly headlessHost?: string;
}

/** Something outside the mesh that a ServiceEntry names. */
export interface ExternalCallee {
  readonly name: string;
  /** Namespace of the ServiceEntry. */
  readonly namespace: string;
  readonly hosts: readonly string[];
  readonly ports: readonly {
    /** Port that the application calls. */
    readonly number: number;
    /** Port of the host, to which the packets go. */
    readonly targetPort: number;
    readonly protocol: 'TLS' | 'HTTP' | 'TCP';
  }[];
}
