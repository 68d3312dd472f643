import type { Rule } from '../rule.ts';
import { spokenOn, usualOn } from '../spoken.ts';

/** Proxies wait for the client's first bytes, and the client waits for the server's. */
export const serverSpeaksFirst = {
  code: 'W538',
  name: 'server-speaks-first',
  severity: 'warning',
  summary: 'Proxies guess the protocol of a server that speaks first.',
  reads: ['Service', 'Deployment', 'StatefulSet', 'DaemonSet', 'Rollout', 'Pod'],
  *check({ services }) {
    for (const { manifest, ports, workloads } of services)
      for (const port of ports) {
        if (port.protocol !== 'sniffed') continue;
        const spoken = workloads.map((workload) => spokenOn(port, workload)).find((found) => found !== undefined);
        const { serverFirst = false, program = '' } = spoken ?? usualOn(port.number) ?? {};
        if (!serverFirst) continue;
        yield {
          manifest,
          at: [...port.at, 'name'],
          message: `port ${port.number} does not say what it speaks, and ${program} lets the server speak first: the proxies wait for the first bytes of a client that waits for the server, and connections hang`,
          fix: 'set appProtocol: tcp, or name the port tcp-…',
        };
      }
  },
} satisfies Rule;
