import type { VirtualServiceSpec } from '../../imports/istio.ts';
import type { Path } from '../../model/schema.ts';
import { refused, type Objections } from './objection.ts';

interface Weighted {
  readonly weight?: number;
}

/** The shares of the destinations of each rule. */
export function* routeWeights({ http = [], tcp = [], tls = [] }: VirtualServiceSpec): Objections {
  for (const [field, rules] of Object.entries({ http, tcp, tls }))
    for (const [index, { route = [] }] of rules.entries()) yield* weights(['spec', field, index, 'route'], route);
}

function* weights(at: Path, route: readonly Weighted[]): Objections {
  let total = 0;
  for (const [index, { weight = 0 }] of route.entries()) {
    total += weight;
    if (weight < 0) yield refused([...at, index, 'weight'], `the weight ${weight} is less than 0`, 'write 0 or more');
  }
  if (route.length > 1 && total === 0)
    yield refused(
      at,
      `the weights of ${route.length} destinations add up to 0`,
      'give each destination its share as "weight"',
      'no request would go anywhere',
    );
}
