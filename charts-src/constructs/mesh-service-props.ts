import type { Acceptances } from '../model/acceptance.ts';
import type { Contract, OperationId, TcpContract, UnsafeToRepeat } from '../model/contract.ts';
import type { Duration } from '../model/duration.ts';
import type { Callee } from '../model/party.ts';
import type { HealthPaths, Migrations, Scaling, SecretReference, Shutdown, VersionProps } from '../model/service.ts';
import type { Retries, TrafficPolicy } from '../model/traffic-policy.ts';
import type { OfVersions, TotalsHundred, Weights } from '../model/weights.ts';
import type { Resources } from '../model/workload.ts';

/** A further port of a service, with a contract of its own. */
export interface AdditionalPort<C extends Contract = Contract> {
  readonly contract: C;
  /** Port of the Service. */
  readonly number: number;
  /** Port of the container. @default - the same */
  readonly targetPort?: number;
}

/** Further ports by name. */
export type AdditionalPorts = Readonly<Record<string, AdditionalPort>>;

/** What a service is: its contract, its versions, and what its pods need. */
export interface MeshServiceProps<
  V extends string,
  C extends Contract,
  W,
  P extends AdditionalPorts = AdditionalPorts,
> {
  /** What it answers to. Edges name operations of it, and nothing else is let in. */
  readonly contract: C;
  /** Its versions by name. Each is a Deployment, and a subset that weights name. */
  readonly versions: { readonly [version in V]: VersionProps };
  /**
   * Share of the requests that each version gets, in per cent with at most two decimals.
   * Source: Istio VirtualService.spec.http[].route[].weight
   * @default - with one version all to it; with several they must be given
   */
  readonly weights?: W & Weights<NoInfer<V>> & OfVersions<W, NoInfer<V>> & TotalsHundred<W>;
  /** Namespace, one of its mesh's. @default - the first of the mesh */
  readonly namespace?: string;
  /** Port of the Service and of the container. @default - 80 and 8080 */
  readonly port?: { readonly number?: number; readonly targetPort?: number };
  /** Further ports by name, such as gRPC beside REST; `service.on(name)` is what callers then call. A name starts
   * with the protocol. @default - none */
  readonly additionalPorts?: P;
  /** How many pods each version has. @default - 2 */
  readonly scaling?: Scaling;
  /** What each pod gets. @default - a tenth of a CPU, 128 MiB of memory, 64 MiB of disk */
  readonly resources?: Resources;
  /** Connections that callers make to it, where their edge does not say otherwise. */
  readonly traffic?: TrafficPolicy;
  readonly health?: HealthPaths;
  readonly shutdown?: Shutdown;
  /** Path of its own metrics; the proxy serves them together with its own. @default '/metrics' for HTTP, else none */
  readonly metricsPath?: `/${string}`;
  /** Variables for all versions, kept in a ConfigMap; when one changes the pods start anew. Never a secret. */
  readonly config?: Readonly<Record<string, string>>;
  /** Secrets by variable name: each is mounted as a file, and `<NAME>_FILE` says where. */
  readonly secrets?: Readonly<Record<string, SecretReference>>;
  /** Folders that the application may write to; the rest of its disk is read-only. @default ['/tmp'] */
  readonly writableFolders?: readonly `/${string}`[];
  readonly migrations?: Migrations;
  /** Traps that are meant, each with its reason. */
  readonly accepts?: Acceptances;
}

/** What a caller asks of its requests to a callee. */
export type RequestCall<C extends Contract, O extends OperationId<C>> = {
  /** Operations of the callee's contract that this caller may do. */
  readonly operations: readonly O[];
  /** Longest time for a request, all its tries included.
   * Source: Istio VirtualService.spec.http[].timeout
   * @default '10s' */
  readonly timeout?: Duration;
  /** Traps that are meant, each with its reason. */
  readonly accepts?: Acceptances;
} & TrafficPolicy &
  ([UnsafeToRepeat<C, O>] extends [never]
    ? {
        /** Further tries of what failed. @default - 2, only where the callee has not begun */
        readonly retries?: Retries;
      }
    : {
        /** Further tries of what failed. An operation among these is not idempotent: say that the callee tells
         * repeats apart. @default - 2, only where the callee has not begun */
        readonly retries?: Retries & { readonly idempotent: 'by key' };
      });

/** What a caller asks of its requests or connections to a callee. */
export type Call<C extends Contract, O extends OperationId<C>> = C extends TcpContract
  ? Pick<TrafficPolicy, 'connectionPool'>
  : RequestCall<C, O>;

/** A service that can be called: whatever its versions are. */
export interface Callable<C extends Contract = Contract> {
  readonly contract: C;
  readonly callee: Callee;
}
