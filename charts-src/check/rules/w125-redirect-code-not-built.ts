import type { Rule } from '../rule.ts';

/** Codes that Istio turns into a redirect. Source: Istio's ApplyRedirect */
const BUILT: readonly number[] = [301, 302, 303, 307, 308];

/**
 * Istio accepts any code from 300 to 399 and builds a redirect for five of them. For others it makes a route without
 * an action, and Envoy refuses the routes of the whole port.
 */
export const redirectCodeNotBuilt = {
  code: 'W125',
  name: 'redirect-code-not-built',
  severity: 'error',
  summary: 'A redirect has a code that Istio cannot build, and Envoy refuses all routes of the port.',
  also: [],
  reads: ['VirtualService'],
  *check(graph) {
    for (const { manifest, spec } of graph.of('VirtualService'))
      for (const [rule, { redirect }] of (spec.http ?? []).entries()) {
        const code = redirect?.redirectCode;
        // Others are refused at admission; 0 is how none is written.
        if (code === undefined || code < 300 || code > 399 || BUILT.includes(code)) continue;
        yield {
          manifest,
          at: ['spec', 'http', rule, 'redirect', 'redirectCode'],
          message: `redirectCode ${code} passes admission and is none that Istio builds (${BUILT.join(', ')}): the route gets no action, and Envoy refuses all routes of its port`,
          fix: code === 304 || code === 300 ? 'write 302, or 301 for good' : `write one of ${BUILT.join(', ')}`,
        };
      }
  },
} satisfies Rule;
