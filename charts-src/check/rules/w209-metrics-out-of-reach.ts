import { inboundBypass } from '../../graph/traffic-capture.ts';
import { WORKLOAD_KINDS } from '../../graph/workload.ts';
import { isOfIstio, isOwned } from '../long-running.ts';
import type { Rule } from '../rule.ts';

const SCRAPE = 'prometheus.io/scrape';
const PORT = 'prometheus.io/port';
const MERGE = 'prometheus.istio.io/merge-metrics';

/** Prometheus comes in plain text, and the port that it is sent to takes mutual TLS only. */
export const metricsOutOfReach = {
  code: 'W209',
  name: 'metrics-out-of-reach',
  severity: 'warning',
  summary: 'Prometheus is sent to a port that takes mutual TLS only.',
  reads: ['PeerAuthentication', ...WORKLOAD_KINDS],
  *check(graph) {
    for (const workload of graph.workloads) {
      const { annotations, manifest, at, sidecar, isGateway } = workload;
      if (annotations[SCRAPE] !== 'true' || sidecar !== 'yes' || isGateway) continue;
      // Unless it is switched off, the proxy serves the metrics of both on a port that takes plain text.
      if (annotations[MERGE] !== 'false' || isOwned(manifest) || isOfIstio(manifest)) continue;
      const port = Number(annotations[PORT]);
      if (!Number.isInteger(port) || port <= 0 || inboundBypass(workload, port) !== undefined) continue;
      if (graph.peerAuthentications.modeOf(workload, port).mode !== 'STRICT') continue;
      yield {
        manifest,
        at: [...at, 'metadata', 'annotations', MERGE],
        message: `${MERGE} is "false", so Prometheus calls port ${port} itself, in plain text, and that port is STRICT: it is refused, and there are no metrics of these pods`,
        fix: `remove the annotation, so that the proxy serves the metrics; or let port ${port} take plain text by portLevelMtls, or give Prometheus a certificate of the mesh`,
      };
    }
  },
} satisfies Rule;
