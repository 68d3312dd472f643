import { endpointTlsMode } from '../graph/destination-rules.ts';
import type { MeshGraph } from '../graph/mesh-graph.ts';
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
  sender: { readonly hasProxy: boolean },
): ClientSpeaks {
  if (!sender.hasProxy) return speaks('plain', 'it has no proxy');
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
  // Whatever a rule says of the host, pods without a proxy are never marked for mutual TLS.
  if (workload !== undefined && !inMesh(workload)) return speaks('plain', `the pods of ${workload.name} have no proxy`);
  const marked = rule && endpointTlsMode(rule, cluster.subset, cluster.port);
  if (marked !== undefined)
    return speaks(
      marked === 'ISTIO_MUTUAL' ? 'mutual' : 'plain',
      `the settings of this port leave tls out, but pods are marked by the ${marked} of the host`,
    );
  if (workload === undefined) return ofUnknownPods(cluster);
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
  const bare = workloads.find((workload) => !inMesh(workload));
  if (workloads.length === 0) return speaks('plain', `auto mTLS; no pods of ${host} are known`);
  return bare === undefined
    ? speaks('mutual', `auto mTLS; all pods of ${host} have a proxy`)
    : speaks('plain', `auto mTLS; ${bare.name} has no proxy, and for ${host} all pods are treated alike`);
}

/** Addresses of a ServiceEntry are in the mesh only where their labels say so. */
function ofUnknownPods({ target }: Cluster): ClientSpeaks {
  if (target?.from.kind !== 'ServiceEntry') return speaks('mutual', 'auto mTLS; the pods are not among the files');
  const { endpoints = [], workloadSelector } = target.from.entry.spec;
  const isMarked = endpoints.some(({ labels = {} }) => labels['security.istio.io/tlsMode'] === 'istio');
  if (workloadSelector !== undefined) return speaks('mutual', 'auto mTLS; the pods are not among the files');
  return isMarked
    ? speaks('mutual', 'auto mTLS; its endpoints are labelled security.istio.io/tlsMode')
    : speaks('plain', 'auto mTLS; its endpoints have no label security.istio.io/tlsMode');
}

const speaks = (tls: ClientTls, why: string, by?: Step['by']): ClientSpeaks => ({
  tls,
  step: {
    stage: 'mtls',
    decision: `the client ${tls === 'plain' ? 'sends plain text' : `speaks ${tls} TLS`}`,
    why,
    ...(by && { by }),
  },
});
