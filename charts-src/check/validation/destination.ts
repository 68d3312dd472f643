import type { Destination } from '../../imports/istio.ts';
import type { Path } from '../../model/schema.ts';
import { hostProblem } from './host-syntax.ts';
import { isDnsLabel } from './label-syntax.ts';
import { refused, type Objections } from './objection.ts';
import { portNumber } from './port-number.ts';

/** Where requests or connections go. */
export function* destination(at: Path, { host, subset = '', port }: Destination): Objections {
  const problem = host === '*' ? '"*" is no place to go to' : hostProblem(host);
  if (problem !== undefined)
    yield refused([...at, 'host'], problem, 'write the name of a service, such as "orders.shop.svc.cluster.local"');
  if (subset !== '' && !isDnsLabel(subset))
    yield refused([...at, 'subset'], `"${subset}" is no name of a subset`, 'write a DNS label, such as "v1"');
  if (port !== undefined) yield* portNumber([...at, 'port', 'number'], port.number ?? 0);
}
