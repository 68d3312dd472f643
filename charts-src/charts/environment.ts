import type { LocalRateLimit } from '../manifest/local-rate-limit.ts';
import { problemText } from '../model/given.ts';
import { imageProblems, scalingProblems } from '../model/problems.ts';
import { validate, type Schema } from '../model/schema.ts';
import type { Scaling } from '../model/service.ts';
import { weightsProblems, type Weights } from '../model/weights.ts';
import { scalingSchema } from '../model/word-schemas.ts';

/** Where the shop runs. */
export type EnvironmentName = 'dev' | 'staging' | 'prod';

/** What the shop's workloads run. */
export const IMAGES = [
  'api-gateway',
  'order-service-v1',
  'order-service-v2',
  'user-service',
  'payment-service',
  'inventory-service',
  'notification-service',
  'postgres',
  'rabbitmq',
  'kafka',
] as const;

/** The shop's services. */
const SERVICES = [
  'api-gateway',
  'order-service',
  'user-service',
  'payment-service',
  'inventory-service',
  'notification-service',
] as const;

/** What differs between dev, staging and prod: the content of `environments/<name>.yaml`. */
export interface Environment {
  readonly name: EnvironmentName;
  /** DNS name of the shop. */
  readonly host: string;
  /** How the ingress gateway was installed. */
  readonly gateway: 'istioctl' | 'helm';
  readonly rateLimit: LocalRateLimit;
  /** Who issues the tokens of users, and the public keys to check them. */
  readonly jwt: { readonly issuer: string; readonly audience: string; readonly keys: readonly object[] };
  readonly weights: { readonly 'order-service': Weights<'v1' | 'v2'> };
  /** Number of pods of each service: the default, and what differs from it. */
  readonly scaling: { readonly default: Scaling } & { readonly [service: string]: Scaling };
  readonly kafkaBrokers: number;
  /** Gibibytes of each database's and broker's disk. */
  readonly storageGib: number;
  /** Why images may be named by tag. */
  readonly imagesByTag?: string;
  readonly images: { readonly [image in (typeof IMAGES)[number]]: string };
}

const environment: Schema = {
  type: 'object',
  fields: {
    host: { type: 'string', minLength: 1 },
    gateway: { type: 'enum', of: ['istioctl', 'helm'] },
    rateLimit: {
      type: 'object',
      fields: {
        requests: { type: 'integer', min: 1 },
        per: { type: 'duration', min: '1ms' },
        burst: { type: 'integer', min: 1 },
      },
      required: ['requests'],
    },
    jwt: {
      type: 'object',
      fields: {
        issuer: { type: 'string', minLength: 1 },
        audience: { type: 'string', minLength: 1 },
        keys: { type: 'list', items: { type: 'map', values: 'string' }, minItems: 1 },
      },
      required: ['issuer', 'audience', 'keys'],
    },
    weights: {
      type: 'object',
      fields: { 'order-service': { type: 'map', values: 'any' } },
      required: ['order-service'],
    },
    scaling: { type: 'map', values: scalingSchema, keys: { type: 'enum', of: ['default', ...SERVICES] } },
    kafkaBrokers: { type: 'integer', min: 1 },
    storageGib: { type: 'integer', min: 1 },
    imagesByTag: { type: 'string', minLength: 1 },
    images: {
      type: 'object',
      fields: Object.fromEntries(IMAGES.map((image) => [image, 'string'])),
      required: [...IMAGES],
    },
  },
  required: ['host', 'gateway', 'rateLimit', 'jwt', 'weights', 'scaling', 'kafkaBrokers', 'storageGib', 'images'],
};

/** An environment, or all that is wrong with its file. */
export type EnvironmentRead =
  | { readonly ok: true; readonly environment: Environment }
  | { readonly ok: false; readonly problems: readonly string[] };

/**
 * Reads the content of an environment's file. It only looks at the data; what the data leads to is judged with the
 * shop itself.
 */
export function readEnvironment(name: EnvironmentName, data: unknown): EnvironmentRead {
  if (data === undefined || data === null)
    return {
      ok: false,
      problems: ['the file: is empty, so nothing is known of the environment. Restore it from version control.'],
    };
  const problems = validate(environment, data).map((problem) => problemText(problem, 'the file'));
  if (problems.length > 0) return { ok: false, problems };
  const read = { ...(data as Omit<Environment, 'name'>), name }; // it fits the schema above
  const further = [
    ...weightsProblems(read.weights['order-service'], ['v1', 'v2']).map(
      (problem) => `weights.order-service: ${problem}`,
    ),
    ...(Object.hasOwn(read.scaling, 'default')
      ? []
      : ['scaling.default: is missing, and services that name no scaling of their own need it. Add it.']),
    ...(name !== 'dev' && read.jwt.keys.some((key) => (key as { kid?: string }).kid === DEV_KEY)
      ? [
          `jwt.keys: "${DEV_KEY}" is the key of dev, whose private half is public: anybody could sign in as anybody. Put the keys of your issuer here.`,
        ]
      : []),
    ...PRIVATE_FIELDS.filter((field) => read.jwt.keys.some((key) => Object.hasOwn(key, field))).map(
      (field) =>
        `jwt.keys: one of them holds "${field}", which only its owner may know, and it would be written into manifests. Leave only the public half, and replace the key.`,
    ),
    ...Object.entries(read.scaling).flatMap(([service, wanted]) => scalingProblems(wanted, `scaling.${service}`)),
    ...IMAGES.flatMap((image) => imageProblems(`images.${image}`, read.images[image], read.imagesByTag !== undefined)),
  ];
  return further.length > 0 ? { ok: false, problems: further } : { ok: true, environment: read };
}

/** Id of the key pair that is in the repository for dev and tests. */
const DEV_KEY = 'dev-1';

/** Fields of a JSON Web Key that only its owner may know. Source: RFC 7518 section 6 */
const PRIVATE_FIELDS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'] as const;
