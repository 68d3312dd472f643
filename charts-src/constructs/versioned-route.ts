import { Construct } from 'constructs';
import type { HttpRoute } from '../manifest/virtual-service.ts';
import { acceptanceAnnotations, type Acceptances } from '../model/acceptance.ts';
import { noteDeclaration } from '../model/declaration.ts';
import type { Duration } from '../model/duration.ts';
import { given } from '../model/given.ts';
import type { ObjectSchema, Schema } from '../model/schema.ts';
import { patienceProblems, policyProblems } from '../model/problems.ts';
import type { ConnectionPool, OutlierDetection, Retries } from '../model/traffic-policy.ts';
import { trapMessage, trapsOf, unaccepted } from '../model/traps.ts';
import { integerWeights, weightsProblems, type TotalsHundred, type Weights } from '../model/weights.ts';
import {
  acceptsSchema,
  connectionPoolSchema,
  durationSchema,
  outlierDetectionSchema,
  pathSchema,
  retriesSchema,
} from '../model/word-schemas.ts';
import { ManifestObject } from './manifest-object.ts';
import { warn } from './warning.ts';

/** How the requests of one host divide among the versions behind it. */
export interface VersionedRouteProps<W> {
  /** Host as the API takes it: the short name of a Service in the same namespace, or a full one.
   * @default - the id */
  readonly host?: string;
  /** Namespace of both resources. @default - that of the chart */
  readonly namespace?: string;
  /** Share of each version, in per cent; each is a subset by the label `version`. */
  readonly weights: W & Weights & TotalsHundred<W>;
  /** Only requests whose path starts with this are routed; the rest is answered 404.
   * Source: Istio VirtualService.spec.http[].match[].uri.prefix
   * @default - all requests */
  readonly prefix?: `/${string}`;
  /** Source: Istio VirtualService.spec.http[].timeout
   * @default - none: Istio then lets a request take for ever */
  readonly timeout?: Duration;
  /** Written as given, without defaults of ours.
   * @default - Istio's own: 2 tries where the callee has not begun */
  readonly retries?: Retries;
  /** @default - no limits */
  readonly connectionPool?: ConnectionPool;
  /** @default - none */
  readonly outlierDetection?: OutlierDetection;
  /** Source: Istio DestinationRule.spec.trafficPolicy.loadBalancer.simple
   * @default - Istio's, LEAST_REQUEST */
  readonly loadBalancer?: 'ROUND_ROBIN' | 'LEAST_REQUEST' | 'RANDOM';
  /** Traps that are meant, each with its reason. */
  readonly accepts?: Acceptances;
}

/**
 * A VirtualService and the DestinationRule with its subsets, for Deployments that are somebody else's. It writes
 * just what it is given; `MeshService` is the one with defaults.
 */
export class VersionedRoute<const W extends Readonly<Record<string, number>>> extends Construct {
  readonly virtualService: ManifestObject;
  readonly destinationRule: ManifestObject;

  constructor(scope: Construct, id: string, props: VersionedRouteProps<W>) {
    super(scope, id);
    noteDeclaration(this);
    const checked = given(versionedRouteSchema, props, { weights: {} });
    ({ props } = checked);
    const host = props.host ?? id;
    const annotations = acceptanceAnnotations(props.accepts);
    const metadata = {
      name: id,
      ...(props.namespace !== undefined && { namespace: props.namespace }),
      ...(props.accepts && { annotations }),
    };
    this.virtualService = new ManifestObject(
      this,
      'VirtualService',
      { kind: 'VirtualService', metadata, ...networking },
      () => ({
        spec: { hosts: [host], http: [httpRoute(host, props)] },
      }),
    );
    this.destinationRule = new ManifestObject(
      this,
      'DestinationRule',
      { kind: 'DestinationRule', metadata, ...networking },
      () => ({
        spec: {
          host,
          ...trafficPolicy(props),
          subsets: Object.keys(props.weights).map((version) => ({ name: version, labels: { version } })),
        },
      }),
    );
    this.node.addValidation({
      validate: () => [
        ...checked.problems,
        ...(checked.wrong.has('weights')
          ? []
          : weightsProblems(props.weights, Object.keys(props.weights)).map((problem) => `weights: ${problem}`)),
        ...patienceProblems(props.timeout, props.retries),
        ...policyProblems(props, id),
      ],
    });
    const { timeout, retries, connectionPool, prefix } = props;
    const traps = [
      ...trapsOf({
        timeout: timeout ?? '1000000h',
        ...(retries && { retries }),
        ...(connectionPool?.http?.maxRequestsPerConnection !== undefined && {
          maxRequestsPerConnection: connectionPool.http.maxRequestsPerConnection,
        }),
        hasUnmatchedPaths: prefix !== undefined && prefix !== '/',
      }),
      ...(retries && retries.attempts > 0 && !retries.retryOn
        ? [
            {
              trap: 'default-retry-conditions' as const,
              message: `retries names no retryOn: Istio's default leaves out a 503 that the application answers. Name the conditions`,
            },
          ]
        : []),
    ];
    for (const trap of unaccepted(traps, props.accepts)) warn(this, trapMessage(trap));
  }
}

const versionedRouteSchema: ObjectSchema = {
  type: 'object',
  fields: {
    host: { type: 'string', minLength: 1 },
    namespace: 'string',
    weights: { type: 'map', values: 'any' }, // numbers, which have messages of their own
    prefix: pathSchema,
    timeout: durationSchema,
    retries: retriesSchema,
    connectionPool: connectionPoolSchema,
    outlierDetection: outlierDetectionSchema,
    loadBalancer: { type: 'enum', of: ['ROUND_ROBIN', 'LEAST_REQUEST', 'RANDOM'] },
    accepts: acceptsSchema,
  } satisfies Record<keyof VersionedRouteProps<unknown>, Schema>,
  required: ['weights'],
};

function httpRoute<W extends Readonly<Record<string, number>>>(host: string, props: VersionedRouteProps<W>): HttpRoute {
  const { prefix, timeout, retries } = props;
  const weights: Weights = props.weights;
  return {
    ...(prefix && { match: [{ uri: { prefix } }] }),
    route: [...integerWeights(weights)].map(([subset, weight]) => ({ destination: { host, subset }, weight })),
    ...(timeout && { timeout }),
    ...(retries && {
      retries: {
        attempts: retries.attempts,
        ...(retries.perTryTimeout && { perTryTimeout: retries.perTryTimeout }),
        ...(retries.retryOn && { retryOn: retries.retryOn.join(',') }),
      },
    }),
  };
}

function trafficPolicy<W>({ connectionPool, outlierDetection, loadBalancer }: VersionedRouteProps<W>) {
  if (!connectionPool && !outlierDetection && !loadBalancer) return {};
  return {
    trafficPolicy: {
      ...(connectionPool && { connectionPool }),
      ...(outlierDetection && { outlierDetection }),
      ...(loadBalancer && { loadBalancer: { simple: loadBalancer } }),
    },
  };
}

const networking = { apiVersion: 'networking.istio.io/v1' } as const;
