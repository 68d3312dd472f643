import { istioSchemas } from '../../imports/istio-schemas.ts';
import type { Manifest } from '../../manifest/manifest.ts';
import { closest, editDistance } from '../../model/closest.ts';
import { own } from '../../model/own.ts';
import { BUILT_IN_KINDS, REMOVED_ISTIO_GROUPS, REMOVED_VERSIONS } from './built-in-kinds.ts';

/** Something that is wrong with the apiVersion or kind of an object. */
export interface KindProblem {
  readonly at: 'apiVersion' | 'kind';
  readonly what: string;
  readonly fix: string;
}

const ISTIO_GROUPS = [...new Set(Object.values(istioSchemas).map(({ apiVersions }) => groupOf(apiVersions[0])))];
const istioKinds: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  Object.entries(istioSchemas).map(([kind, { apiVersions }]) => [kind, apiVersions]),
);
const BUILT_IN_GROUPS = [...new Set(Object.values(BUILT_IN_KINDS).flat().map(groupOf))];
/** Kinds of files that no cluster gets, and of lists that kubectl takes apart. */
const NOT_FOR_CLUSTERS = new Set(['Config', 'List', 'Status', 'Kustomization', 'Component', 'Template']);

/**
 * What is wrong with the apiVersion and kind of an object, as far as that can be known: anybody can define kinds of
 * their own, so that only what is close to a kind of Kubernetes or Istio is judged.
 */
export function kindProblem({
  apiVersion,
  group,
  kind,
}: Pick<Manifest, 'apiVersion' | 'group' | 'kind'>): KindProblem | undefined {
  if (NOT_FOR_CLUSTERS.has(kind) || kind.endsWith('List')) return undefined;
  const gone = own(REMOVED_ISTIO_GROUPS, group);
  if (gone !== undefined)
    return {
      at: 'apiVersion',
      what: `"${apiVersion}" is of an old version of Istio, and its kinds are gone`,
      fix: gone,
    };
  return ISTIO_GROUPS.includes(group)
    ? ofIstio(apiVersion, group, kind)
    : (ofKubernetes(apiVersion, group, kind) ?? misspeltIstio(apiVersion, group, kind));
}

function ofIstio(apiVersion: string, group: string, kind: string): KindProblem | undefined {
  const known = own(istioKinds, kind);
  if (known?.includes(apiVersion) === true) return undefined;
  if (known !== undefined)
    return { at: 'apiVersion', what: `there is no ${kind} in "${apiVersion}"`, fix: `write apiVersion: ${known[0]}` };
  const kinds = Object.keys(istioKinds).filter((name) =>
    istioKinds[name]?.some((version) => groupOf(version) === group),
  );
  const meant = closest(kind, Object.keys(istioKinds));
  return {
    at: 'kind',
    what: `there is no kind "${kind}" in ${group}`,
    fix: meant === undefined ? `choices: ${kinds.join(', ')}` : `did you mean "${meant}"?`,
  };
}

function ofKubernetes(apiVersion: string, group: string, kind: string): KindProblem | undefined {
  const known = own(BUILT_IN_KINDS, kind);
  if (known?.includes(apiVersion) === true) return undefined;
  if (own(REMOVED_VERSIONS, apiVersion)?.includes(kind) === true)
    return {
      at: 'apiVersion',
      what: `"${apiVersion}" was the version of ${kind} in older clusters, and Kubernetes 1.30 and newer do not serve it`,
      fix: known === undefined ? 'leave it out: the kind is gone' : `write apiVersion: ${known[0]}`,
    };
  // A group without a dot is one of Kubernetes' own: nobody else can define one.
  const isOwn = BUILT_IN_GROUPS.includes(group) || !group.includes('.');
  if (!isOwn || isPreview(apiVersion)) return undefined;
  if (known !== undefined)
    return { at: 'apiVersion', what: `there is no ${kind} in "${apiVersion}"`, fix: `write apiVersion: ${known[0]}` };
  const ofGroup = Object.keys(BUILT_IN_KINDS).filter((name) => BUILT_IN_KINDS[name]?.includes(apiVersion));
  const meant = closest(kind, ofGroup);
  return meant === undefined || editDistance(kind.toLowerCase(), meant.toLowerCase()) > 2
    ? undefined
    : { at: 'kind', what: `there is no kind "${kind}" in "${apiVersion}"`, fix: `did you mean "${meant}"?` };
}

/** A kind of Istio under a group that is nearly the right one. */
function misspeltIstio(apiVersion: string, group: string, kind: string): KindProblem | undefined {
  const known = own(istioKinds, kind);
  if (known === undefined || kind === 'Gateway' || kind === 'Telemetry') return undefined;
  const [first = ''] = known;
  const isClose = group === '' || editDistance(group, groupOf(first)) <= 3;
  return isClose
    ? { at: 'apiVersion', what: `there is no ${kind} in "${apiVersion}"`, fix: `write apiVersion: ${first}` }
    : undefined;
}

/** Whether it is a version before a stable one: clusters may serve it or not. */
const isPreview = (apiVersion: string): boolean =>
  /v\d+(?:alpha|beta)\d+$/.test(apiVersion) && apiVersion.includes('/');

function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash === -1 ? '' : apiVersion.slice(0, slash);
}
