import fc from 'fast-check';
import { MeshGateway } from '../../charts-src/constructs/mesh-gateway.ts';
import { MeshService } from '../../charts-src/constructs/mesh-service.ts';
import { Mesh } from '../../charts-src/constructs/mesh.ts';
import { PostgresDatabase } from '../../charts-src/constructs/postgres-database.ts';
import type { Contract } from '../../charts-src/model/contract.ts';
import { gatewayIdentity } from '../../charts-src/model/gateway-identity.ts';
import type { TrafficPolicy } from '../../charts-src/model/traffic-policy.ts';
import { cache, IMAGE, newApp, stock, users } from './rendered.ts';

/** What a random mesh is made of: plain data, so that a failure can be read. */
export interface MeshPlan {
  readonly namespaces: number;
  readonly services: readonly ServicePlan[];
  readonly calls: readonly CallPlan[];
  /** Services that a gateway exposes; none: there is no gateway. */
  readonly exposed: readonly number[];
  /** Services with a database of their own. */
  readonly databases: readonly number[];
}

export interface ServicePlan {
  readonly namespace: number;
  readonly protocol: 'http' | 'grpc' | 'tcp';
  /** Shares in hundredths of a per cent, one for each version; they total 10,000. */
  readonly shares: readonly number[];
  readonly traffic: TrafficPolicy | undefined;
  readonly targetPort: number;
}

export interface CallPlan {
  readonly from: number;
  readonly to: number;
  readonly operations: number;
  readonly timeout: number | undefined;
  readonly policy: TrafficPolicy;
}

const CONTRACTS: Readonly<Record<ServicePlan['protocol'], Contract>> = { http: users, grpc: stock, tcp: cache };

/** One to three shares, some in whole per cent and some not. */
const shares = fc
  .tuple(fc.constantFrom(1, 100), fc.array(fc.nat(100), { maxLength: 2 }))
  .map(([step, cuts]) => [0, ...cuts.map((cut) => cut * step).sort((a, b) => a - b), 10_000])
  .map((cuts) => cuts.slice(1).map((cut, index) => cut - (cuts[index] ?? 0)));

const policy: fc.Arbitrary<TrafficPolicy> = fc.oneof(
  { weight: 2, arbitrary: fc.constant({}) },
  fc.integer({ min: 1, max: 500 }).map((maxConnections) => ({ connectionPool: { tcp: { maxConnections } } })),
);

/** Random meshes of 1 to 12 services in 1 to 3 namespaces. */
export const meshPlans: fc.Arbitrary<MeshPlan> = fc
  .tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 12 }))
  .chain(([namespaces, count]) => {
    const index = fc.nat(count - 1);
    return fc.record({
      namespaces: fc.constant(namespaces),
      services: fc.array(
        fc.record<ServicePlan>({
          namespace: fc.nat(namespaces - 1),
          protocol: fc.constantFrom('http', 'http', 'grpc', 'tcp'),
          shares,
          traffic: fc.option(
            fc.integer({ min: 1, max: 500 }).map((maxConnections) => ({ connectionPool: { tcp: { maxConnections } } })),
            { nil: undefined },
          ),
          targetPort: fc.integer({ min: 8000, max: 8999 }),
        }),
        { minLength: count, maxLength: count },
      ),
      // Nobody calls itself, so a single service calls nobody.
      calls: fc.uniqueArray(
        fc
          .record({
            from: index,
            distance: fc.integer({ min: 1, max: Math.max(1, count - 1) }),
            operations: fc.integer({ min: 1, max: 6 }),
            timeout: fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }),
            policy,
          })
          .map(({ from, distance, ...call }): CallPlan => ({ from, to: (from + distance) % count, ...call })),
        { maxLength: count === 1 ? 0 : 30, selector: ({ from, to }) => `${from} ${to}` },
      ),
      exposed: fc.uniqueArray(index, { maxLength: 2 }),
      databases: fc.uniqueArray(index, { maxLength: 2 }),
    });
  });

export const namespaceName = (index: number): string => `zone-${index}`;
export const serviceName = (index: number): string => `service-${index}`;
export const databaseName = (index: number): string => `database-${index}`;
export const GATEWAY = gatewayIdentity.helm();

/** Weights in per cent, by the name of the version. */
const weightsOf = ({ shares }: ServicePlan): Record<string, number> =>
  Object.fromEntries(shares.map((share, index) => [`v${index + 1}`, share / 100]));

/** Which of a contract's operations a call names. */
const operationsOfCall = ({ protocol }: ServicePlan, { operations }: Pick<CallPlan, 'operations'>): string[] =>
  Object.keys(CONTRACTS[protocol].operations).slice(0, operations);

/** Makes the mesh of a plan. */
export function meshOf(plan: MeshPlan): Mesh {
  const [first = '', ...others] = Array.from({ length: plan.namespaces }, (_, index) => namespaceName(index));
  const mesh = new Mesh(newApp(), 'random', { namespaces: [first, ...others] });
  const services = plan.services.map((service, index) => {
    const weights = weightsOf(service);
    return new MeshService(mesh, serviceName(index), {
      contract: CONTRACTS[service.protocol],
      namespace: namespaceName(service.namespace),
      versions: Object.fromEntries(Object.keys(weights).map((version) => [version, { image: IMAGE }])),
      weights,
      port: { targetPort: service.targetPort },
      ...(service.traffic && { traffic: service.traffic }),
    });
  });
  for (const index of plan.databases) {
    const owner = services[index];
    if (owner)
      new PostgresDatabase(mesh, databaseName(index), {
        owner,
        image: IMAGE,
        database: 'data',
        password: { secret: 'database', key: 'password' },
        namespace: namespaceName((index + 1) % plan.namespaces),
      });
  }
  for (const call of plan.calls) {
    const [from, to, service] = [services[call.from], services[call.to], plan.services[call.to]];
    if (!from || !to || !service) continue;
    // The contract of a callee is any of three here, which no compiler can follow.
    const options =
      service.protocol === 'tcp'
        ? { ...(call.policy.connectionPool && { connectionPool: call.policy.connectionPool }) }
        : {
            ...call.policy,
            operations: operationsOfCall(service, call),
            ...(call.timeout !== undefined && { timeout: `${call.timeout}s` }),
          };
    from.calls(to, options as never);
  }
  const exposed = plan.exposed.filter((index) => plan.services[index]?.protocol === 'http').slice(0, 1);
  for (const index of exposed) {
    const service = services[index];
    if (service)
      new MeshGateway(mesh, 'public', { identity: GATEWAY, hosts: ['shop.example'], tls: 'none' }).exposes(service, {
        operations: ['getUser'] as never, // as above
      });
  }
  return mesh;
}

/** Who may connect to whom, as `namespace/name > namespace/name`. */
export function declaredPairs(plan: MeshPlan): Set<string> {
  const at = (index: number) => `${namespaceName(plan.services[index]?.namespace ?? 0)}/${serviceName(index)}`;
  const exposed = plan.exposed.filter((index) => plan.services[index]?.protocol === 'http').slice(0, 1);
  return new Set([
    ...plan.calls.map(({ from, to }) => `${at(from)} > ${at(to)}`),
    ...plan.databases.map(
      (index) => `${at(index)} > ${namespaceName((index + 1) % plan.namespaces)}/${databaseName(index)}`,
    ),
    ...exposed.map((index) => `${GATEWAY.namespace}/${GATEWAY.name} > ${at(index)}`),
  ]);
}
