import type { JsonObject } from '../imports/istio.ts';
import type { Manifest } from '../manifest/manifest.ts';

/** Parts of `metadata` that a cluster writes: they say nothing about what was meant. */
const WRITTEN_BY_CLUSTERS = ['creationTimestamp', 'generation', 'managedFields', 'resourceVersion', 'selfLink', 'uid'];
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** What an object says: without what clusters write into it, and in one of the versions that mean the same. */
export function meant({ object, apiVersion }: Manifest): JsonObject {
  const { status: _status, metadata, ...rest } = object;
  void _status;
  const version = { apiVersion: sameVersion(apiVersion) };
  if (!isObject(metadata)) return { ...object, ...version };
  const kept: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(metadata)) if (!WRITTEN_BY_CLUSTERS.includes(key)) kept[key] = value;
  const annotations = metadata['annotations'];
  if (isObject(annotations) && LAST_APPLIED in annotations) {
    const { [LAST_APPLIED]: _applied, ...others } = annotations;
    void _applied;
    kept['annotations'] = others;
  }
  return { ...rest, ...version, metadata: kept as JsonObject }; // fields of an object of JSON
}

/** Istio serves each of its kinds in several versions that mean the same. */
const sameVersion = (apiVersion: string): string =>
  /^[a-z]+\.istio\.io\//.test(apiVersion) ? apiVersion.replace(/\/.*/, '/v1') : apiVersion;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
