import type { GatewayNode } from './gateways.ts';
import { selects } from './labels.ts';
import { selectsDefaultGateway } from './virtual-service-clients.ts';

/** Which Gateways are served by the same pods, by their selectors. */
export class GatewayPods {
  readonly #nodes = new Map<string, GatewayNode>();
  readonly #sharing = new Map<string, readonly string[]>();

  constructor(gateways: readonly GatewayNode[]) {
    for (const node of gateways) this.#nodes.set(selectorText(node), node);
  }

  /** Keys of the selectors that find a pod which the selector of this one finds too; its own is the first. */
  sharing(node: GatewayNode): readonly string[] {
    const own = selectorText(node);
    const known = this.#sharing.get(own);
    if (known) return known;
    const found = [
      own,
      ...[...this.#nodes].filter(([key, other]) => key !== own && sharesPods(node, other)).map(([key]) => key),
    ];
    this.#sharing.set(own, found);
    return found;
  }
}

/** The selector of a Gateway in an order that does not depend on the file. */
export const selectorText = ({ gateway }: GatewayNode): string =>
  Object.entries(gateway.spec.selector ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(',');

function sharesPods(one: GatewayNode, other: GatewayNode): boolean {
  const [left, right] = [one.gateway.spec.selector ?? {}, other.gateway.spec.selector ?? {}];
  if (one.workloads.some(({ labels }) => selects(right, labels))) return true;
  // Istio's own gateways are rarely among the files, and have all labels that stand for them.
  return (
    one.workloads.length === 0 &&
    other.workloads.length === 0 &&
    (selects(left, right) || selects(right, left)) &&
    selectsDefaultGateway(left) &&
    selectsDefaultGateway(right)
  );
}
