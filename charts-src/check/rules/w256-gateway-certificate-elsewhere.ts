import type { MeshGraph } from '../../graph/mesh-graph.ts';
import { clientsOf } from '../../graph/virtual-service-clients.ts';
import { listNames } from '../mesh-presence.ts';
import type { Rule } from '../rule.ts';
import { secretNames } from '../secret-names.ts';

/** istiod gives a gateway the Secrets of the namespace of its pods, and no others. Source: Istio's SDS for gateways */
export const gatewayCertificateElsewhere = {
  code: 'W256',
  name: 'gateway-certificate-elsewhere',
  severity: 'error',
  summary: 'The certificate of a Gateway is in another namespace than the pods of the gateway.',
  also: ['IST0101'],
  reads: ['Gateway', 'Secret', 'Certificate', 'ExternalSecret', 'SealedSecret', 'Deployment', 'Pod'],
  *check(graph) {
    const secrets = secretNames(graph);
    for (const node of graph.gateways) {
      const namespaces = clientsOf(graph).namespacesOf(node);
      if (namespaces.length === 0) continue;
      for (const { server, at } of node.servers) {
        const name = server.tls?.credentialName ?? '';
        if (name === '' || name.includes('/') || namespaces.some((each) => secrets.get(each)?.has(name))) continue;
        const elsewhere = [...secrets].filter(([, names]) => names.has(name)).map(([namespace]) => namespace);
        if (elsewhere.length === 0) continue;
        const isGuess = node.workloads.length === 0;
        // Where nothing but the Gateway and its certificate is, its pods may well be, installed by somebody else.
        if (isGuess && elsewhere.includes(node.gateway.namespace) && !isOfApplications(graph, node.gateway.namespace))
          continue;
        const [own = ''] = namespaces;
        yield {
          manifest: node.gateway.manifest,
          at: [...at, 'tls', 'credentialName'],
          // Where Istio's own gateway runs is a guess.
          ...(isGuess && { severity: 'warning' as const }),
          message: `Secret "${name}" is in namespace ${listNames(elsewhere)}, and the pods of this gateway run in ${listNames(namespaces)}${isGuess ? ' unless they were put elsewhere' : ''}: istiod gives them Secrets of their own namespace only, so every handshake on port ${server.port?.number ?? '?'} fails`,
          fix: `put the Secret, or the Certificate that makes it, into namespace "${own}"`,
        };
      }
    }
  },
} satisfies Rule;

const isOfApplications = ({ namespaces, workloadsBy }: MeshGraph, namespace: string): boolean =>
  namespaces.get(namespace)?.isDescribed === true || workloadsBy(namespace).select({}).length > 0;
