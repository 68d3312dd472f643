import type { Rule } from '../rule.ts';

/** With STATIC nothing is looked up: without endpoints there is nowhere to send requests. */
export const serviceEntryWithoutEndpoints = {
  code: 'W152',
  name: 'service-entry-without-endpoints',
  severity: 'error',
  summary: 'A ServiceEntry with resolution STATIC has no endpoints.',
  reads: ['ServiceEntry'],
  *check(graph) {
    for (const { manifest, spec } of graph.of('ServiceEntry')) {
      const { resolution, endpoints = [], workloadSelector, hosts } = spec;
      if (resolution !== 'STATIC' || endpoints.length > 0 || workloadSelector !== undefined) continue;
      yield {
        manifest,
        at: ['spec', 'resolution'],
        message: `resolution is STATIC, and there are neither endpoints nor a workloadSelector: the cluster of ${hosts.join(', ')} is empty, and every request gets 503`,
        fix: 'add endpoints with IP addresses, or write resolution: DNS where the host is to be looked up',
      };
    }
  },
} satisfies Rule;
