import { buildGraph } from '../../../charts-src/graph/mesh-graph.ts';
import type { Rule } from '../../../charts-src/check/rule.ts';
import type { IstioKind, JsonObject } from '../../../charts-src/imports/istio.ts';
import { istioSchemas } from '../../../charts-src/imports/istio-schemas.ts';
import type { Manifest } from '../../../charts-src/manifest/manifest.ts';
import { formatPath } from '../../../charts-src/model/schema.ts';

/** What an object of a test has besides its spec. */
export interface More {
  readonly name?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** An object of Istio in the namespace `shop`. */
export const istioObject = (
  kind: IstioKind,
  spec: unknown,
  { name = 'orders', labels, annotations }: More = {},
): object => ({
  apiVersion: istioSchemas[kind].apiVersions[0],
  kind,
  metadata: { name, namespace: 'shop', ...(labels && { labels }), ...(annotations && { annotations }) },
  ...(spec !== undefined && { spec }),
});

/** An object as if it had been read from a file. */
export function manifestOf(object: object): Manifest {
  const { apiVersion, kind, metadata } = object as {
    readonly apiVersion: string;
    readonly kind: string;
    readonly metadata?: {
      readonly name?: string;
      readonly namespace?: string;
      readonly labels?: Readonly<Record<string, string>>;
      readonly annotations?: Readonly<Record<string, string>>;
    };
  }; // what tests write
  return {
    apiVersion,
    group: apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '',
    kind,
    name: String(metadata?.name ?? ''),
    namespace: metadata?.namespace ?? 'default',
    labels: metadata?.labels ?? {},
    annotations: metadata?.annotations ?? {},
    object: object as JsonObject,
    file: 'mesh.yaml',
    position: () => ({ file: 'mesh.yaml', line: 1, column: 1 }),
  };
}

/** Places of what a rule finds in one object: `spec.hosts[0]`, or `warning: spec.hosts[0]` for what is no error. */
export function findingsOf(rule: Rule, object: object): readonly string[] {
  const graph = buildGraph({ manifests: [manifestOf(object)], problems: [] });
  return [...rule.check(graph)].map((hit) => {
    const severity = hit.severity ?? rule.severity;
    const place = hit.manifest ? formatPath(hit.at) : 'file';
    return severity === 'error' ? place : `${severity}: ${place}`;
  });
}

/** {@link findingsOf} of an object of Istio. */
export const judged = (rule: Rule, kind: IstioKind, spec: unknown, more?: More): readonly string[] =>
  findingsOf(rule, istioObject(kind, spec, more));
