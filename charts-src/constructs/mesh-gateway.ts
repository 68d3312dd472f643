import type { Construct, Node } from 'constructs';
import { gatewayRoutesSpec, gatewaySpec, type GatewayTls } from '../manifest/gateway.ts';
import { localRateLimitSpec, type LocalRateLimit } from '../manifest/local-rate-limit.ts';
import { requestAuthenticationSpec, type JwtIssuer } from '../manifest/request-authentication.ts';
import {
  closestPathFirst,
  DEFAULT_TIMEOUT,
  destinations,
  operationMatch,
  retriesOf,
  type EdgePart,
  type HttpRoute,
  type Split,
} from '../manifest/virtual-service.ts';
import type { Contract, OperationId } from '../model/contract.ts';
import { noteDeclaration, passDeclaration } from '../model/declaration.ts';
import { acceptedBy, operationsOf, type RequestEdge } from '../model/edge.ts';
import { durationMs } from '../model/duration.ts';
import { gatewayIdentity, type GatewayIdentity } from '../model/gateway-identity.ts';
import { given, type StandIns } from '../model/given.ts';
import { fieldProblems, operationProblems, patienceProblems } from '../model/problems.ts';
import type { Retries, TrafficPolicy } from '../model/traffic-policy.ts';
import { trapMessage, trapsOf, unaccepted } from '../model/traps.ts';
import { declaration, show, validate, type ObjectSchema, type Schema, type SchemaProblem } from '../model/schema.ts';
import { durationSchema, partySchema, someTextsSchema } from '../model/word-schemas.ts';
import { fitId } from './fit-id.ts';
import { ManifestObject } from './manifest-object.ts';
import { Mesh } from './mesh.ts';
import { MeshChart } from './mesh-chart.ts';
import { exposureSchema } from './mesh-service-schema.ts';
import type { Callable, RequestCall } from './mesh-service-props.ts';
import { warn } from './warning.ts';

/** Where requests from outside come in. */
export interface MeshGatewayProps {
  /** Whose pods these are; it depends on how Istio's gateway was installed. */
  readonly identity: GatewayIdentity;
  /** Exact DNS names that are served. */
  readonly hosts: readonly [string, ...string[]];
  /** Certificate of the hosts; plain HTTP is then redirected. `none`: plain HTTP is served. */
  readonly tls: GatewayTls | 'none';
  /** Issuers whose tokens are believed. Operations that need a user are then refused without one.
   * @default - none: the services judge tokens alone */
  readonly jwt?: readonly JwtIssuer[];
  /** How many requests each pod behind the gateway answers. @default - no limit */
  readonly rateLimit?: LocalRateLimit;
}

const gatewaySchema: ObjectSchema = {
  type: 'object',
  fields: {
    identity: partySchema,
    hosts: someTextsSchema,
    tls: 'any', // a text or an object: see below
    jwt: {
      type: 'list',
      items: {
        type: 'object',
        fields: {
          issuer: { type: 'string', minLength: 1 },
          jwks: 'string',
          audiences: someTextsSchema,
        } satisfies Record<keyof JwtIssuer, Schema>,
        required: ['issuer', 'jwks'],
      },
    },
    rateLimit: {
      type: 'object',
      fields: {
        requests: 'number',
        per: durationSchema,
        burst: { type: 'integer', min: 1 },
      } satisfies Record<keyof LocalRateLimit, Schema>,
      required: ['requests'],
    },
  } satisfies Record<keyof MeshGatewayProps, Schema>,
  required: ['identity', 'hosts', 'tls'],
};

const tlsSchema: ObjectSchema = {
  type: 'object',
  fields: {
    credentialName: { type: 'string', pattern: '^[a-z0-9][-.:/a-z0-9]*$', expects: 'the name of a Secret' },
    minProtocolVersion: { type: 'enum', of: ['TLSV1_2', 'TLSV1_3'] },
  } satisfies Record<keyof GatewayTls, Schema>,
  required: ['credentialName'],
};

const tlsProblems = ({ tls }: Readonly<Record<string, unknown>>): readonly SchemaProblem[] =>
  tls === undefined || tls === 'none' ? [] : validate(tlsSchema, tls, { at: ['tls'], reader: declaration });

const gatewayStandIns: StandIns = {
  identity: gatewayIdentity.istioctl(),
  hosts: ['not-given.example'],
  tls: 'none',
};

/** What a gateway can route to: a service, and where its requests go. */
export interface Routable<C extends Contract> extends Callable<C> {
  readonly split: Split;
}

/** A gateway's options for a service are those of a call, but connections belong to the gateway's pods as a whole. */
export type Exposure<C extends Contract, O extends OperationId<C>> = Omit<RequestCall<C, O>, keyof TrafficPolicy>;

/**
 * An ingress gateway with its hosts. It answers for the operations that are exposed and 404 for everything else.
 * Requests divide among versions as they do inside the mesh: a gateway does not read a service's own routes.
 */
export class MeshGateway extends MeshChart {
  readonly gateway: ManifestObject;
  readonly virtualService: ManifestObject;
  readonly #mesh: Mesh;
  readonly #props: MeshGatewayProps;
  readonly #notServices: unknown[] = [];
  readonly #exposed: { readonly edge: RequestEdge; readonly split: Split }[] = [];

  constructor(scope: Construct, id: string, props: MeshGatewayProps) {
    const mesh = Mesh.of(scope);
    const fit = fitId(scope, id);
    const checked = given(gatewaySchema, props, gatewayStandIns, tlsProblems);
    ({ id } = fit);
    ({ props } = checked);
    const [namespace] = mesh.namespaces;
    super(scope, id, { namespace, file: mesh.fileOf(id, namespace), labels: mesh.labels });
    noteDeclaration(this);
    this.#mesh = mesh;
    this.#props = props;
    const { identity, hosts, tls } = props;
    const metadata = { name: id, namespace };
    this.gateway = new ManifestObject(this, 'Gateway', { ...networking, kind: 'Gateway', metadata }, () => ({
      spec: gatewaySpec({ podLabels: identity.podLabels, namespace, hosts, tls: tls === 'none' ? undefined : tls }),
    }));
    this.virtualService = new ManifestObject(
      this,
      'VirtualService',
      { ...networking, kind: 'VirtualService', metadata },
      () => ({
        metadata: { annotations: acceptedBy(this.#exposed.map(({ edge }) => edge)) },
        spec: gatewayRoutesSpec(`${namespace}/${id}`, identity.namespace, hosts, this.#routes()),
      }),
    );
    this.node.addValidation({ validate: () => [...fit.problems, ...checked.problems, ...this.#problems()] });
  }

  /** Lets these operations of a service in from outside. */
  exposes<C extends Contract, const O extends OperationId<C>>(service: Routable<C>, exposure: Exposure<C, O>): this {
    const isService = typeof service === 'object' && service !== null; // no compiler may have seen the caller
    if (!isService || !('contract' in service && 'callee' in service && 'split' in service)) {
      this.#notServices.push(service);
      return this;
    }
    const checked = given(exposureSchema, exposure, { operations: [] });
    const { operations, timeout, retries, accepts } = checked.props as Exposure<C, O> & {
      readonly retries?: Retries & { readonly idempotent?: 'by key' };
    }; // both forms of a call hold retries
    const { contract, callee, split } = service;
    const edge: RequestEdge = {
      kind: 'request',
      via: 'gateway',
      caller: this.#props.identity,
      callee,
      contract,
      operations,
      ...(timeout !== undefined && { timeout }),
      ...(retries !== undefined && { retries }),
      ...(accepts !== undefined && { accepts }),
      ...(this.#props.jwt && { issuers: this.#props.jwt.map(({ issuer }) => issuer) }),
    };
    this.#mesh.connect(edge);
    this.#exposed.push({ edge, split });
    this.#guard(service);
    this.node.addValidation({
      validate: () =>
        [
          ...checked.problems,
          ...(checked.wrong.has('operations') ? [] : operationProblems(contract, operations, retries)),
          ...patienceProblems(timeout, retries),
        ].map((problem) => `exposes ${callee.name}: ${problem}`),
    });
    const traps = trapsOf({ timeout: timeout ?? DEFAULT_TIMEOUT, ...(retries && { retries }) });
    for (const trap of unaccepted(traps, accepts)) warn(this, `exposes ${callee.name}: ${trapMessage(trap)}`);
    return this;
  }

  /** Tokens and rates are judged in front of the exposed service, not at the gateway: nobody gets around it there. */
  #guard({ callee }: Callable): void {
    const { jwt, rateLimit } = this.#props;
    const metadata = { name: callee.name, namespace: callee.namespace };
    if (jwt && !this.node.tryFindChild(`RequestAuthentication-${callee.name}`))
      new ManifestObject(
        this,
        `RequestAuthentication-${callee.name}`,
        { apiVersion: 'security.istio.io/v1', kind: 'RequestAuthentication', metadata },
        () => ({ spec: requestAuthenticationSpec(callee.podLabels, jwt) }),
      );
    if (rateLimit && !this.node.tryFindChild(`RateLimit-${callee.name}`))
      new ManifestObject(
        this,
        `RateLimit-${callee.name}`,
        {
          apiVersion: 'networking.istio.io/v1alpha3',
          kind: 'EnvoyFilter',
          metadata: { ...metadata, name: `${callee.name}-rate-limit` },
        },
        () => ({ spec: localRateLimitSpec(callee.podLabels, rateLimit) }),
      );
  }

  /** Those of the mesh that were made before this one and would not be merged with it on the same pods.
   * Source: Istio mergeGateways, which skips a TLS server with a host that another has; plain HTTP it merges */
  #earlierGateways(): { readonly node: Node; readonly hosts: readonly string[] }[] {
    const pods = ({ namespace, podLabels }: GatewayIdentity): string =>
      JSON.stringify([namespace, Object.entries(podLabels).sort()]);
    // Charts of cdk8s call every chart an instance of theirs: only the private field tells.
    const all = this.#mesh.node.findAll().filter((construct): construct is MeshGateway => #props in construct);
    return all
      .slice(0, all.indexOf(this))
      .filter((other) => other.#props.tls !== 'none' || this.#props.tls !== 'none')
      .filter((other) => pods(other.#props.identity) === pods(this.#props.identity))
      .map((other) => ({ node: other.node, hosts: other.#props.hosts }));
  }

  #routes(): HttpRoute[] {
    const splits = new Map(this.#exposed.map(({ edge, split }) => [edge, split]));
    return closestPathFirst([...splits.keys()]).parts.flatMap((part) => {
      const split = splits.get(part.edge);
      return split === undefined ? [] : [passDeclaration(part.edge, httpRoute(part, split))];
    });
  }

  #problems(): string[] {
    const { hosts, jwt, rateLimit } = this.#props;
    const taken = this.#exposed.flatMap(({ edge }) =>
      operationsOf(edge).map(({ method, path }) => ({
        route: `${method} ${edge.contract.basePath}${path}`,
        requests: `${method} ${edge.contract.basePath}${path.replaceAll(/\{[^{}]*\}/g, '{}')}`, // whatever its variables are called
        by: edge.callee.name,
      })),
    );
    return [
      ...this.#notServices.map(
        (given) =>
          `exposes: ${show(given)} is nothing that can be exposed, so no route comes of it. Give a MeshService.`,
      ),
      ...hosts.flatMap((host) =>
        fieldProblems({
          hosts: /^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]+$/.test(host)
            ? undefined
            : `"${host}" is no exact DNS name; a wildcard would take requests that are meant for others`,
        }),
      ),
      ...hosts
        .filter((host, index) => hosts.indexOf(host) !== index)
        .map((host) => `hosts: "${host}" is named twice, which Istio refuses. Name it once.`),
      ...this.#earlierGateways().flatMap(({ node: { id }, hosts: theirs }) =>
        hosts
          .filter((host) => theirs.includes(host))
          .map(
            (host) =>
              `hosts: "${host}" is served by the gateway "${id}" on the same pods, and Istio keeps only one of two that serve a host by TLS: what the other exposes would be answered 404. Expose both from one MeshGateway, or give this one another host.`,
          ),
      ),
      ...(jwt ?? []).flatMap(({ issuer, jwks }) =>
        fieldProblems({
          [`jwt (${issuer}).jwks`]: keySetProblem(jwks),
        }),
      ),
      ...(this.#exposed.length === 0 && this.#notServices.length === 0
        ? ['exposes: nothing is exposed, so every request is answered 404. Call exposes(), or drop the gateway.']
        : []),
      ...taken
        .filter(({ requests }, index) => taken.findIndex((other) => other.requests === requests) !== index)
        .map(
          ({ route, by }) =>
            `exposes ${by}: ${route} is exposed already, so this one would never be reached. Keep one of them.`,
        ),
      ...fieldProblems({
        'rateLimit.requests':
          rateLimit === undefined || (Number.isInteger(rateLimit.requests) && rateLimit.requests >= 1)
            ? undefined
            : `${rateLimit.requests} is no whole number above 0`,
        'rateLimit.per':
          (durationMs(rateLimit?.per ?? '1s') ?? SHORTEST_FILL_MS) >= SHORTEST_FILL_MS
            ? undefined
            : `"${rateLimit?.per ?? ''}" is shorter than 50ms, which Envoy refuses together with everything else that its pod listens for. Take a longer interval, and more requests`,
      }),
    ];
  }
}

const httpRoute = ({ edge, operations }: EdgePart, split: Split): HttpRoute => {
  const timeout = edge.timeout ?? DEFAULT_TIMEOUT;
  return {
    name: edge.callee.name,
    match: operations.map((operation) => operationMatch(edge.contract, operation)),
    route: destinations(split),
    timeout,
    retries: retriesOf(edge.retries, timeout, edge.contract.protocol),
  };
};

/** Envoy's shortest interval between two fills of a bucket. */
const SHORTEST_FILL_MS = 50;

/** What is wrong with keys. Envoy refuses a set without one that it can use, and such a pod never becomes ready. */
function keySetProblem(text: string): string | undefined {
  const fix = 'write {"keys": [...]} with public keys';
  let keys: unknown;
  try {
    const value: unknown = JSON.parse(text);
    keys = typeof value === 'object' && value !== null ? (value as { keys?: unknown }).keys : undefined; // an object may have any key
  } catch {
    return `is no JSON: ${fix}`;
  }
  if (!Array.isArray(keys)) return `is no JSON Web Key Set: ${fix}`;
  if (keys.length === 0) return `holds no key, with which the pods behind the gateway would never become ready: ${fix}`;
  const all: readonly unknown[] = keys;
  for (const [index, key] of all.entries()) {
    if (typeof key !== 'object' || key === null || !('kty' in key))
      return `keys[${index}] is no key: it has no "kty". W${fix.slice(1)}`;
    if ('d' in key || 'k' in key)
      return `keys[${index}] holds a private key, which everybody who reads the manifests could sign tokens with. Keep it in a Secret, and write its public half here`;
  }
  return undefined;
}

const networking = { apiVersion: 'networking.istio.io/v1' } as const;
