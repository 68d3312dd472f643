import type { MeshGraph } from '../graph/mesh-graph.ts';
import type { Manifest, Position } from '../manifest/manifest.ts';
import type { Path } from '../model/schema.ts';

/**
 * How bad it is. `error`: the cluster refuses it, or requests fail or are let in that must not be. `warning`: it works,
 * but rarely as meant. `info`: worth knowing.
 */
export type Severity = 'error' | 'warning' | 'info';

/** `W1xx` routing, `W2xx` security, `W3xx` resilience, `W4xx` schema, `W5xx` rollout and workloads, `W6xx` architecture. */
export type Code = `W${1 | 2 | 3 | 4 | 5 | 6}${number}`;

/** Where a rule found something: a field of an object, or a place in a file that is no object. */
export type Spot =
  | {
      readonly manifest: Manifest;
      /** The field; empty for the object as a whole. */
      readonly at: Path;
    }
  | { readonly manifest?: never; readonly place: Position };

/** One thing that a rule found. All texts are phrases without a full stop. */
export type Hit = Spot & {
  /** What was found, with the value, and what Envoy or Kubernetes will do. */
  readonly message: string;
  /** What to write instead, or the command to run. */
  readonly fix: string;
  /** Only where one rule covers cases of different weight.
   * @default - the rule's */
  readonly severity?: Severity;
  /** Codes of istioctl analyze and Kiali for this very case.
   * @default - the rule's */
  readonly also?: readonly string[];
};

/**
 * One thing that can be wrong with a mesh. A rule is data with one pure function: it reads the graph, and it never
 * reads what another rule said. Its page is docs/findings/<code>.md, its test tests/check/rules/<code>-<name>.test.ts.
 */
export interface Rule {
  /** For ever: never renumbered, never used again. */
  readonly code: Code;
  /** In kebab-case: the name of its file. */
  readonly name: string;
  readonly severity: Severity;
  /** One sentence for lists: what is wrong. It is the `title` of findings. */
  readonly summary: string;
  /** Codes of istioctl analyze (`IST0101`) and Kiali (`KIA1107`) that it answers to. */
  readonly also?: readonly string[];
  /** Kinds of objects whose fields it looks at. */
  readonly reads: readonly string[];
  check(graph: MeshGraph): Iterable<Hit>;
}

/** What `check` reports: a hit with everything that a reader needs. */
export interface Finding {
  readonly code: Code;
  readonly severity: Severity;
  readonly title: string;
  readonly message: string;
  readonly fix: string;
  /** Null for what is wrong with a file as a whole. */
  readonly object: { readonly kind: string; readonly namespace: string; readonly name: string } | null;
  /** As people write it: `spec.http[0].route[1].weight`; empty for the object as a whole. */
  readonly path: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The line of TypeScript that made the object, where that is known. */
  readonly source: { readonly file: string; readonly line: number } | null;
  readonly also: readonly string[];
}
