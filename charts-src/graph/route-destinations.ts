import type { Destination } from '../imports/istio.ts';
import { fullHost } from '../model/host.ts';
import type { Path } from '../model/schema.ts';
import type { Resource } from './resource.ts';

/** A place where a VirtualService sends requests or copies of them. */
export interface RouteDestination {
  readonly virtualService: Resource<'VirtualService'>;
  readonly destination: Destination;
  /** The host, completed in the namespace of the VirtualService that names it. */
  readonly host: string;
  /** Of the destination. */
  readonly at: Path;
  readonly protocol: 'http' | 'tcp' | 'tls';
  /** Of the rule in `spec.http`, `spec.tcp` or `spec.tls`. */
  readonly rule: number;
  readonly isMirror: boolean;
  /** Which part of the requests it gets, from 0 to 1: one of a single destination is 1 whatever its weight says. */
  readonly share: number;
}

const made = new WeakMap<Resource<'VirtualService'>, readonly RouteDestination[]>();

/** Every destination of a VirtualService, those of mirrors among them. What names no host is left out. */
export function routeDestinations(
  virtualService: Resource<'VirtualService'>,
  domain: string,
): readonly RouteDestination[] {
  // A resource belongs to one mesh, and so to one domain.
  const known = made.get(virtualService) ?? read(virtualService, domain);
  made.set(virtualService, known);
  return known;
}

function read(virtualService: Resource<'VirtualService'>, domain: string): readonly RouteDestination[] {
  const { spec, namespace } = virtualService;
  const found: RouteDestination[] = [];
  const add = (
    destination: Destination | undefined,
    at: Path,
    rest: Pick<RouteDestination, 'protocol' | 'rule' | 'isMirror' | 'share'>,
  ): void => {
    if (destination === undefined || destination.host === '') return;
    found.push({ virtualService, destination, host: fullHost(destination.host, namespace, domain), at, ...rest });
  };
  for (const protocol of ['http', 'tcp', 'tls'] as const)
    for (const [rule, { route = [] }] of (spec[protocol] ?? []).entries()) {
      const total = route.reduce((sum, { weight = 0 }) => sum + Math.max(0, weight), 0);
      for (const [index, { destination, weight = 0 }] of route.entries())
        add(destination, ['spec', protocol, rule, 'route', index, 'destination'], {
          protocol,
          rule,
          isMirror: false,
          share: route.length === 1 ? 1 : total === 0 ? 0 : Math.max(0, weight) / total,
        });
    }
  for (const [rule, { mirror, mirrors = [], mirrorPercentage }] of (spec.http ?? []).entries()) {
    add(mirror, ['spec', 'http', rule, 'mirror'], {
      protocol: 'http',
      rule,
      isMirror: true,
      share: (mirrorPercentage?.value ?? 100) / 100,
    });
    for (const [index, { destination, percentage }] of mirrors.entries())
      add(destination, ['spec', 'http', rule, 'mirrors', index, 'destination'], {
        protocol: 'http',
        rule,
        isMirror: true,
        share: (percentage?.value ?? 100) / 100,
      });
  }
  return found;
}
