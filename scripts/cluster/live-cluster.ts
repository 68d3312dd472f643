import { resourceParts } from '../../charts-src/canary/permissions.ts';
import type { Cancellation } from '../../charts-src/canary/ports/cancellation.ts';
import type { Cluster, KubernetesObject, Reference, Workload } from '../../charts-src/canary/ports/cluster.ts';
import type { ObjectName, Result } from '../../charts-src/canary/ports/failure.ts';
import type { ApiCall, ApiClient } from './api-client.ts';
import { unintelligible } from './api-failure.ts';
import { subsetCapacities, type EndpointSlice, type Pod } from './subset-capacity.ts';
import { watch } from './watch.ts';

/** A kind as the API server serves it. */
interface Kind {
  readonly kind: string;
  readonly group: string;
  readonly version: string;
  readonly plural: string;
}

const VIRTUAL_SERVICE: Kind = {
  kind: 'VirtualService',
  group: 'networking.istio.io',
  version: 'v1',
  plural: 'virtualservices',
};
const DESTINATION_RULE: Kind = { ...VIRTUAL_SERVICE, kind: 'DestinationRule', plural: 'destinationrules' };
const ENDPOINT_SLICE: Kind = {
  kind: 'EndpointSlice',
  group: 'discovery.k8s.io',
  version: 'v1',
  plural: 'endpointslices',
};
const POD: Kind = { kind: 'Pod', group: '', version: 'v1', plural: 'pods' };
const AUTOSCALER: Kind = {
  kind: 'HorizontalPodAutoscaler',
  group: 'autoscaling',
  version: 'v2',
  plural: 'horizontalpodautoscalers',
};
const WORKLOADS: Readonly<Record<Workload['kind'], Kind>> = {
  Deployment: { kind: 'Deployment', group: 'apps', version: 'v1', plural: 'deployments' },
  StatefulSet: { kind: 'StatefulSet', group: 'apps', version: 'v1', plural: 'statefulsets' },
  ReplicaSet: { kind: 'ReplicaSet', group: 'apps', version: 'v1', plural: 'replicasets' },
};

/** Who owns the fields that we write, in `metadata.managedFields`. */
export const FIELD_MANAGER = 'weft-canary';

/** A real cluster through its API server. It decides nothing: one call each, and what came of it. */
export function liveCluster(client: ApiClient): Cluster {
  /** A GET or a write of one object, given back as the server wrote it. */
  const object = async (call: ApiCall): Promise<Result<KubernetesObject>> => {
    const answer = await client.call(call);
    if (!answer.ok || isObject(answer.value)) return answer as Result<KubernetesObject>; // just looked at
    return { ok: false, failure: unintelligible(call, client.access.server, JSON.stringify(answer.value)) };
  };

  const items = async <Item>(call: ApiCall): Promise<Result<readonly Item[]>> => {
    const answer = await client.call(call);
    if (!answer.ok) return answer;
    const list = answer.value;
    return typeof list === 'object' && list !== null && 'items' in list && Array.isArray(list.items)
      ? { ok: true, value: list.items as readonly Item[] } // the kind that was asked for
      : { ok: false, failure: unintelligible(call, client.access.server, JSON.stringify(list)) };
  };

  const get = (kind: Kind, reference: Reference, signal: Cancellation): Promise<Result<KubernetesObject>> =>
    object({ ...subject('get', kind, reference), method: 'GET', path: pathOf(kind, reference), signal });

  const put = (written: KubernetesObject, query: string, signal: Cancellation): Promise<Result<KubernetesObject>> =>
    object({
      ...subject('update', VIRTUAL_SERVICE, written.metadata),
      method: 'PUT',
      path: `${pathOf(VIRTUAL_SERVICE, written.metadata)}?fieldManager=${FIELD_MANAGER}${query}`,
      body: written,
      signal,
    });

  const list = <Item>(
    kind: Kind,
    namespace: string | undefined,
    signal: Cancellation,
    labelSelector?: string,
  ): Promise<Result<readonly Item[]>> =>
    items<Item>({
      ...subject('list', kind, { namespace: namespace ?? '', name: '' }),
      method: 'GET',
      path: `${collectionPath(kind, namespace)}${labelSelector ? `?labelSelector=${encodeURIComponent(labelSelector)}` : ''}`,
      signal,
    });

  return {
    virtualService: (reference, signal) => get(VIRTUAL_SERVICE, reference, signal),
    destinationRule: (reference, signal) => get(DESTINATION_RULE, reference, signal),
    replaceVirtualService: (written, signal) => put(written, '', signal),
    dryRunVirtualService: (written, signal) => put(written, '&dryRun=All', signal),

    watchVirtualService: (reference, from, signal) =>
      watch(
        client,
        {
          path: collectionPath(VIRTUAL_SERVICE, reference.namespace),
          name: reference.name,
          subject: subject('watch', VIRTUAL_SERVICE, reference),
        },
        from,
        signal,
      ),

    virtualServices: (namespace, signal) => list<KubernetesObject>(VIRTUAL_SERVICE, namespace, signal).then(withKind),

    capacity: async (subsets, signal) => {
      const namespaces = [...new Set(subsets.map(({ service }) => service.namespace))];
      const read = await Promise.all(
        namespaces.map(async (namespace) => {
          const services = subsets.filter(({ service }) => service.namespace === namespace);
          const names = [...new Set(services.map(({ service }) => service.name))].sort();
          return Promise.all([
            list<EndpointSlice>(
              ENDPOINT_SLICE,
              namespace,
              signal,
              `kubernetes.io/service-name in (${names.join(',')})`,
            ),
            list<Pod>(POD, namespace, signal, commonSelector(services.map(({ labels }) => labels))),
          ]);
        }),
      );
      const slices: EndpointSlice[] = [];
      const pods: Pod[] = [];
      for (const [ofSlices, ofPods] of read) {
        if (!ofSlices.ok) return ofSlices;
        if (!ofPods.ok) return ofPods;
        slices.push(...ofSlices.value);
        pods.push(...ofPods.value);
      }
      return { ok: true, value: subsetCapacities(subsets, slices, pods) };
    },

    replicas: async (workload, signal) => {
      const kind = WORKLOADS[workload.kind];
      const call: ApiCall = {
        ...subject('get', kind, workload, 'scale'),
        method: 'GET',
        path: `${pathOf(kind, workload)}/scale`,
        signal,
      };
      const scale = await object(call);
      if (!scale.ok) return scale;
      // The server leaves a count of 0 out.
      const replicas = scale.value.spec?.['replicas'] ?? 0;
      return typeof replicas === 'number'
        ? { ok: true, value: replicas }
        : { ok: false, failure: unintelligible(call, client.access.server, JSON.stringify(scale.value)) };
    },

    autoscaler: async (workload, signal) => {
      const found = await list<Autoscaler>(AUTOSCALER, workload.namespace, signal);
      if (!found.ok) return found;
      const owner = found.value.find(
        ({ spec: { scaleTargetRef: of } }) =>
          of.name === workload.name &&
          of.kind === workload.kind &&
          (of.apiVersion ?? 'apps/v1').startsWith(`${WORKLOADS[workload.kind].group}/`),
      );
      return {
        ok: true,
        value: owner && { kind: AUTOSCALER.kind, namespace: workload.namespace, name: owner.metadata.name },
      };
    },

    scale: async (workload, replicas, signal) => {
      const kind = WORKLOADS[workload.kind];
      const scaled = await client.call({
        ...subject('patch', kind, workload, 'scale'),
        method: 'PATCH',
        path: `${pathOf(kind, workload)}/scale?fieldManager=${FIELD_MANAGER}`,
        contentType: 'application/merge-patch+json',
        body: { spec: { replicas } },
        signal,
      });
      return scaled.ok ? { ok: true, value: undefined } : scaled;
    },

    missing: async (permissions, signal) => {
      const asked = await Promise.all(
        permissions.map(async (permission) => {
          const { group, resource, subresource } = resourceParts(permission.resource);
          const call: ApiCall = {
            what: `ask whether ${permission.verb} on ${permission.resource} is allowed`,
            object: { kind: 'SelfSubjectAccessReview', namespace: '', name: '' },
            verb: 'create',
            resource: 'selfsubjectaccessreviews.authorization.k8s.io',
            method: 'POST',
            path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
            body: {
              apiVersion: 'authorization.k8s.io/v1',
              kind: 'SelfSubjectAccessReview',
              spec: {
                resourceAttributes: {
                  verb: permission.verb,
                  group,
                  resource,
                  ...(subresource !== undefined && { subresource }),
                  namespace: permission.namespace,
                  ...(permission.name !== undefined && { name: permission.name }),
                },
              },
            },
            signal,
          };
          return { permission, answer: await client.call(call) };
        }),
      );
      const missing = [];
      for (const { permission, answer } of asked) {
        if (!answer.ok) return answer;
        // The server's own answer, of the kind that was sent.
        const { status } = answer.value as { readonly status?: { readonly allowed?: boolean } };
        if (status?.allowed !== true) missing.push(permission);
      }
      return { ok: true, value: missing };
    },
  };
}

interface Autoscaler {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly scaleTargetRef: { readonly kind: string; readonly name: string; readonly apiVersion?: string };
  };
}

const isObject = (value: unknown): value is KubernetesObject =>
  typeof value === 'object' && value !== null && 'metadata' in value && typeof value.metadata === 'object';

/** Objects of a list come without their kind. */
const withKind = (read: Result<readonly KubernetesObject[]>): Result<readonly KubernetesObject[]> =>
  read.ok
    ? {
        ok: true,
        value: read.value.map((one) => ({
          ...one,
          apiVersion: `${VIRTUAL_SERVICE.group}/${VIRTUAL_SERVICE.version}`,
          kind: VIRTUAL_SERVICE.kind,
        })),
      }
    : read;

/** Pods that carry a label that all subsets ask for: a namespace may hold a thousand others. */
function commonSelector(labels: readonly Readonly<Record<string, string>>[]): string {
  const [first = {}, ...others] = labels;
  return Object.keys(first)
    .filter((key) => others.every((one) => one[key] !== undefined))
    .map((key) => `${key} in (${[...new Set(labels.map((one) => one[key]))].join(',')})`)
    .join(',');
}

const collectionPath = ({ group, version, plural }: Kind, namespace: string | undefined): string =>
  `${group === '' ? `/api/${version}` : `/apis/${group}/${version}`}${namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`}/${plural}`;

const pathOf = (kind: Kind, { namespace, name }: Reference): string =>
  `${collectionPath(kind, namespace)}/${encodeURIComponent(name)}`;

const WORDS: Readonly<Record<string, string>> = { get: 'read', update: 'write', patch: 'change' };

function subject(
  verb: string,
  { kind, group, plural }: Kind,
  { namespace, name }: Reference,
  subresource?: string,
): Pick<ApiCall, 'what' | 'object' | 'verb' | 'resource'> {
  const object: ObjectName = { kind, namespace, name };
  const which =
    name === '' ? `${kind}s of ${namespace === '' ? 'all namespaces' : namespace}` : `${kind} ${namespace}/${name}`;
  return {
    what: `${WORDS[verb] ?? verb} ${subresource === undefined ? '' : `${subresource} of `}${which}`,
    object,
    verb,
    resource: `${plural}${group === '' ? '' : `.${group}`}${subresource === undefined ? '' : `/${subresource}`}`,
  };
}
