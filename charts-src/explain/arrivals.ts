import type { MeshGraph } from '../graph/mesh-graph.ts';
import type { EffectiveMtls } from '../graph/policies.ts';
import { inboundBypass } from '../graph/traffic-capture.ts';
import { declaredPortsOf } from '../graph/workload-ports.ts';
import type { Workload } from '../graph/workload.ts';
import { admit } from './admit.ts';
import { clientTls, type ClientSpeaks } from './client-tls.ts';
import { containerPortFor, sniOf, type Cluster } from './cluster.ts';
import type { AuthorizationVerdict, ClientTls, ExplainedDestination, Outcome, Step } from './explanation.ts';
import { inboundPort } from './inbound-port.ts';
import { inMesh } from './in-mesh.ts';
import { comparedByServer, type ComparedRequest } from './match-request.ts';
import { ambientNote, extensionsOf, ingressListenerNote } from './not-followed.ts';

/** Who sends: whether with a proxy that can speak mutual TLS, and as whom. */
export interface Sender {
  readonly hasProxy: boolean;
  /** What it speaks by itself where no proxy does it for it, and why.
   * @default - plain text, for it has no proxy */
  readonly own?: { readonly tls: ClientTls; readonly why: string };
  /** Whether its proxy hands bytes on: then it answers nothing by itself.
   * @default false */
  readonly isBlind?: boolean;
  /** `cluster.local/ns/shop/sa/orders`. */
  readonly principal: string | undefined;
}

/** A client without a proxy: plain text, and nobody's identity. */
export const ANYBODY: Sender = { hasProxy: false, principal: undefined };

/** A client whose proxy does not know where it sends to. */
export const LET_OUT: Sender = { ...ANYBODY, own: { tls: 'plain', why: 'its proxy lets it out as it is' } };

/** The same, where the client speaks TLS by itself. */
export const LET_OUT_TLS: Sender = { ...ANYBODY, own: { tls: 'simple', why: 'its proxy lets it out as it is' } };

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
  /** The request as the pods' application gets it. */
  readonly request: ComparedRequest;
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
  const doors: readonly Door[] = [
    ...cluster.workloads.map((workload) => ({
      workload,
      port: containerPortFor(cluster, workload),
      client: clientTls(graph, cluster, workload, sender),
    })),
    // By a name only, clients do not know what pods are there.
    ...cluster.named.map((pods) => ({ ...pods, client: clientTls(graph, cluster, undefined, sender) })),
  ];
  const [first, ...others] = doors.map((door) => arrive(graph, cluster, door, sender, request));
  return first === undefined
    ? [{ ...ofUnknownPods(cluster, clientTls(graph, cluster, undefined, sender)), request }]
    : [first, ...others];
}

/** Pods that a request comes to, and how. */
interface Door {
  readonly workload: Workload;
  /** Port of the container. */
  readonly port: number | undefined;
  readonly client: ClientSpeaks;
}

/** Decides what a request meets at one workload: mutual TLS, then tokens, then policies. */
function arrive(
  graph: MeshGraph,
  cluster: Cluster,
  { workload, port, client }: Door,
  sender: Sender,
  request: ComparedRequest,
): Arrival {
  // What a gateway asks for, its Gateways say.
  if (workload.isGateway)
    return { ...TAKEN, workload, request, mtls: { client: client.tls, server: null }, ...quiet(client) };
  const bypass = inMesh(workload) ? inboundBypass(workload, port ?? cluster.port) : 'no proxy';
  if (bypass !== undefined) {
    const arrival = unguarded(cluster, { workload, port, bypass }, client, sender);
    return { ...arrival, request, assumptions: [...arrival.assumptions, ...ambientNote(graph, workload)] };
  }
  const server = graph.peerAuthentications.modeOf(workload, port);
  const mtls = { client: client.tls, server: server.mode };
  const steps = [client.step, serverStep(server, workload, port)];
  const inbound = inboundPort(graph, workload, port ?? cluster.port);
  const mayEndTls = inbound.speaks !== 'http';
  // What a proxy hands on may hold TLS of the client itself.
  const carriesTls = client.tls === 'simple' || (sender.isBlind === true && request.scheme === 'https');
  const clash =
    tlsClash(client.tls, server.mode, mayEndTls && endsTls(cluster, workload, port)) ??
    (carriesTls && !mayEndTls ? 'TLS of the client to a port that speaks HTTP: the handshake fails' : undefined) ??
    (sender.isBlind === true && client.tls === 'mutual' && !mayEndTls && upgrades(cluster)
      ? 'h2UpgradePolicy UPGRADE makes the proxies agree on HTTP/2, and the bytes that are handed on are none'
      : undefined);
  if (clash)
    return {
      workload,
      outcome: 'refused',
      status: ownAnswer(sender),
      mtls,
      authorization: { decision: 'deny', policy: null },
      problem: clash,
      request,
      steps,
      assumptions: [],
    };
  const isMutual = client.tls === 'mutual' && server.mode !== 'DISABLE';
  const admission = admit(graph, workload, {
    principal: isMutual ? sender.principal : undefined,
    // Where the server looks at the bytes, a proxy that handed them on has said in its handshake that they are none.
    isHttp: inbound.speaks === 'http' || (inbound.speaks === 'sniffed' && !(isMutual && sender.isBlind === true)),
    port: port ?? cluster.port,
    sni: isMutual ? sniOf(cluster, client.tls) : undefined,
    request: comparedByServer(request, { isMutual }),
  });
  const { refusal, authorization } = admission;
  return {
    workload,
    outcome: refusal === undefined ? 'routed' : 'refused',
    status: refusal === undefined ? null : (refusal.status ?? ownAnswer(sender)),
    mtls,
    authorization,
    problem: refusal?.why ?? null,
    request: admission.request,
    steps: [...steps, ...admission.steps],
    assumptions: [
      ...extensionsOf(graph, workload, 'SIDECAR_INBOUND'),
      ...ingressListenerNote(graph, workload),
      ...admission.assumptions,
      ...(inbound.assumption === undefined ? [] : [inbound.assumption]),
      ...(refusal === undefined ? listening(workload, port) : []),
      ...(refusal === undefined && carriesTls ? [endsTlsItself(workload, port ?? cluster.port)] : []),
    ],
  };
}

/** Pods that are not among the files take everything. */
const ofUnknownPods = ({ host }: Cluster, { tls, step }: ClientSpeaks): Omit<Arrival, 'request'> => ({
  ...TAKEN,
  workload: undefined,
  mtls: { client: tls, server: null },
  steps: [step],
  assumptions: [`${host} lets everything in: no pods of it are among the files, so nothing is known of that`],
});

/** Containers need not declare their ports, but where they do, another one is a slip more often than not. */
function listening(workload: Workload, port: number | undefined): readonly string[] {
  const declared = declaredPortsOf(workload);
  return port === undefined || declared.length === 0 || declared.includes(port)
    ? []
    : [`${workload.name} listens on port ${port}: its containers declare ${declared.join(', ')}; else it is 503`];
}

/** Source: Istio's shouldH2Upgrade, which asks nobody whether a port speaks HTTP */
const upgrades = ({ policy }: Cluster): boolean =>
  policy?.connectionPool?.value.http?.h2UpgradePolicy === 'UPGRADE' &&
  policy.connectionPool.value.http.useClientProtocol !== true;

const endsTlsItself = ({ name }: Workload, port: number): string => `${name} ends TLS by itself on port ${port}`;

const quiet = ({ step }: ClientSpeaks) => ({ steps: [step], assumptions: [] });

const TAKEN = {
  outcome: 'routed',
  status: null,
  authorization: { decision: 'allow', policy: null },
  problem: null,
} as const;

/** A port whose connections reach the application itself. */
interface Unguarded {
  readonly workload: Workload;
  readonly port: number | undefined;
  /** An annotation, or `no proxy`. */
  readonly bypass: string;
}

/** Where no proxy stands before an application it takes everything, but TLS only where it ends that by itself. */
function unguarded(
  cluster: Cluster,
  { workload, port, bypass }: Unguarded,
  { tls, step }: ClientSpeaks,
  sender: Sender,
): Omit<Arrival, 'request'> {
  const mtls = { client: tls, server: null };
  const passing: readonly Step[] =
    bypass === 'no proxy'
      ? []
      : [
          {
            stage: 'mtls',
            decision: `port ${port ?? '?'} of ${workload.name} is not behind its proxy: no policy of the mesh acts`,
            why: bypass,
            by: {
              manifest: workload.manifest,
              at: [...workload.at, 'metadata', 'annotations', bypass],
            },
          },
        ];
  const at = { workload, mtls, steps: [step, ...passing] };
  if (tls === 'plain') return { ...TAKEN, ...at, assumptions: [] };
  if (tls === 'simple' && endsTls(cluster, workload, port))
    return { ...TAKEN, ...at, assumptions: [endsTlsItself(workload, port ?? cluster.port)] };
  const problem = `TLS to pods where ${bypass === 'no proxy' ? 'no proxy' : 'nothing'} ends it: the handshake fails`;
  return { ...TAKEN, ...at, outcome: 'refused', status: ownAnswer(sender), problem, assumptions: [] };
}

const serverStep = ({ mode, from }: EffectiveMtls, { name }: Workload, port: number | undefined): Step => ({
  stage: 'mtls',
  decision: `the server asks for ${mode}`,
  why:
    from === undefined ? 'no PeerAuthentication says anything, which is PERMISSIVE' : `port ${port ?? '?'} of ${name}`,
  ...(from && { by: { manifest: from.policy.manifest, at: from.at } }),
});

/** Why a connection cannot come about. */
function tlsClash(client: ClientTls, server: EffectiveMtls['mode'], appEndsTls: boolean): string | undefined {
  if (client === 'plain')
    return server === 'STRICT' ? 'plain text to a port that asks for mutual TLS: the connection is reset' : undefined;
  if (client === 'simple' && server === 'STRICT')
    return 'TLS without a certificate of the mesh to a port that asks for mutual TLS: the connection is reset';
  if (client === 'simple')
    return appEndsTls
      ? undefined
      : 'TLS that is not of the mesh is handed to the application, whose port speaks plain text: the handshake fails';
  return server === 'DISABLE' ? 'TLS to a port that speaks plain text only: the handshake fails' : undefined;
}

/** Whether anything says that an application speaks TLS by itself: its port, or how the kubelet asks it. */
function endsTls({ port, meshPort }: Cluster, { pod }: Workload, containerPort: number | undefined): boolean {
  const saysTls = (name: string | undefined): boolean => /^(?:https|tls)\b/.test(name ?? '');
  const numbers = [port, containerPort].map(String);
  return (
    numbers.some((number) => number.endsWith('443')) ||
    saysTls(meshPort?.name) ||
    (pod.containers ?? []).some(
      ({ ports = [], readinessProbe, livenessProbe, startupProbe }) =>
        ports.some((one) => one.containerPort === containerPort && saysTls(one.name)) ||
        [readinessProbe, livenessProbe, startupProbe].some((probe) => probe?.httpGet?.scheme === 'HTTPS'),
    )
  );
}
