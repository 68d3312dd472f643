import type { DestinationRuleSpec } from '../../imports/istio.ts';
import { hostProblem } from './host-syntax.ts';
import { isDnsLabel } from './label-syntax.ts';
import { labels } from './labels.ts';
import { refused, type Objections } from './objection.ts';

/** The host of a DestinationRule and the names and labels of its subsets. */
export function* destinationRuleHost({ host, subsets = [] }: DestinationRuleSpec): Objections {
  const problem = hostProblem(host);
  if (problem !== undefined)
    yield refused(['spec', 'host'], problem, 'write the name of a service, such as "orders.shop.svc.cluster.local"');
  const seen = new Map<string, number>();
  for (const [index, subset] of subsets.entries()) {
    const at = ['spec', 'subsets', index];
    const earlier = seen.get(subset.name);
    seen.set(subset.name, index);
    if (earlier !== undefined)
      yield refused(
        [...at, 'name'],
        `"${subset.name}" is already the name of subset ${earlier}`,
        'give each subset a name of its own',
      );
    if (!isDnsLabel(subset.name))
      yield refused(
        [...at, 'name'],
        subset.name === '' ? 'the name of the subset is empty' : `"${subset.name}" is no name of a subset`,
        'write a DNS label, such as "v1"',
      );
    yield* labels([...at, 'labels'], subset.labels);
  }
}
