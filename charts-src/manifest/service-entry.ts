import type { ServiceEntrySpec } from '../imports/istio.ts';
import type { ExternalCallee } from '../model/party.ts';

/** Names hosts outside the mesh, for the workloads of one namespace only. */
export const serviceEntrySpec = (external: ExternalCallee): ServiceEntrySpec => ({
  hosts: [...external.hosts],
  exportTo: ['.'],
  location: 'MESH_EXTERNAL',
  resolution: 'DNS',
  ports: external.ports.map(({ number, targetPort, protocol }) => ({
    number,
    protocol,
    name: `${protocol.toLowerCase()}-${number}`,
    // Where TLS is originated the application calls another port than the one that the host listens on.
    ...(targetPort !== number && { targetPort }),
  })),
});
