import type { Construct } from 'constructs';
import { destinationRuleSpec } from '../manifest/destination-rule.ts';
import { acceptanceAnnotations, type Acceptances } from '../model/acceptance.ts';
import { noteDeclaration } from '../model/declaration.ts';
import type { Callee, Party } from '../model/party.ts';
import type { TrafficPolicy } from '../model/traffic-policy.ts';
import { ManifestObject } from './manifest-object.ts';
import type { Mesh } from './mesh.ts';

/** The blocks of a policy, each of which a caller can set once for a callee. */
const BLOCKS = [
  'connectionPool',
  'outlierDetection',
  'loadBalancer',
] as const satisfies readonly (keyof TrafficPolicy)[];

/** How one caller's proxy treats each of its callees, where it asks for other connections than the callee's default. */
export class CallerPolicies {
  readonly #scope: Construct;
  readonly #mesh: Mesh;
  readonly #caller: Party;
  readonly #policies = new Map<string, TrafficPolicy>();
  readonly #problems: string[] = [];

  constructor(scope: Construct, mesh: Mesh, caller: Party) {
    this.#scope = scope;
    this.#mesh = mesh;
    this.#caller = caller;
    scope.node.addValidation({ validate: () => this.#problems });
  }

  /** Notes what an edge asks for. Several edges to one callee share its connections, so a block is said once. */
  add(callee: Callee, policy: TrafficPolicy, accepts: Acceptances = {}): void {
    if (callee.namespace !== this.#caller.namespace) this.#mesh.showPolicy(callee, this.#caller.namespace);
    const wanted = BLOCKS.filter((block) => policy[block] !== undefined);
    if (wanted.length === 0) return;
    const known = this.#policies.get(callee.host);
    if (known === undefined) {
      this.#policies.set(callee.host, pick(policy, wanted));
      this.#write(callee, accepts);
      return;
    }
    for (const block of wanted.filter((block) => known[block] !== undefined))
      this.#problems.push(
        `call to ${callee.name}: ${block} is given by two calls, and all calls to one callee share their connections. Give it once.`,
      );
    this.#policies.set(callee.host, { ...known, ...pick(policy, wanted) });
  }

  /** A rule that Istio applies to this caller's proxy alone. It inherits nothing, so it says everything. */
  #write(callee: Callee, accepts: Acceptances): void {
    const { namespace } = this.#caller;
    const isForeign = callee.namespace !== namespace;
    const name = `${callee.name}${isForeign ? `-of-${callee.namespace}` : ''}-from-${this.#caller.name}`;
    const policy = new ManifestObject(
      this.#scope,
      `DestinationRule-${callee.namespace}-${callee.name}`,
      {
        apiVersion: 'networking.istio.io/v1',
        kind: 'DestinationRule',
        metadata: { name, namespace, annotations: acceptanceAnnotations(accepts) },
      },
      () => ({
        spec: destinationRuleSpec(
          callee,
          { ...callee.traffic, ...this.#policies.get(callee.host) },
          { exportTo: [namespace], caller: this.#caller },
        ),
      }),
    );
    noteDeclaration(policy); // the call, not the service that makes it
  }
}

const pick = (policy: TrafficPolicy, blocks: readonly (keyof TrafficPolicy)[]): TrafficPolicy =>
  Object.fromEntries(blocks.map((block) => [block, policy[block]]));
