import type { JSONWebKeySet } from 'jose';
import { z } from 'zod';
import type { ServerAddress } from '../database/connection.ts';
import { eventCatalogue, type EventType } from '../events/catalogue.ts';
import { readConfig } from './config.ts';

/** Key id of the committed key pair that anybody can sign with (environments/INSECURE-dev-signing-key.json). */
const DEV_KEY_ID = 'dev-1';
/** Its public half, by which a copy under another name is still known. */
const DEV_KEY_X = 'O_fMswLOdoOS72qV4gIIxfyFbj-Ccha76i2u9a9cvDg';

const port = z.coerce.number().int().min(0).max(65_535);
const milliseconds = z.coerce.number().int().min(0).max(600_000);
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== ''),
);
const json = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue('is not JSON');
    return z.NEVER;
  }
});
const publicKey = z.object({
  kty: z.literal('EC', 'must be a key for ES256'),
  crv: z.literal('P-256', 'must be a key for ES256'),
  x: z.string(),
  y: z.string(),
  kid: z.string(),
  alg: z.literal('ES256').optional(),
  use: z.literal('sig').optional(),
  d: z.undefined('holds a private key, which nobody needs to check a token').optional(),
});

/** What jose takes; an absent field is absent there, never undefined, as in JSON. */
type Keys = JSONWebKeySet & { readonly keys: readonly { readonly kid: string; readonly x: string }[] };

/** What every process of the shop reads. The names are those that the kit's manifests give. */
export const processSettings = {
  SERVICE_NAME: z.string().min(1),
  SERVICE_VERSION: z.string().min(1).default('v1'),
  /** Where it runs. What is not said is taken for prod, where nothing insecure is allowed. */
  ENVIRONMENT: z.enum(['dev', 'staging', 'prod']).default('prod'),
  HOST: z.string().default('0.0.0.0'),
  PORT: port.default(8080),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  /** How long a stopping process still takes requests, until everybody has learned that it is going. */
  SHUTDOWN_DELAY_MS: milliseconds.default(2_000),
  /** Proxies in front that add their caller's address to X-Forwarded-For; what stands before these, the caller made up. */
  TRUSTED_PROXIES: z.coerce.number().int().min(0).max(10).default(0),
  FAULT_INJECTION: z.enum(['on', 'off']).default('off'),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url().optional(),
  JWT_ISSUER: z.string().min(1),
  JWT_AUDIENCE: z.string().min(1),
  /** Where JWT_KEYS lie, if in a file: it is read again when it changes. */
  JWT_KEYS_FILE: z.string().optional(),
  JWT_KEYS: json.pipe(z.object({ keys: z.array(publicKey).min(1) })).transform((set) => set as unknown as Keys),
};

/**
 * Connections that a service keeps for as long as it runs: one for the relay to each of two brokers, one for each of the
 * two views that follow. With no more than these it would answer no request.
 */
const KEPT_CONNECTIONS = 4;

/** A service with a database and the brokers. */
export const serviceSettings = {
  ...processSettings,
  DATABASE_URL: z.string().startsWith('postgres').optional(),
  DATABASE_HOST: z.string().optional(),
  DATABASE_PORT: port.default(5432),
  DATABASE_NAME: z.string().optional(),
  DATABASE_USER: z.string().optional(),
  DATABASE_PASSWORD: z.string().optional(),
  DATABASE_CONNECTIONS: z.coerce
    .number()
    .int()
    .min(KEPT_CONNECTIONS + 2)
    .max(100)
    .default(10),
  RABBITMQ_HOST: z.string().optional(),
  RABBITMQ_PORT: port.default(5672),
  RABBITMQ_EXCHANGE: z.string().default('events'),
  RABBITMQ_USER: z.string().default('guest'),
  RABBITMQ_PASSWORD: z.string().optional(),
  RABBITMQ_VHOST: z.string().default('/'),
  RABBITMQ_PUBLISHES: list.default([]),
  RABBITMQ_QUEUE: z.string().optional(),
  RABBITMQ_ROUTING_KEYS: list.default([]),
  KAFKA_BOOTSTRAP_SERVERS: list.default([]),
  KAFKA_PUBLISHES: list.default([]),
  KAFKA_TOPIC: list.default([]),
  KAFKA_CONSUMER_GROUP: z.string().optional(),
};

/** Where user-service finds the key that it signs with. */
export const signingSettings = {
  JWT_PRIVATE_KEY: json.pipe(
    z.looseObject({
      kty: z.literal('EC'),
      crv: z.literal('P-256'),
      x: z.string(),
      y: z.string(),
      d: z.string(),
      kid: z.string(),
    }),
  ),
  TOKEN_SECONDS: z.coerce.number().int().min(1).max(86_400).default(900),
};

export type ProcessSettings = z.infer<z.ZodObject<typeof processSettings>>;
export type ServiceSettings = z.infer<z.ZodObject<typeof serviceSettings>>;
export type SigningSettings = z.infer<z.ZodObject<typeof signingSettings>>;

/** What no single setting can tell. */
export function settingProblems(
  settings: ProcessSettings & Partial<ServiceSettings> & Partial<SigningSettings>,
): string[] {
  const { ENVIRONMENT: environment, JWT_KEYS: keys, JWT_PRIVATE_KEY: privateKey } = settings;
  const isInsecure = ({ kid, x }: { readonly kid: string; readonly x: string }): boolean =>
    kid === DEV_KEY_ID || x === DEV_KEY_X;
  const problems: string[] = [];
  if (environment !== 'dev') {
    if (keys.keys.some(isInsecure))
      problems.push(`JWT_KEYS: holds the key of dev, with which anybody can sign; ${environment} needs one of its own`);
    if (privateKey !== undefined && isInsecure(privateKey))
      problems.push(
        `JWT_PRIVATE_KEY: is the key of dev, with which anybody can sign; ${environment} needs one of its own`,
      );
  }
  if (environment === 'prod' && settings.FAULT_INJECTION === 'on')
    problems.push('FAULT_INJECTION: is refused in prod; set ENVIRONMENT when this is another one');
  if (privateKey !== undefined && !keys.keys.some(({ kid, x }) => kid === privateKey.kid && x === privateKey.x))
    problems.push('JWT_PRIVATE_KEY: its public half is not in JWT_KEYS, so nobody would accept its tokens');
  return problems;
}

/** What a service with a database cannot do without. */
export function serviceProblems(settings: ServiceSettings & Partial<SigningSettings>): string[] {
  const problems = settingProblems(settings);
  if (settings.DATABASE_URL === undefined)
    for (const name of ['DATABASE_HOST', 'DATABASE_NAME', 'DATABASE_USER', 'DATABASE_PASSWORD'] as const)
      if (settings[name] === undefined) problems.push(`${name}: is not set (nor is DATABASE_URL)`);
  if (settings.RABBITMQ_HOST === undefined && settings.KAFKA_BOOTSTRAP_SERVERS.length === 0)
    problems.push('RABBITMQ_HOST: is not set (nor is KAFKA_BOOTSTRAP_SERVERS), so no event would ever leave');
  if (settings.RABBITMQ_HOST !== undefined && settings.RABBITMQ_PASSWORD === undefined)
    problems.push('RABBITMQ_PASSWORD: is not set (nor is RABBITMQ_PASSWORD_FILE)');
  return problems;
}

/** The address in DATABASE_URL, or in its parts. */
export const serverAddress = (settings: ServiceSettings): ServerAddress =>
  settings.DATABASE_URL !== undefined
    ? { url: settings.DATABASE_URL }
    : {
        host: settings.DATABASE_HOST ?? '',
        port: settings.DATABASE_PORT,
        database: settings.DATABASE_NAME ?? '',
        user: settings.DATABASE_USER ?? '',
        password: settings.DATABASE_PASSWORD ?? '',
      };

/** Whether an event goes to one of these topics. */
export const hasTopicIn =
  (topics: readonly string[]) =>
  (type: EventType): boolean =>
    topics.includes(eventCatalogue[type].topic);

/** The keys of tokens as their file has them now. @throws ConfigError for what would be refused at the start as well */
export const keysAnew = (settings: ProcessSettings & Partial<SigningSettings>): Keys =>
  readConfig({ JWT_KEYS: processSettings.JWT_KEYS }, { JWT_KEYS_FILE: settings.JWT_KEYS_FILE }, ({ JWT_KEYS }) =>
    settingProblems({ ...settings, JWT_KEYS }),
  ).JWT_KEYS;
