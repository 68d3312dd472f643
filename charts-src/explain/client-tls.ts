import { endpointTlsMode } from '../graph/destination-rules.ts';
import type { MeshGraph } from '../graph/mesh-graph.ts';
import type { MeshHost } from '../graph/mesh-host.ts';
import type { MtlsMode } from '../graph/policies.ts';
import type { Workload } from '../graph/workload.ts';
import { containerPortFor, type Cluster } from './cluster.ts';
import type { ClientTls, Step } from './explanation.ts';
import { inMesh } from './in-mesh.ts';

/** How a client speaks to pods, and what decides it. */
export interface ClientSpeaks {
  readonly tls: ClientTls;
  readonly step: Step;
}

/**
 * How a client's proxy speaks to the pods of a cluster: as the DestinationRule says, else as each pod can.
 * Source: Istio's buildUpstreamTLSSettings, mtlsChecker
 */
export function clientTls(
  graph: MeshGraph,
  cluster: Cluster,
  workload: Workload | undefined,
  sender: { readonly hasProxy: boolean; readonly own?: { readonly tls: ClientTls; readonly why: string } },
): ClientSpeaks {
  if (!sender.hasProxy) return speaks(sender.own?.tls ?? 'plain', sender.own?.why ?? 'it has no proxy');
  const tls = cluster.policy?.tls;
  if (tls !== undefined) {
    const { mode } = tls.value;
    return speaks(
      mode === undefined || mode === 'DISABLE' ? 'plain' : mode === 'SIMPLE' ? 'simple' : 'mutual',
      mode === undefined ? 'a tls block without a mode is DISABLE' : `tls mode ${mode}`,
      { manifest: tls.rule.manifest, at: tls.at },
    );
  }
  const { target, rule } = cluster;
  if (target?.from.kind === 'ServiceEntry' && target.from.isExternal)
    return speaks('plain', `${cluster.host} is outside of the mesh, and no DestinationRule says tls`);
  if (!graph.settings.autoMtls) return speaks('plain', 'auto mTLS is off and no DestinationRule says tls');
  const whole = target && wholeMode(graph, target.namespace);
  if (whole === 'DISABLE')
    return speaks(
      'plain',
      `auto mTLS is off for all of ${target?.namespace ?? ''}: its PeerAuthentication, or that of the mesh, is DISABLE`,
    );
  if (cluster.keepsAddress) return ofAllPods(cluster);
  // Whatever a rule says of the host, these pods are never marked for mutual TLS.
  const unmarked = workload && unmarkedBy(workload);
  if (unmarked !== undefined) return speaks('plain', unmarked);
  const marked = rule && endpointTlsMode(rule, cluster.subset, cluster.port);
  if (marked !== undefined)
    return speaks(
      marked === 'ISTIO_MUTUAL' ? 'mutual' : 'plain',
      `the settings of this port leave tls out, but pods are marked by the ${marked} of the host`,
    );
  if (workload === undefined) return ofEndpoints(cluster);
  return graph.peerAuthentications.modeOf(workload, containerPortFor(cluster, workload)).mode === 'DISABLE'
    ? speaks('plain', 'auto mTLS; the server asks for DISABLE')
    : speaks('mutual', 'auto mTLS; the pods have a proxy');
}

/** The mode of a namespace, whatever single workloads ask for: by it a client decides for a whole cluster.
 * Source: Istio's BestEffortInferServiceMTLSMode */
const wholeMode = (graph: MeshGraph, namespace: string): MtlsMode =>
  graph.peerAuthentications.modeOf({ namespace, labels: {} }, undefined).mode;

/** Where the address is kept, pods cannot be told apart: one without a proxy makes it plain text for all of them.
 * Source: Istio's BestEffortInferServiceMTLSMode */
function ofAllPods({ host, workloads }: Cluster): ClientSpeaks {
  if (workloads.length === 0) return speaks('plain', `auto mTLS; no pods of ${host} are known`);
  const [unmarked] = workloads.flatMap((workload) => unmarkedBy(workload) ?? []);
  return unmarked === undefined
    ? speaks('mutual', `auto mTLS; all pods of ${host} have a proxy`)
    : speaks('plain', `auto mTLS; ${unmarked}, and for ${host} all pods are treated alike`);
}

const TLS_MODE = 'security.istio.io/tlsMode';

/** Why auto mTLS sends plain text to pods; undefined where it does not.
 * Source: Istio's injection templates, GetTLSModeFromEndpointLabels */
function unmarkedBy(workload: Workload): string | undefined {
  const { name, labels, isGateway } = workload;
  const mode = labels[TLS_MODE];
  if (mode !== undefined) return mode === 'istio' ? undefined : `the label ${TLS_MODE} of ${name} is "${mode}"`;
  if (!inMesh(workload)) return `the pods of ${name} have no proxy`;
  return isGateway ? `the pods of ${name} are a gateway, which auto mTLS leaves out` : undefined;
}

/** Addresses that are written down are in the mesh only where a label or a service account says so.
 * Source: Istio's getTLSModeFromWorkloadEntry */
function ofEndpoints({ target, endpoints }: Cluster): ClientSpeaks {
  if (endpoints.length === 0 && (target?.from.kind !== 'ServiceEntry' || isSelecting(target)))
    return speaks('mutual', 'auto mTLS; the pods are not among the files');
  const inMeshCount = endpoints.filter(({ labels, serviceAccount }) => {
    const marked = labels?.[TLS_MODE];
    return marked === undefined ? (serviceAccount ?? '') !== '' : marked === 'istio';
  }).length;
  if (inMeshCount === 0)
    return speaks(
      'plain',
      'auto mTLS; its endpoints have neither a serviceAccount nor the label security.istio.io/tlsMode',
    );
  return speaks(
    'mutual',
    inMeshCount === endpoints.length
      ? 'auto mTLS; its endpoints have a serviceAccount or the label security.istio.io/tlsMode'
      : `auto mTLS; ${inMeshCount} of its ${endpoints.length} endpoints have a serviceAccount or the label security.istio.io/tlsMode, the others get plain text`,
  );
}

const isSelecting = ({ from }: MeshHost): boolean =>
  from.kind === 'ServiceEntry' && from.entry.spec.workloadSelector !== undefined;

const speaks = (tls: ClientTls, why: string, by?: Step['by']): ClientSpeaks => ({
  tls,
  step: {
    stage: 'mtls',
    decision: `the client ${tls === 'plain' ? 'sends plain text' : `speaks ${tls} TLS`}`,
    why,
    ...(by && { by }),
  },
});
