import type { Rule } from '../rule.ts';

/** A block that names no mode means the strictest one. */
export const outboundMode = {
  code: 'W565',
  name: 'outbound-mode',
  severity: 'warning',
  summary: 'An outboundTrafficPolicy names no mode, which means REGISTRY_ONLY.',
  also: ['KIA1007'],
  reads: ['Sidecar'],
  *check(graph) {
    for (const { manifest, spec } of graph.of('Sidecar')) {
      const policy = spec.outboundTrafficPolicy;
      if (policy === undefined || policy.mode !== undefined) continue;
      yield {
        manifest,
        at: ['spec', 'outboundTrafficPolicy'],
        message:
          'outboundTrafficPolicy names no mode, and what is left out is REGISTRY_ONLY, not the mode of the mesh: calls to hosts that the registry does not know get 502',
        fix: 'write mode: REGISTRY_ONLY or mode: ALLOW_ANY, whichever is meant, or remove the block',
      };
    }
  },
} satisfies Rule;
