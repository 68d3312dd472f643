import type { MeshGraph } from '../graph/mesh-graph.ts';
import type { Server } from '../imports/istio.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { fieldsOf } from '../manifest/raw.ts';
import type { GatewayProxy } from './gateway-proxy.ts';
import { kindOf, type NodeServer } from './gateway-servers.ts';

/** What is known of something that a TLS server needs. */
export interface Credential {
  /** Name of its Secret, with the namespace. */
  readonly secret: string;
  /** What the Secret lacks; undefined where it is not among the files. */
  readonly problem: string | undefined;
}

/** Keys of a Secret for a certificate with its private key, and for an authority. Source: Istio's ExtractCertInfo */
const CERTIFICATE_KEYS = [
  ['tls.crt', 'tls.key'],
  ['cert', 'key'],
] as const;
const AUTHORITY_KEYS = [['ca.crt'], ['cacert']] as const;

/**
 * The certificate that a server shows, where the files do not show that it has one: without it the handshakes of this
 * server are closed, and those of others on its port are not touched.
 */
export const missingCertificate = (graph: MeshGraph, proxy: GatewayProxy, one: NodeServer): Credential | undefined =>
  missing(graph, proxy, credentialNames(one), CERTIFICATE_KEYS);

/**
 * The authority by which a server judges clients, where the files do not show that it has one. Envoy waits for it before
 * it opens the port: without it all servers of the port are silent for 15 s, each time the port is new or changes.
 */
export function missingAuthority(graph: MeshGraph, proxy: GatewayProxy, one: NodeServer): Credential | undefined {
  const { mode, caCertCredentialName } = one.server.server.tls ?? {};
  if (mode !== 'MUTUAL' && mode !== 'OPTIONAL_MUTUAL') return undefined;
  const own = caCertCredentialName
    ? [caCertCredentialName]
    : credentialNames(one).flatMap((name) => [`${name}-cacert`, name]);
  return missing(graph, proxy, own, AUTHORITY_KEYS);
}

/** Names of Secrets; what stands behind a scheme is looked up elsewhere. */
function credentialNames({ server }: NodeServer): readonly string[] {
  const kind = kindOf(server);
  const { credentialName = '' }: NonNullable<Server['tls']> = server.server.tls ?? {};
  return (kind === 'https' || kind === 'tls') && /^[^/:]+$/.test(credentialName) ? [credentialName] : [];
}

function missing(
  graph: MeshGraph,
  { namespace }: GatewayProxy,
  names: readonly string[],
  keys: readonly (readonly string[])[],
): Credential | undefined {
  const last = names.at(-1);
  if (last === undefined) return undefined;
  const found = graph
    .objects('Secret', '')
    .filter((secret) => secret.namespace === namespace && names.includes(secret.name));
  if (found.some((secret) => keys.some((needed) => needed.every((key) => keysOf(secret).includes(key)))))
    return undefined;
  const wanted = keys.map((needed) => needed.join(' and ')).join(', or ');
  return { secret: `${namespace}/${last}`, problem: found.length === 0 ? undefined : `has no ${wanted}` };
}

const keysOf = ({ object }: Manifest): readonly string[] => [
  ...Object.keys(fieldsOf(object['data'])),
  ...Object.keys(fieldsOf(object['stringData'])),
];
