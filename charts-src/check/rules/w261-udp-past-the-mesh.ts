import type { Rule } from '../rule.ts';

/** Sidecars carry TCP only: what is sent over UDP is neither encrypted nor judged. */
export const udpPastTheMesh = {
  code: 'W261',
  name: 'udp-past-the-mesh',
  severity: 'info',
  summary: 'A port is UDP, which sidecars do not carry.',
  reads: ['Service'],
  *check(graph) {
    for (const service of graph.services) {
      const inMesh = service.workloads.find(({ sidecar }) => sidecar === 'yes');
      if (inMesh === undefined) continue;
      const port = service.ports.find(({ protocol }) => protocol === 'UDP');
      if (port === undefined) continue;
      yield {
        manifest: service.manifest,
        at: [...port.at, 'protocol'],
        message: `port ${port.name === '' ? port.number : `${port.name} (${port.number})`} is UDP: it goes past the sidecars of ${inMesh.kind} ${inMesh.name}, so there is no mutual TLS on it and no AuthorizationPolicy sees it`,
        fix: 'say in a NetworkPolicy who may reach this port',
      };
    }
  },
} satisfies Rule;
