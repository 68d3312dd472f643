import type { MeshSettings } from '../../../charts-src/graph/mesh-settings.ts';

/** A question to explain, and what the answer has to be. */
export interface Question {
  /** `shop/web`, `gateway:edge/public` or `outside`. */
  readonly from: string;
  /** `GET http://books/x`; the method may be left out. */
  readonly ask: string;
  readonly headers?: readonly string[];
  /** More manifests, for this question alone. */
  readonly under?: string;
  readonly expect: Expected;
}

/** Parts of an explanation; what is not named may be anything. */
export interface Expected {
  readonly outcome?: string;
  readonly status?: number | null;
  /** Clusters with their shares; a list where each has all that the others leave. */
  readonly clusters?: readonly string[] | Readonly<Record<string, number>>;
  readonly timeout?: string | null;
  readonly attempts?: number;
  readonly perTryTimeout?: string | null;
  readonly on?: readonly string[];
  readonly path?: string;
  readonly authority?: string;
  /** Headers that have to be as they are here; undefined: must not be there. */
  readonly upstreamHeaders?: Readonly<Record<string, string | undefined>>;
  /** Name of the route as Envoy has it. */
  readonly route?: string | null;
  readonly virtualService?: string | null;
  readonly location?: string;
  readonly client?: string;
  readonly server?: string | null;
  readonly decision?: 'allow' | 'deny';
  readonly policy?: string | null;
  /** Texts that steps have to hold. */
  readonly says?: readonly string[];
  readonly breaker?: Readonly<Record<string, string | number>>;
}

/** A case of Istio's own tests, told again as manifests of ours. */
export interface UpstreamCase {
  /** Its name there; of several with one name, with a number behind: `port (2)`. */
  readonly upstream: string;
  /** More names there that say the same, such as what is expected of another form of it. */
  readonly also?: readonly string[];
  /** Manifests; empty where it cannot be told. */
  readonly mesh?: string;
  readonly settings?: Partial<MeshSettings>;
  readonly questions?: readonly Question[];
  /** Why no manifest and no request can tell it. */
  readonly cannot?: string;
}

/** All cases of one of Istio's tests. */
export interface Corpus {
  readonly name: string;
  /** Where it stands in Istio's source, for a look whether a name is one of its. */
  readonly file: string;
  /** How many cases it has there. */
  readonly count: number;
  readonly cases: readonly UpstreamCase[];
}
