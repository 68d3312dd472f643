import type { Manifest } from '../manifest/manifest.ts';
import { conform, type Conformed } from '../model/conform.ts';
import { hostsOverlap } from '../model/host.ts';
import { groupBy } from '../model/multimap.ts';
import { own } from '../model/own.ts';
import type { Path, Schema } from '../model/schema.ts';
import { selectorMatches } from './labels.ts';
import type { MeshGraph } from './mesh-graph.ts';
import { perGraph } from './per-graph.ts';
import { labelSelectorShape, type LabelSelectorSpec } from './shapes.ts';

// The Gateway API's kinds. What nothing reads is "any": it is there so that other names are known for slips.
// Source: Gateway API 1.6, experimental channel, and fields that earlier versions had

/** The API group of all its kinds. */
export const GATEWAY_API = 'gateway.networking.k8s.io';

/** Kinds of routes. */
export const ROUTE_KINDS = ['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute'] as const;
type RouteKind = (typeof ROUTE_KINDS)[number];

const reference = { group: 'string', kind: 'string', namespace: 'string', name: 'string', port: 'integer' } as const;
const newPath = {
  type: 'object',
  fields: { type: 'string', replaceFullPath: 'string', replacePrefixMatch: 'string' },
} as const;
const headers = { type: 'object', fields: { set: 'any', add: 'any', remove: 'any' } } as const;
const filters = {
  type: 'list',
  items: {
    type: 'object',
    fields: {
      type: 'string',
      requestHeaderModifier: headers,
      responseHeaderModifier: headers,
      requestMirror: {
        type: 'object',
        fields: { backendRef: { type: 'object', fields: reference }, percent: 'integer', fraction: 'any' },
      },
      requestRedirect: {
        type: 'object',
        fields: { scheme: 'string', hostname: 'string', path: newPath, port: 'integer', statusCode: 'integer' },
      },
      urlRewrite: { type: 'object', fields: { hostname: 'string', path: newPath } },
      cors: 'any',
      extensionRef: 'any',
      externalAuth: 'any',
    },
  },
} as const;
const backend = { type: 'object', fields: { ...reference, weight: 'integer', filters } } as const;
const path = { type: 'object', fields: { type: 'string', value: 'string' } } as const;
const routeShape = {
  type: 'object',
  fields: {
    parentRefs: { type: 'list', items: { type: 'object', fields: { ...reference, sectionName: 'string' } } },
    hostnames: { type: 'list', items: 'string' },
    useDefaultGateways: 'any',
    rules: {
      type: 'list',
      items: {
        type: 'object',
        fields: {
          name: 'string',
          matches: {
            type: 'list',
            items: { type: 'object', fields: { path, headers: 'any', queryParams: 'any', method: 'any' } },
          },
          filters,
          backendRefs: { type: 'list', items: backend },
          timeouts: { type: 'object', fields: { request: 'string', backendRequest: 'string' } },
          retry: { type: 'object', fields: { attempts: 'integer', backoff: 'string', codes: 'any' } },
          sessionPersistence: 'any',
        },
      },
    },
  },
} as const satisfies Schema;

const gatewayShape = {
  type: 'object',
  fields: {
    gatewayClassName: 'string',
    allowedListeners: 'any',
    addresses: 'any',
    infrastructure: 'any',
    defaultScope: 'any',
    tls: 'any',
    backendTLS: 'any',
    listeners: {
      type: 'list',
      items: {
        type: 'object',
        fields: {
          name: 'string',
          hostname: 'string',
          port: 'integer',
          protocol: 'string',
          tls: {
            type: 'object',
            fields: {
              mode: 'string',
              certificateRefs: { type: 'list', items: { type: 'object', fields: reference } },
              options: { type: 'map', values: 'string' },
              frontendValidation: 'any',
            },
          },
          allowedRoutes: {
            type: 'object',
            fields: {
              kinds: { type: 'list', items: { type: 'object', fields: { group: 'string', kind: 'string' } } },
              namespaces: { type: 'object', fields: { from: 'string', selector: labelSelectorShape } },
            },
          },
        },
      },
    },
  },
} as const satisfies Schema;

const grantShape = {
  type: 'object',
  fields: {
    from: { type: 'list', items: { type: 'object', fields: reference } },
    to: { type: 'list', items: { type: 'object', fields: reference } },
  },
} as const satisfies Schema;

/** The definitions of those kinds whose fields are all known here. */
export const gatewayApiShapes: Readonly<Record<string, Schema>> = {
  HTTPRoute: routeShape,
  Gateway: gatewayShape,
  ReferenceGrant: grantShape,
};

type RouteSpec = Conformed<typeof routeShape>;
/** One rule of a route. */
export type ApiRouteRule = NonNullable<RouteSpec['rules']>[number];
type Listener = NonNullable<Conformed<typeof gatewayShape>['listeners']>[number];

/** A reference of the Gateway API, with what it means where a part of it is not written. */
export interface ApiReference {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly port: number | undefined;
  readonly at: Path;
}

/** What a route is bound to: a Gateway, or a Service or ServiceEntry whose callers follow it. */
export interface ApiParent extends ApiReference {
  readonly sectionName: string | undefined;
}

/** A route of the Gateway API. */
export interface ApiRoute {
  readonly kind: RouteKind;
  readonly name: string;
  readonly namespace: string;
  readonly manifest: Manifest;
  readonly hostnames: readonly string[];
  readonly parents: readonly ApiParent[];
  readonly rules: readonly ApiRouteRule[];
  /** Where it sends requests, mirrors among it. */
  readonly backends: readonly ApiReference[];
}

/** A listener of a Gateway of the Gateway API. */
export interface ApiListener extends Listener {
  readonly at: Path;
}

/** A Gateway of the Gateway API. */
export interface ApiGateway {
  readonly name: string;
  readonly namespace: string;
  readonly manifest: Manifest;
  readonly className: string;
  readonly listeners: readonly ApiListener[];
  /** Whether ListenerSets may add listeners to it. */
  readonly isOpenToSets: boolean;
}

/** The Gateway API's objects of a mesh, with their references resolved. */
export interface GatewayApi {
  readonly routes: readonly ApiRoute[];
  readonly gateways: readonly ApiGateway[];
  gateway(namespace: string, name: string): ApiGateway | undefined;
  /** Whether a ReferenceGrant lets an object of a kind and namespace name another one. */
  isGranted(from: Pick<ApiReference, 'kind' | 'namespace'>, to: ApiReference): boolean;
}

/** The Gateway API's objects, read once for a mesh. */
export const gatewayApiOf = perGraph((graph): GatewayApi => {
  const gateways = graph.objects('Gateway', GATEWAY_API).map(gatewayOf);
  const byKey = new Map(gateways.map((gateway) => [`${gateway.namespace}/${gateway.name}`, gateway]));
  const grants = groupBy(graph.objects('ReferenceGrant', GATEWAY_API), ({ namespace }) => namespace);
  return {
    routes: ROUTE_KINDS.flatMap((kind) => graph.objects(kind, GATEWAY_API).map((manifest) => routeOf(kind, manifest))),
    gateways,
    gateway: (namespace, name) => byKey.get(`${namespace}/${name}`),
    isGranted: (from, to) =>
      from.namespace === to.namespace ||
      (grants.get(to.namespace) ?? []).some((grant) => grantsReference(grant, from, to)),
  };
});

function gatewayOf(manifest: Manifest): ApiGateway {
  const spec = conform(gatewayShape, manifest.object['spec']) as Conformed<typeof gatewayShape>; // `conform` leaves these types
  const className = spec.gatewayClassName ?? '';
  return {
    name: manifest.name,
    namespace: manifest.namespace,
    manifest,
    className,
    isOpenToSets: spec.allowedListeners !== undefined,
    listeners: (spec.listeners ?? []).map((listener, index) => ({ ...listener, at: ['spec', 'listeners', index] })),
  };
}

function routeOf(kind: RouteKind, manifest: Manifest): ApiRoute {
  const spec = conform(routeShape, manifest.object['spec']) as RouteSpec; // `conform` leaves these types
  const { namespace } = manifest;
  const rules = spec.rules ?? [];
  return {
    kind,
    name: manifest.name,
    namespace,
    manifest,
    hostnames: (spec.hostnames ?? []).map((host) => host.toLowerCase()),
    parents: (spec.parentRefs ?? []).map((parent, index) => ({
      ...referenceOf(parent, { group: GATEWAY_API, kind: 'Gateway', namespace, at: ['spec', 'parentRefs', index] }),
      sectionName: parent.sectionName,
    })),
    rules,
    backends: rules.flatMap((rule, index) => backendsOf(rule, ['spec', 'rules', index], namespace)),
  };
}

function backendsOf({ backendRefs = [], filters = [] }: ApiRouteRule, at: Path, namespace: string): ApiReference[] {
  const service = (reference: Reference, where: Path): ApiReference =>
    referenceOf(reference, { group: '', kind: 'Service', namespace, at: where });
  return [
    ...backendRefs.map((each, place) => service(each, [...at, 'backendRefs', place])),
    ...filters.flatMap(({ requestMirror }, place) =>
      requestMirror?.backendRef === undefined
        ? []
        : [service(requestMirror.backendRef, [...at, 'filters', place, 'requestMirror', 'backendRef'])],
    ),
  ];
}

type Reference = Conformed<{ readonly type: 'object'; readonly fields: typeof reference }>;

/** A reference completed. An empty group is the core group, and none at all the default. */
const referenceOf = (
  { group, kind, namespace, name, port }: Reference,
  meant: Pick<ApiReference, 'group' | 'kind' | 'namespace' | 'at'>,
): ApiReference => ({
  group: group === 'core' ? '' : (group ?? meant.group),
  kind: kind || meant.kind,
  namespace: namespace || meant.namespace,
  name: name ?? '',
  port,
  at: meant.at,
});

/** A certificate that a listener names. */
export const certificatesOf = (
  { tls, at }: ApiListener,
  { namespace }: Pick<ApiGateway, 'namespace'>,
): readonly ApiReference[] =>
  (tls?.certificateRefs ?? []).map((each, index) =>
    referenceOf(each, { group: '', kind: 'Secret', namespace, at: [...at, 'tls', 'certificateRefs', index] }),
  );

function grantsReference(
  { object }: Manifest,
  from: Pick<ApiReference, 'kind' | 'namespace'>,
  to: ApiReference,
): boolean {
  const spec = conform(grantShape, object['spec']) as Conformed<typeof grantShape>; // `conform` leaves these types
  return (
    (spec.from ?? []).some(({ kind, namespace }) => kind === from.kind && namespace === from.namespace) &&
    (spec.to ?? []).some(
      ({ group = '', kind, name = '' }) =>
        (group === 'core' ? '' : group) === to.group && kind === to.kind && (name === '' || name === to.name),
    )
  );
}

/** Why a listener does not take a route: the first of these that is so. */
export type Refusal = 'kind' | 'namespace' | 'hostname';

/**
 * Whether a listener takes a route; undefined where it does.
 * Source: Istio's referenceAllowed, namespacesFromSelector, GenerateGatewaySupportedKinds
 */
export function refusalOf(
  graph: Pick<MeshGraph, 'namespaces'>,
  listener: ApiListener,
  { namespace: home }: Pick<ApiGateway, 'namespace'>,
  route: Pick<ApiRoute, 'kind' | 'namespace' | 'hostnames'>,
): Refusal | undefined {
  if (!kindsOf(listener).includes(route.kind)) return 'kind';
  if (!takesNamespace(graph, listener, home, route.namespace)) return 'namespace';
  return route.hostnames.length === 0 || route.hostnames.some((host) => takesHost(listener, host))
    ? undefined
    : 'hostname';
}

/** Whether a hostname of a route is one of a listener. */
export const takesHost = ({ hostname = '' }: ApiListener, host: string): boolean =>
  hostname === '' || hostsOverlap(hostname.toLowerCase(), host);

/** Kinds of routes that a listener takes. */
export function kindsOf({ protocol, tls, allowedRoutes }: ApiListener): readonly string[] {
  // The API server fills in the mode.
  const supported = supportedKinds(protocol, tls === undefined ? undefined : (tls.mode ?? 'Terminate'));
  const kinds = allowedRoutes?.kinds ?? [];
  if (kinds.length === 0) return supported;
  return supported.filter((kind) =>
    kinds.some((each) => each.kind === kind && (each.group ?? GATEWAY_API) === GATEWAY_API),
  );
}

function supportedKinds(protocol: string | undefined, mode: string | undefined): readonly string[] {
  switch (protocol) {
    case 'HTTP':
    case 'HTTPS':
      return ['HTTPRoute', 'GRPCRoute'];
    case 'TCP':
      return ['TCPRoute'];
    case 'TLS':
      return mode === 'Terminate' ? ['TLSRoute', 'TCPRoute'] : ['TLSRoute'];
    default:
      return [];
  }
}

/** Whether a listener takes what is in a namespace; labels that are not known count as those that it asks for. */
export function takesNamespace(
  graph: Pick<MeshGraph, 'namespaces'>,
  { allowedRoutes }: ApiListener,
  home: string,
  namespace: string,
): boolean {
  const { from = 'Same', selector } = allowedRoutes?.namespaces ?? {};
  if (from === 'All') return true;
  if (from === 'Same') return home === namespace;
  if (from !== 'Selector' || selector === undefined) return from === 'Selector';
  const there = graph.namespaces.get(namespace);
  const isNamed = { 'kubernetes.io/metadata.name': namespace };
  // Labels of a namespace that is not among the files may be any, but for the one that every namespace has.
  return there?.manifest === undefined
    ? !contradicts(selector, isNamed)
    : selectorMatches(selector, { ...there.labels, ...isNamed });
}

/** Whether labels that are known forbid a match, whatever the others are. */
function contradicts({ matchLabels = {}, matchExpressions = [] }: LabelSelectorSpec, labels: Record<string, string>) {
  const known = Object.entries(matchLabels).filter(([key]) => own(labels, key) !== undefined);
  const expressions = matchExpressions.filter(({ key = '' }) => own(labels, key) !== undefined);
  return !selectorMatches({ matchLabels: Object.fromEntries(known), matchExpressions: expressions }, labels);
}

/** Classes of Gateways that Istio serves by itself. Source: Istio's classinfo.go */
export const ISTIO_CLASSES = ['istio', 'istio-remote', 'istio-waypoint', 'istio-east-west'] as const;

/** The ServiceAccount of the pods that istiod makes for a Gateway. Source: Istio's GetDefaultName */
export const accountOfGateway = ({ name, className, manifest }: ApiGateway): string =>
  manifest.annotations['gateway.istio.io/service-account'] ||
  (className === 'istio-waypoint' || className === 'istio-east-west' ? name : `${name}-${className}`);
