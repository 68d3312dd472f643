import { acceptanceAnnotations, type Acceptances } from './acceptance.ts';
import type { Contract, Operation } from './contract.ts';
import type { Duration } from './duration.ts';
import { own } from './own.ts';
import type { Callee, ExternalCallee, Party } from './party.ts';
import type { Retries, TrafficPolicy } from './traffic-policy.ts';

/** Requests: this caller may do these operations of that callee, with this patience. */
export interface RequestEdge {
  readonly kind: 'request';
  readonly caller: Party;
  readonly callee: Callee;
  readonly contract: Contract;
  /** Names of the operations, in the order of the contract. */
  readonly operations: readonly string[];
  readonly timeout?: Duration;
  readonly retries?: Retries & { readonly idempotent?: 'by key' };
  readonly policy?: TrafficPolicy;
  readonly accepts?: Acceptances;
  /** Set where the caller is an ingress gateway: its routes are its own. */
  readonly via?: 'gateway';
  /** Who vouches for the user of a request where an operation asks for one: issuers of tokens. */
  readonly issuers?: readonly string[];
}

/** Bytes: this caller may connect to these ports of that callee. */
export interface ConnectionEdge {
  readonly kind: 'connection';
  readonly caller: Party;
  readonly callee: Callee;
  /** Names of the ports. */
  readonly ports: readonly string[];
  readonly policy?: Pick<TrafficPolicy, 'connectionPool'>;
}

/** Out of the mesh: this caller may reach these hosts. */
export interface ExternalEdge {
  readonly kind: 'external';
  readonly caller: Party;
  readonly callee: ExternalCallee;
}

/** One line of "who calls whom". All that the mesh allows comes from these, and nothing else is allowed. */
export type Edge = RequestEdge | ConnectionEdge | ExternalEdge;

/** The operations that an edge allows, as the contract declares them. */
export const operationsOf = (edge: RequestEdge): readonly Operation[] =>
  edge.operations.flatMap((name) => {
    // The key type of a contract that holds no operation is never; a lookup by any name is then undefined.
    const operations = edge.contract.operations as Readonly<Record<string, Operation | undefined>>;
    const operation = own(operations, name);
    return operation === undefined ? [] : [operation];
  });

/** The annotations of an object that several edges are written into: each reason with the caller that gave it. */
export function acceptedBy(edges: readonly RequestEdge[]): Readonly<Record<string, string>> {
  const reasons: Record<string, string> = {};
  for (const { caller, accepts } of edges)
    for (const [annotation, reason] of Object.entries(acceptanceAnnotations(accepts)))
      reasons[annotation] =
        `${reasons[annotation] === undefined ? '' : `${reasons[annotation]}; `}${caller.name}: ${reason}`;
  return reasons;
}
