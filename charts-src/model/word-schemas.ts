import type { Acceptances, Trap } from './acceptance.ts';
import type { HttpContract, HttpMethod, Operation } from './contract.ts';
import type { Party } from './party.ts';
import type { ObjectSchema, Schema } from './schema.ts';
import type { HealthPaths, Migrations, Scaling, SecretReference, Shutdown, VersionProps } from './service.ts';
import {
  RETRY_CONDITIONS,
  type ConnectionPool,
  type OutlierDetection,
  type Retries,
  type TrafficPolicy,
} from './traffic-policy.ts';
import type { Resources } from './workload.ts';

// What the words of the model look like, for code that no compiler has seen. Schemas ask for the shape only; what
// values may be is told by the problems of each word. `satisfies` keeps them in step with the types.

type Fields<T> = Record<keyof T, Schema>;
type AllKeys<T> = T extends unknown ? keyof T : never;

const object = <T>(fields: Fields<T>, required: readonly (keyof T & string)[] = []): ObjectSchema => ({
  type: 'object',
  fields,
  required,
});

/** Names to texts. */
export const textsSchema: Schema = { type: 'map', values: 'string' };
/** The name of a container's variable.
 * Source: Kubernetes Container.env[].name before 1.32, which is stricter than later ones */
export const variableNameSchema: Schema = {
  type: 'string',
  pattern: '^[A-Za-z_][-._A-Za-z0-9]*$',
  expects: 'the name of a variable, such as "LOG_LEVEL"',
};
/** Variables of a container and their values. */
export const variablesSchema: Schema = {
  type: 'map',
  // No process can be started with a NUL among its variables.
  values: { type: 'string', pattern: '^[^\\x00]*$', expects: 'a text without NUL' },
  keys: variableNameSchema,
};
/** A list of texts, one at least. */
export const someTextsSchema: Schema = { type: 'list', items: 'string', minItems: 1 };
/** A path of a URL: a space in it would end it in the request's first line. */
export const pathSchema: Schema = {
  type: 'string',
  pattern: '^/\\S*$',
  expects: 'a path that begins with "/" and has no spaces',
};
/** A duration of the model. */
export const durationSchema: Schema = { type: 'duration', min: '1ms' };
const name: Schema = { type: 'string', minLength: 1 };

const TRAPS = {
  'retries-exceed-timeout': true,
  'default-retry-conditions': true,
  'few-requests-per-connection': true,
  'unmatched-paths-get-404': true,
  'image-by-tag': true,
  'no-cpu-limit': true,
  'single-replica': true,
  'plain-text-port': true,
} as const satisfies Record<Trap, true>;

const reason: Schema = { type: 'string', pattern: '\\S', expects: 'a reason, which is written into an annotation' };

/** {@link Acceptances} */
export const acceptsSchema = object<Required<Acceptances>>(
  Object.fromEntries(Object.keys(TRAPS).map((trap) => [trap, reason])) as Fields<Required<Acceptances>>, // the keys are the traps
);

/** {@link SecretReference} */
export const secretSchema = object<SecretReference>(
  {
    secret: {
      type: 'string',
      pattern: '^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$',
      expects: 'the name of a Secret: a-z, 0-9, "-" and "."',
    },
    key: {
      type: 'string',
      pattern: '^\\.?[-_A-Za-z0-9][-._A-Za-z0-9]*$',
      expects: 'a key of a Secret: letters, digits, "-", "_" and "."',
    },
  },
  ['secret', 'key'],
);

/** {@link Resources} */
export const resourcesSchema = object<Resources>({
  cpuMillis: { type: 'integer', min: 1 },
  memoryMib: { type: 'integer', min: 1 },
  ephemeralStorageMib: { type: 'integer', min: 1 },
});

/** {@link Scaling} */
export const scalingSchema: ObjectSchema = {
  type: 'object',
  fields: {
    replicas: 'number',
    minReplicas: 'number',
    maxReplicas: 'number',
    targetCpuPercent: 'number',
  } satisfies Record<AllKeys<Scaling>, Schema>,
};

/** {@link VersionProps} */
export const versionSchema = object<VersionProps>(
  { image: 'string', scaling: scalingSchema, resources: resourcesSchema, environment: variablesSchema },
  ['image'],
);

/** {@link HealthPaths} */
export const healthSchema = object<HealthPaths>({
  liveness: pathSchema,
  readiness: pathSchema,
  startWithin: durationSchema,
});

/** {@link Shutdown} */
export const shutdownSchema = object<Shutdown>({ drain: durationSchema, longestRequest: durationSchema });

/** {@link Migrations} */
export const migrationsSchema = object<Migrations>(
  { command: someTextsSchema, as: { type: 'enum', of: ['initContainer', 'job'] } },
  ['command'],
);

const METHODS = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'POST', 'PATCH'] as const satisfies readonly HttpMethod[];

/** {@link HttpContract} and the contracts of other protocols, which have the same fields. */
export const contractSchema = object<HttpContract>(
  {
    protocol: { type: 'enum', of: ['http', 'grpc', 'tcp'] },
    name,
    basePath: { type: 'string', pattern: '^(/|$)', expects: 'a path that begins with "/", or an empty text' },
    operations: {
      type: 'map',
      values: object<Operation>(
        {
          method: { type: 'enum', of: METHODS },
          path: pathSchema,
          security: { type: 'enum', of: ['user', 'none'] },
          idempotencyKey: 'boolean',
          idempotent: 'boolean',
        },
        ['method', 'path'],
      ),
    },
  },
  ['protocol', 'name', 'basePath', 'operations'],
);

/** {@link Party} */
export const partySchema = object<Party>(
  { name, namespace: name, serviceAccount: name, podLabels: { type: 'map', values: 'string', minEntries: 1 } },
  ['name', 'namespace', 'serviceAccount', 'podLabels'],
);

/** {@link ConnectionPool} */
export const connectionPoolSchema = object<ConnectionPool>({
  tcp: object<NonNullable<ConnectionPool['tcp']>>({ maxConnections: 'number', connectTimeout: durationSchema }),
  http: object<NonNullable<ConnectionPool['http']>>({
    http1MaxPendingRequests: 'number',
    http2MaxRequests: 'number',
    maxRequestsPerConnection: 'number',
    maxRetries: 'number',
    idleTimeout: durationSchema,
  }),
});

/** {@link OutlierDetection} */
export const outlierDetectionSchema = object<OutlierDetection>({
  consecutive5xxErrors: 'number',
  interval: durationSchema,
  baseEjectionTime: durationSchema,
  maxEjectionPercent: 'number',
});

/** Fields of {@link TrafficPolicy} */
export const trafficPolicyFields: Fields<TrafficPolicy> = {
  connectionPool: connectionPoolSchema,
  outlierDetection: outlierDetectionSchema,
  loadBalancer: 'any', // a text or an object
};

/** {@link Retries}, with the word by which they are allowed */
export const retriesSchema = object<Retries & { readonly idempotent?: 'by key' }>(
  {
    attempts: 'number',
    perTryTimeout: durationSchema,
    retryOn: { type: 'list', items: { type: 'enum', of: RETRY_CONDITIONS }, minItems: 1 },
    idempotent: { type: 'enum', of: ['by key'] },
  },
  ['attempts'],
);

/** An image that a mesh takes, in the place of one that was not given. */
export const STAND_IN_IMAGE = `not-given:0@sha256:${'0'.repeat(64)}`;
