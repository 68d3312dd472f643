import type { MeshGraph } from '../../graph/mesh-graph.ts';
import { effectivePolicy } from '../../graph/destination-rules.ts';
import type { HttpRule } from '../../graph/http-rules.ts';
import type { Destination } from '../../imports/istio.ts';
import { fullHost } from '../../model/host.ts';
import type { Path } from '../../model/schema.ts';
import { forwardingRules } from '../request-rules.ts';
import type { Rule } from '../rule.ts';

/** Copies of requests go to a host that nothing protects. */
export const mirrorWithoutLimits = {
  code: 'W333',
  name: 'mirror-without-limits',
  severity: 'info',
  summary: 'Requests are mirrored to a host without limits, and writes are done twice.',
  reads: ['VirtualService', 'DestinationRule', 'Service'],
  *check(graph: MeshGraph) {
    for (const { rule } of forwardingRules(graph)) {
      const { virtualService } = rule.place;
      for (const { destination, percent, field, path } of mirrorsOf(rule)) {
        if (percent <= 0) continue;
        const host = fullHost(destination.host, virtualService.namespace, graph.settings.clusterDomain);
        const found = graph.destinationRuleFor({ namespace: virtualService.namespace }, host);
        const port = destination.port?.number ?? graph.lookUp(host, virtualService.namespace)?.ports[0]?.number ?? 0;
        if (found && effectivePolicy(found, destination.subset, port).connectionPool !== undefined) continue;
        const place = rule.placeOf(field);
        yield {
          manifest: place.virtualService.manifest,
          at: [...place.at, ...path],
          message:
            `${percent} % of the requests are sent to "${host}"${destination.subset ? ` subset "${destination.subset}"` : ''} a second time, and no connectionPool limits them: ` +
            'what it cannot take costs connections of the callers, and what it writes is written twice where both share a database',
          fix: 'add a DestinationRule with a connectionPool for the host of the mirror, mirror only methods that read, or fewer per cent',
        };
      }
    }
  },
} satisfies Rule;

interface Mirror {
  readonly destination: Destination;
  readonly percent: number;
  readonly field: 'mirror' | 'mirrors';
  readonly path: Path;
}

/** Source: Istio's MirrorPercent: all requests where nothing is said */
function mirrorsOf({ http }: HttpRule): readonly Mirror[] {
  const { mirror, mirrors = [], mirrorPercentage, mirrorPercent } = http;
  return [
    ...(mirror === undefined
      ? []
      : [
          {
            destination: mirror,
            percent: mirrorPercentage ? (mirrorPercentage.value ?? 0) : (mirrorPercent ?? 100),
            field: 'mirror' as const,
            path: [],
          },
        ]),
    ...mirrors.map(({ destination, percentage }, index) => ({
      destination,
      percent: percentage ? (percentage.value ?? 0) : 100,
      field: 'mirrors' as const,
      path: [index],
    })),
  ];
}
