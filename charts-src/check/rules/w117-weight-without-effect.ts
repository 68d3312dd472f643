import type { Rule } from '../rule.ts';

/**
 * A single destination gets everything, whatever its weight says; of several, one without a weight gets nothing.
 * Source: Istio's applyHTTPRouteDestination
 */
export const weightWithoutEffect = {
  code: 'W117',
  name: 'weight-without-effect',
  severity: 'warning',
  summary: 'The weight of a single destination is ignored, a missing weight among several means 0.',
  also: [],
  reads: ['VirtualService'],
  *check(graph) {
    for (const { manifest, spec } of graph.of('VirtualService'))
      for (const protocol of ['http', 'tcp', 'tls'] as const)
        for (const [rule, { route = [] }] of (spec[protocol] ?? []).entries()) {
          const [only] = route;
          if (
            route.length === 1 &&
            only?.weight !== undefined &&
            only.weight >= 0 &&
            only.weight !== 100 &&
            only.weight !== 1
          ) {
            yield {
              manifest,
              at: ['spec', protocol, rule, 'route', 0, 'weight'],
              also: ['KIA1104'],
              message: `weight ${only.weight} has no effect: "${only.destination?.host ?? ''}" is the only destination and gets every request`,
              fix: 'add the destination that should get the rest, or leave the weight out',
            };
            continue;
          }
          // With no weight at all Istio refuses the object.
          if (route.length < 2 || !route.some(({ weight = 0 }) => weight > 0)) continue;
          for (const [index, { weight, destination }] of route.entries()) {
            if (weight !== undefined) continue;
            yield {
              manifest,
              at: ['spec', protocol, rule, 'route', index],
              message: `"${destination?.host ?? ''}"${destination?.subset === undefined ? '' : ` subset "${destination.subset}"`} has no weight, and the destinations beside it have: no weight is 0, it gets no request`,
              fix: 'give it a weight; write weight: 0 where none is meant',
            };
          }
        }
  },
} satisfies Rule;
