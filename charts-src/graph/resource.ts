import type { IstioKind, IstioSpecs } from '../imports/istio.ts';
import { istioSchemas } from '../imports/istio-schemas.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { conform } from '../model/conform.ts';

/** An object of one of Istio's kinds, with a spec whose types can be relied on. */
export interface Resource<K extends IstioKind = IstioKind> {
  readonly kind: K;
  readonly name: string;
  readonly namespace: string;
  /** What of `spec` has the types of the API; see {@link conform}. Indexes are those of the file. */
  readonly spec: IstioSpecs[K];
  readonly manifest: Manifest;
}

/** The kind of an object of Istio, whatever served version it is written in; undefined for all others. */
export function istioKindOf({ kind, group }: Pick<Manifest, 'kind' | 'group'>): IstioKind | undefined {
  if (!Object.hasOwn(istioSchemas, kind)) return undefined;
  const known = kind as IstioKind; // the keys of the table are the kinds
  return istioSchemas[known].apiVersions[0].startsWith(`${group}/`) ? known : undefined;
}

/** An object of Istio as a typed value. */
export const resourceOf = <K extends IstioKind>(kind: K, manifest: Manifest): Resource<K> => ({
  kind,
  name: manifest.name,
  namespace: manifest.namespace,
  // `conform` leaves exactly what has the types of this schema, from which the types of specs are generated too.
  spec: conform(istioSchemas[kind].spec, manifest.object['spec']) as IstioSpecs[K],
  manifest,
});

/**
 * Orders objects by age as Istio does: the time of creation, then name, then namespace. Files rarely say when an
 * object was made; then the order in a cluster can be another one.
 * Source: Istio's sortConfigByCreationTime
 */
export function byAge(one: Pick<Resource, 'manifest'>, other: Pick<Resource, 'manifest'>): number {
  return (
    compare(createdAt(one.manifest), createdAt(other.manifest)) ||
    compare(one.manifest.name, other.manifest.name) ||
    compare(one.manifest.namespace, other.manifest.namespace)
  );
}

/** `metadata.creationTimestamp`, which what a cluster prints has; empty when the file does not say. */
export function createdAt({ object }: Manifest): string {
  const metadata = object['metadata'] as { readonly creationTimestamp?: unknown } | null | undefined; // JSON of any shape
  return typeof metadata?.creationTimestamp === 'string' ? metadata.creationTimestamp : '';
}

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
