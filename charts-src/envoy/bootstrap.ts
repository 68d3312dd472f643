import type { Blueprint, BlueprintRoute, BlueprintServer } from '../explain/blueprint.ts';
import type { ExplainedDestination } from '../explain/explanation.ts';
import { typed, type Proto } from './proto.ts';
import { rbacFilters } from './rbac.ts';
import { route } from './route.ts';

/** What one machine has in the place of the mesh. */
export interface Places {
  /** Socket of a server's proxy, by the index of the server. */
  socketOf(server: number): string;
  /** Port of the application behind a server, on loopback. */
  portOf(server: number): number;
  /** PEM files, made for this run. */
  readonly certificates: Certificates;
}

/** Paths of PEM files. */
export interface Certificates {
  readonly authority: string;
  readonly client: KeyPair;
  readonly server: KeyPair;
}

/** A certificate and its key. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** A configuration that Envoy can be started with, and what of the blueprint is not in it. */
export interface Bootstrap {
  readonly config: Proto;
  readonly missing: readonly string[];
}

/** Name of the listener that the client sends to. */
export const CLIENT_LISTENER = 'client';

/**
 * A blueprint as one static configuration: the client's proxy with every route of the host, and a proxy before each
 * server, in one process. The client's listener takes a free port.
 */
export function bootstrap(blueprint: Blueprint, places: Places): Bootstrap {
  const servers = blueprint.servers.map((server, index) => ({ server, index, rbac: rbacFilters(server) }));
  const destinations = new Map(
    blueprint.routes.flatMap(({ explanation }) => explanation.destinations.map((one) => [one.cluster, one] as const)),
  );
  return {
    config: {
      admin: { address: loopback(0) },
      static_resources: {
        listeners: [
          clientListener(blueprint.routes),
          ...servers.map(({ server, index, rbac }) => serverListener(server, index, rbac.filters, places)),
        ],
        clusters: [
          ...[...destinations.values()]
            // A cluster that the proxy does not have is what makes it answer 503.
            .filter(({ outcome, replicas }) => outcome !== 'unroutable' || replicas === 0)
            .map((destination) =>
              cluster(
                destination,
                blueprint.servers.flatMap((server, index) => (server.cluster === destination.cluster ? [index] : [])),
                places,
              ),
            ),
          ...servers.map(({ index }) => endpoints(`app-${index}`, [loopback(places.portOf(index))])),
        ],
      },
    },
    missing: [...new Set([...blueprint.missing, ...servers.flatMap(({ rbac }) => rbac.missing)])],
  };
}

const loopback = (port: number): Proto => ({ socket_address: { address: '127.0.0.1', port_value: port } });

const endpoints = (name: string, addresses: readonly Proto[], more: Proto = {}): Proto => ({
  name,
  type: 'STATIC',
  connect_timeout: '5s',
  load_assignment: {
    cluster_name: name,
    endpoints: [{ lb_endpoints: addresses.map((address) => ({ endpoint: { address } })) }],
  },
  ...more,
});

function cluster(
  { cluster: name, mtls, replicas }: ExplainedDestination,
  servers: readonly number[],
  places: Places,
): Proto {
  return endpoints(
    name,
    (replicas === 0 ? [] : servers).map((index) => ({ pipe: { path: places.socketOf(index) } })),
    mtls.client === 'plain' ? {} : { transport_socket: clientTls(mtls.client === 'mutual', places.certificates) },
  );
}

const clientTls = (isMutual: boolean, { authority, client }: Certificates): Proto => ({
  name: 'envoy.transport_sockets.tls',
  typed_config: typed('extensions.transport_sockets.tls.v3.UpstreamTlsContext', {
    common_tls_context: {
      ...(isMutual && { tls_certificates: [pemOf(client)] }),
      validation_context: { trusted_ca: { filename: authority } },
    },
  }),
});

const serverTls = ({ authority, server }: Certificates): Proto => ({
  name: 'envoy.transport_sockets.tls',
  typed_config: typed('extensions.transport_sockets.tls.v3.DownstreamTlsContext', {
    require_client_certificate: true,
    common_tls_context: {
      tls_certificates: [pemOf(server)],
      validation_context: { trusted_ca: { filename: authority } },
    },
  }),
});

const pemOf = ({ certificate, key }: KeyPair): Proto => ({
  certificate_chain: { filename: certificate },
  private_key: { filename: key },
});

const clientListener = (routes: readonly BlueprintRoute[]): Proto => ({
  name: CLIENT_LISTENER,
  address: loopback(0),
  filter_chains: [
    {
      filters: [
        manager('client', routes.map(route), [
          filter('fault', 'extensions.filters.http.fault.v3.HTTPFault'),
          filter('cors', 'extensions.filters.http.cors.v3.Cors'),
        ]),
      ],
    },
  ],
});

/** Tells the application who called, as a mesh does. */
const TELLS_CLIENT: Proto = {
  forward_client_cert_details: 'SANITIZE_SET',
  set_current_client_cert_details: { uri: true },
};

function serverListener({ mode }: BlueprintServer, index: number, rbac: readonly Proto[], places: Places): Proto {
  const filters = [
    manager(
      `server-${index}`,
      [{ match: { prefix: '/' }, route: { cluster: `app-${index}`, timeout: '0s' } }],
      rbac,
      TELLS_CLIENT,
    ),
  ];
  const secure = { transport_socket: serverTls(places.certificates), filters };
  return {
    name: `server-${index}`,
    address: { pipe: { path: places.socketOf(index) } },
    ...(mode === 'PERMISSIVE' && {
      listener_filters: [
        {
          name: 'envoy.filters.listener.tls_inspector',
          typed_config: typed('extensions.filters.listener.tls_inspector.v3.TlsInspector'),
        },
      ],
    }),
    filter_chains:
      mode === 'STRICT'
        ? [secure]
        : mode === 'PERMISSIVE'
          ? [
              { ...secure, filter_chain_match: { transport_protocol: 'tls' } },
              { filters, filter_chain_match: { transport_protocol: 'raw_buffer' } },
            ]
          : [{ filters }],
  };
}

const filter = (name: string, type: string): Proto => ({
  name: `envoy.filters.http.${name}`,
  typed_config: typed(type),
});

const manager = (name: string, routes: readonly Proto[], filters: readonly Proto[], more: Proto = {}): Proto => ({
  name: 'envoy.filters.network.http_connection_manager',
  typed_config: typed('extensions.filters.network.http_connection_manager.v3.HttpConnectionManager', {
    stat_prefix: name,
    normalize_path: true,
    stream_idle_timeout: '0s',
    route_config: {
      name,
      validate_clusters: false,
      virtual_hosts: [{ name: 'all', domains: ['*'], routes }],
    },
    http_filters: [...filters, filter('router', 'extensions.filters.http.router.v3.Router')],
    ...more,
  }),
});
