import type { MeshGraph } from '../graph/mesh-graph.ts';
import type { EffectiveMtls } from '../graph/policies.ts';
import { mayBeHttp } from '../graph/protocol.ts';
import type { Workload } from '../graph/workload.ts';
import { admit } from './admit.ts';
import { clientTls } from './client-tls.ts';
import { containerPortFor, type Cluster } from './cluster.ts';
import type { AuthorizationVerdict, ClientTls, ExplainedDestination, Outcome, Step } from './explanation.ts';
import { inMesh } from './in-mesh.ts';
import type { ComparedRequest } from './match-request.ts';

/** Who sends: whether with a proxy that can speak mutual TLS, and as whom. */
export interface Sender {
  readonly hasProxy: boolean;
  /** Whether its proxy hands bytes on: then it answers nothing by itself.
   * @default false */
  readonly isBlind?: boolean;
  /** `cluster.local/ns/shop/sa/orders`. */
  readonly principal: string | undefined;
}

/** A client without a proxy: plain text, and nobody's identity. */
export const ANYBODY: Sender = { hasProxy: false, principal: undefined };

/** What a client sees when nothing can be reached: its proxy says 503, without one the connection is closed. */
export const ownAnswer = ({ hasProxy, isBlind = false }: Sender): number | null => (hasProxy && !isBlind ? 503 : null);

/** What the pods behind a cluster make of a request. */
export interface Arrival {
  /** Undefined where the pods are not among the files. */
  readonly workload: Workload | undefined;
  readonly outcome: Outcome;
  readonly status: number | null;
  readonly mtls: ExplainedDestination['mtls'];
  readonly authorization: AuthorizationVerdict;
  readonly problem: string | null;
  readonly steps: readonly Step[];
  readonly assumptions: readonly string[];
}

/** What each workload behind a cluster makes of a request: versions may have policies of their own. */
export function arrivals(
  graph: MeshGraph,
  cluster: Cluster,
  sender: Sender,
  request: ComparedRequest,
): readonly [Arrival, ...Arrival[]] {
  const [first, ...others] = cluster.workloads;
  const at = (workload: Workload | undefined): Arrival => arrive(graph, cluster, workload, sender, request);
  return [at(first), ...others.map(at)];
}

/** Decides what a request meets at one workload: mutual TLS, then tokens, then policies. */
function arrive(
  graph: MeshGraph,
  cluster: Cluster,
  workload: Workload | undefined,
  sender: Sender,
  request: ComparedRequest,
): Arrival {
  const client = clientTls(graph, cluster, workload, sender);
  if (workload === undefined || !inMesh(workload)) return unguarded(cluster, workload, client);
  const port = containerPortFor(cluster, workload);
  const server = graph.peerAuthentications.modeOf(workload, port);
  const mtls = { client: client.tls, server: server.mode };
  const steps = [client.step, serverStep(server, workload, port)];
  const clash = tlsClash(client.tls, server.mode);
  if (clash)
    return {
      workload,
      outcome: 'refused',
      status: ownAnswer(sender),
      mtls,
      authorization: { decision: 'deny', policy: null },
      problem: clash,
      steps,
      assumptions: [],
    };
  const isMutual = client.tls === 'mutual' && server.mode !== 'DISABLE';
  const admission = admit(graph, workload, {
    principal: isMutual ? sender.principal : undefined,
    isHttp: mayBeHttp(cluster.meshPort?.protocol ?? 'sniffed'),
    port: port ?? cluster.port,
    sni: isMutual ? sniOf(cluster) : undefined,
    request,
  });
  const { refusal, authorization, assumptions } = admission;
  return {
    workload,
    outcome: refusal === undefined ? 'routed' : 'refused',
    status: refusal?.status ?? null,
    mtls,
    authorization,
    problem: refusal?.why ?? null,
    steps: [...steps, ...admission.steps],
    assumptions,
  };
}

/** The host that a client's proxy asks for in its handshake. Source: Istio's BuildDNSSrvSubsetKey */
const sniOf = ({ host, port, subset = '', policy }: Cluster): string =>
  policy?.tls?.value.sni || `outbound_.${port}_.${subset}_.${host}`;

/** Pods without a proxy take everything. */
const unguarded = (
  { host }: Cluster,
  workload: Workload | undefined,
  client: { readonly tls: ClientTls; readonly step: Step },
): Arrival => ({
  workload,
  outcome: 'routed',
  status: null,
  mtls: { client: client.tls, server: null },
  authorization: { decision: 'allow', policy: null },
  problem: null,
  steps: [client.step],
  assumptions:
    workload === undefined
      ? [`${host} lets everything in: no pods of it are among the files, so nothing is known of that`]
      : [],
});

const serverStep = ({ mode, from }: EffectiveMtls, { name }: Workload, port: number | undefined): Step => ({
  stage: 'mtls',
  decision: `the server asks for ${mode}`,
  why:
    from === undefined ? 'no PeerAuthentication says anything, which is PERMISSIVE' : `port ${port ?? '?'} of ${name}`,
  ...(from && { by: { manifest: from.policy.manifest, at: from.at } }),
});

/** Why a connection cannot come about. */
function tlsClash(client: ClientTls, server: EffectiveMtls['mode']): string | undefined {
  if (client === 'plain' && server === 'STRICT')
    return 'plain text to a port that asks for mutual TLS: the connection is reset';
  if (client === 'simple' && server === 'STRICT')
    return 'TLS without a certificate of the mesh to a port that asks for mutual TLS: the connection is reset';
  if (client !== 'plain' && server === 'DISABLE')
    return 'TLS to a port that speaks plain text only: the handshake fails';
  return undefined;
}
