import type { JsonObject } from '../imports/istio.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { isFields } from '../manifest/raw.ts';

/** Parts of `metadata` that a cluster writes: they say nothing about what was meant. */
const WRITTEN_BY_CLUSTERS = ['creationTimestamp', 'generation', 'managedFields', 'resourceVersion', 'selfLink', 'uid'];
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** What an object says: without what clusters write into it, and in one of the versions that mean the same. */
export function meant({ object, apiVersion }: Manifest): JsonObject {
  const { status: _status, metadata, ...rest } = object;
  void _status;
  const version = { apiVersion: sameVersion(apiVersion) };
  if (!isFields(metadata)) return { ...object, ...version };
  const kept: Record<string, unknown> = Object.fromEntries(
    Object.entries(metadata).filter(([key]) => !WRITTEN_BY_CLUSTERS.includes(key)),
  );
  const annotations = metadata['annotations'];
  if (isFields(annotations) && LAST_APPLIED in annotations) {
    const { [LAST_APPLIED]: _applied, ...others } = annotations;
    void _applied;
    kept['annotations'] = others;
  }
  return { ...rest, ...version, metadata: kept as JsonObject }; // fields of an object of JSON
}

/** Istio serves each of its kinds in several versions that mean the same. */
const sameVersion = (apiVersion: string): string =>
  /^[a-z]+\.istio\.io\//.test(apiVersion) ? apiVersion.replace(/\/.*/, '/v1') : apiVersion;
