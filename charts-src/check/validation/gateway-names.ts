import type { Path } from '../../model/schema.ts';
import { isInternalGateway } from '../internal-gateway.ts';
import { nameProblem } from './host-syntax.ts';
import { isDnsLabel } from './label-syntax.ts';
import { refused, type Objections } from './objection.ts';

/** Names of gateways, as a VirtualService and its matches write them. */
export function* gatewayNames(at: Path, names: readonly string[] = []): Objections {
  for (const [index, name] of names.entries()) {
    const here = [...at, index];
    if (isInternalGateway(name)) {
      yield {
        ...refused(
          here,
          `"${name}" is a Gateway that Istio generates from one of the Gateway API`,
          'bind an HTTPRoute to the Gateway of the Gateway API, or use a Gateway of Istio',
        ),
        also: ['IST0165'],
      };
      continue;
    }
    if (!name.includes('/')) {
      const problem = nameProblem(name);
      if (problem !== undefined) yield refused(here, problem, 'write the name of a Gateway, or "<namespace>/<name>"');
      // Istio's webhook looks at no name after the first one without a namespace.
      return;
    }
    const slash = name.indexOf('/');
    const [namespace, gateway] = [name.slice(0, slash), name.slice(slash + 1)];
    if (!isDnsLabel(namespace) || !isDnsLabel(gateway))
      yield refused(here, `"${name}" names no gateway`, 'write "<namespace>/<name>", both as DNS labels');
  }
}
