import type { JsonObject } from '../imports/istio.ts';
import type { Path } from '../model/schema.ts';

/** A place in a file. Lines and columns are counted from 1, columns in UTF-16 code units. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One Kubernetes object that was read, and where it stands. */
export interface Manifest {
  readonly apiVersion: string;
  /** Group of `apiVersion`; empty for the core group. */
  readonly group: string;
  readonly kind: string;
  /** `metadata.name`, or `metadata.generateName` where a name is made at creation. */
  readonly name: string;
  /** `metadata.namespace`, else the namespace that objects without one are applied to; empty for kinds of the cluster. */
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** The whole object as it was written. Nothing about it is sure but that it is JSON. */
  readonly object: JsonObject;
  readonly file: string;
  /** Where a field stands; where it is not there, the nearest field around it. It reads the text again: for messages. */
  position(path: Path): Position;
}

/** What is wrong with a file before it can be understood as objects. */
export type ReadFault =
  /** The text is no YAML: nothing of this document could be read. */
  | 'syntax'
  /** Not text at all, or not UTF-8. */
  | 'encoding'
  /** One mapping holds a key twice. */
  | 'duplicate-key'
  /** Aliases that would unfold to more than anybody means, or nesting without end. */
  | 'too-large'
  /** A document that is no Kubernetes object: a list, a text, or without `apiVersion` or `kind`. */
  | 'not-an-object'
  /** The file could not be opened or read. */
  | 'unreadable';

/** A fault of a file, with its place. All texts are phrases without a full stop. */
export interface ReadProblem {
  readonly fault: ReadFault;
  readonly at: Position;
  /** What was found, with the value. */
  readonly message: string;
  readonly fix: string;
  /** What stands there was read nevertheless, as YAML means it.
   * @default false - it was left out */
  readonly isRead?: boolean;
}

/** Everything that was read from files. */
export interface ReadManifests {
  readonly manifests: readonly Manifest[];
  readonly problems: readonly ReadProblem[];
}

/** How people name an object: `VirtualService shop/orders`. */
export const objectName = ({ kind, namespace, name }: Pick<Manifest, 'kind' | 'namespace' | 'name'>): string =>
  `${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`;
