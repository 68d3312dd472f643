import { UNKNOWN_CONTRACT, type Contract, type HttpContract } from '../model/contract.ts';
import type { StandIns } from '../model/given.ts';
import type { ObjectSchema, Schema } from '../model/schema.ts';
import type { TrafficPolicy } from '../model/traffic-policy.ts';
import {
  acceptsSchema,
  connectionPoolSchema,
  contractSchema,
  durationSchema,
  healthSchema,
  migrationsSchema,
  pathSchema,
  resourcesSchema,
  retriesSchema,
  scalingSchema,
  secretSchema,
  shutdownSchema,
  STAND_IN_IMAGE,
  trafficPolicyFields,
  variableNameSchema,
  variablesSchema,
  versionSchema,
} from '../model/word-schemas.ts';
import type { AdditionalPort, MeshServiceProps, RequestCall } from './mesh-service-props.ts';

/** {@link MeshServiceProps} of code that no compiler has seen. */
export const meshServiceSchema: ObjectSchema = {
  type: 'object',
  fields: {
    contract: contractSchema,
    versions: { type: 'map', values: versionSchema },
    weights: { type: 'map', values: 'any' }, // numbers, which have messages of their own
    namespace: 'string',
    port: { type: 'object', fields: { number: 'number', targetPort: 'number' } },
    additionalPorts: {
      type: 'map',
      values: {
        type: 'object',
        fields: { contract: contractSchema, number: 'number', targetPort: 'number' } satisfies Record<
          keyof AdditionalPort,
          Schema
        >,
        required: ['contract', 'number'],
      },
    },
    scaling: scalingSchema,
    resources: resourcesSchema,
    traffic: { type: 'object', fields: trafficPolicyFields },
    health: healthSchema,
    shutdown: shutdownSchema,
    metricsPath: pathSchema,
    config: variablesSchema,
    secrets: { type: 'map', values: secretSchema, keys: variableNameSchema },
    writableFolders: {
      type: 'list',
      // Kubernetes refuses a colon in a place to mount; ".." would be somewhere else than it says.
      items: { type: 'string', pattern: '^(/\\.?[^/.:\\s][^/:\\s]*)+/?$', expects: 'a folder below "/"' },
    },
    migrations: migrationsSchema,
    accepts: acceptsSchema,
  } satisfies Record<keyof MeshServiceProps<string, Contract, unknown>, Schema>,
  required: ['contract', 'versions'],
};

/** Numbers of pods in the place of what is none: without any the rest would be incomplete, and told so. */
const standInsForScaling = (at: string): StandIns => ({
  [`${at}.replicas`]: 2,
  [`${at}.minReplicas`]: 2,
  [`${at}.maxReplicas`]: 1000,
});

/** What stands in for what a service cannot be without. */
export const meshServiceStandIns: StandIns = {
  contract: UNKNOWN_CONTRACT,
  versions: { v1: { image: STAND_IN_IMAGE } },
  'versions.*': { image: STAND_IN_IMAGE },
  'versions.*.image': STAND_IN_IMAGE,
  ...standInsForScaling('scaling'),
  ...standInsForScaling('versions.*.scaling'),
};

const requestFields = {
  operations: { type: 'list', items: 'string' },
  timeout: durationSchema,
  retries: retriesSchema,
  accepts: acceptsSchema,
} satisfies Record<Exclude<keyof RequestCall<HttpContract, string>, keyof TrafficPolicy>, Schema>;

/** What a caller may ask of requests. */
export const requestCallSchema: ObjectSchema = {
  type: 'object',
  fields: { ...requestFields, ...trafficPolicyFields },
  required: ['operations'],
};

/** What a caller may ask of connections. */
export const connectionCallSchema: ObjectSchema = { type: 'object', fields: { connectionPool: connectionPoolSchema } };

/** What a gateway may ask of requests. */
export const exposureSchema: ObjectSchema = { type: 'object', fields: requestFields, required: ['operations'] };
