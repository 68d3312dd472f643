import type { VirtualServiceSpec } from '../../imports/istio.ts';
import { destination } from './destination.ts';
import type { Objections } from './objection.ts';

/** Every destination and mirror of a VirtualService. */
export function* routeDestinations({ http = [], tcp = [], tls = [] }: VirtualServiceSpec): Objections {
  for (const [field, rules] of Object.entries({ http, tcp, tls }))
    for (const [index, { route = [] }] of rules.entries())
      for (const [place, each] of route.entries())
        yield* destination(['spec', field, index, 'route', place, 'destination'], each.destination);
  for (const [index, { mirror, mirrors = [] }] of http.entries()) {
    if (mirror !== undefined) yield* destination(['spec', 'http', index, 'mirror'], mirror);
    for (const [place, each] of mirrors.entries())
      yield* destination(['spec', 'http', index, 'mirrors', place, 'destination'], each.destination);
  }
}
