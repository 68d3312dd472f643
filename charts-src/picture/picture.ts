import type { App } from '../graph/calls.ts';
import type { Manifest } from '../manifest/manifest.ts';
import type { Path } from '../model/schema.ts';

/** What a box stands for. */
export type NodeKind = 'service' | 'database' | 'cache' | 'broker' | 'gateway' | 'external' | 'group';

/** One version of a service, and its part of the requests. */
export interface PictureVersion {
  readonly name: string;
  /** From 0 to 1; null where no route says. */
  readonly share: number | null;
  /** Pods; null where the files do not say. */
  readonly replicas: number | null;
}

/** What became of a box or an arrow since another picture; nothing where it is as it was, or none is compared. */
export type PictureChange = 'added' | 'removed' | 'changed';

/** One box. */
export interface PictureNode {
  readonly id: string;
  readonly kind: NodeKind;
  readonly name: string;
  /** Namespace; empty for what is outside. */
  readonly group: string;
  /** `HTTP :80`; empty where there is nothing to say. */
  readonly speaks: string;
  readonly versions: readonly PictureVersion[];
  /** What is not as everywhere else: `plain text allowed`, `no sidecar`. */
  readonly exceptions: readonly string[];
  /** Where it is declared. */
  readonly by: { readonly manifest: Manifest; readonly at: Path } | undefined;
  readonly change?: PictureChange;
}

/** One arrow. */
export interface PictureEdge {
  readonly from: string;
  readonly to: string;
  /** HTTP and the like are `requests`. */
  readonly protocol: 'requests' | 'gRPC' | 'bytes';
  /** Calls that it stands for, where boxes are folded. */
  readonly calls: number;
  /** Null: none. */
  readonly timeout: string | null;
  /** The first one counts. */
  readonly tries: number;
  /** `denied`, `plain text`, `no breaker`, `fault 10 %`. */
  readonly exceptions: readonly string[];
  readonly isDenied: boolean;
  /** Copies of requests, whose answers nobody waits for. */
  readonly isMirror: boolean;
  readonly by: { readonly manifest: Manifest; readonly at: Path } | undefined;
  readonly change?: PictureChange;
}

/** A mesh as boxes and arrows, in a stable order. */
export interface Picture {
  readonly nodes: readonly PictureNode[];
  readonly edges: readonly PictureEdge[];
}

/** A picture whose boxes and arrows come in the order of their names. */
export function inOrder({ nodes, edges }: Picture): Picture {
  const known = new Set(nodes.map(({ id }) => id));
  return {
    nodes: [...nodes].sort((a, b) => compare(a.id, b.id)),
    edges: edges
      .filter(({ from, to }) => known.has(from) && known.has(to))
      .sort((a, b) => compare(a.from, b.from) || compare(a.to, b.to) || Number(a.isMirror) - Number(b.isMirror)),
  };
}

/** Order of names. */
export const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

/** Names the box of an app. */
export const idOf = ({ namespace, name }: Pick<App, 'namespace' | 'name'>): string => `${namespace}/${name}`;

/** What is written on an arrow: `3× · 2s`, and what is exceptional. */
export function edgeLabel({ tries, timeout, exceptions, calls, protocol, isMirror, isDenied }: PictureEdge): string {
  const patience =
    protocol === 'bytes' || isMirror || isDenied || calls > 1
      ? []
      : [...(tries > 1 ? [`${tries}×`] : []), ...(timeout === null ? [] : [timeout])];
  return [...(calls > 1 ? [`${calls} calls`] : []), patience.join(' · '), ...exceptions]
    .filter((part) => part !== '')
    .join(', ');
}
