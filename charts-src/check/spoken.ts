import type { MeshPort } from '../graph/mesh-host.ts';
import type { Container } from '../graph/shapes.ts';
import type { Workload } from '../graph/workload.ts';
import { appContainers } from './app-containers.ts';

/** What a program speaks on a port, as far as names give it away. */
export interface Spoken {
  readonly program: string;
  readonly protocol: 'gRPC' | 'TCP';
  /** Whether the server says the first word, so that there is nothing to guess from. */
  readonly serverFirst: boolean;
}

const program = (name: string, serverFirst = false): Spoken => ({ program: name, protocol: 'TCP', serverFirst });

/** Programs that do not speak HTTP on the port that everybody gives them. */
const BY_PORT: ReadonlyMap<number, Spoken> = new Map([
  [21, program('FTP', true)],
  [22, program('SSH', true)],
  [25, program('SMTP', true)],
  [110, program('POP3', true)],
  [143, program('IMAP', true)],
  [587, program('SMTP', true)],
  [1433, program('SQL Server')],
  [3306, program('MySQL', true)],
  [4222, program('NATS', true)],
  [5432, program('PostgreSQL')],
  [5672, program('AMQP')],
  [6379, program('Redis')],
  [9042, program('Cassandra')],
  [9092, program('Kafka')],
  [11211, program('memcached')],
  [27017, program('MongoDB')],
]);

/** Ports of programs by the last part of the name of their image. */
const BY_IMAGE: ReadonlyMap<string, number> = new Map([
  ['mysql', 3306],
  ['mariadb', 3306],
  ['nats', 4222],
  ['postgres', 5432],
  ['postgresql', 5432],
  ['rabbitmq', 5672],
  ['redis', 6379],
  ['valkey', 6379],
  ['cassandra', 9042],
  ['kafka', 9092],
  ['memcached', 11211],
  ['mongo', 27017],
  ['mongodb', 27017],
]);

/**
 * What a port of a Service leads to, where a name gives it away: the port of the container, a gRPC probe on it, or the
 * program of the image together with its usual port; undefined where nothing does.
 */
export function spokenOn({ targetPort, number }: MeshPort, workload: Pick<Workload, 'pod' | 'at'>): Spoken | undefined {
  for (const { container } of appContainers(workload)) {
    const declared = (container.ports ?? []).find(
      ({ name, containerPort }) => (typeof targetPort === 'string' ? name : containerPort) === (targetPort ?? number),
    );
    const called = typeof targetPort === 'number' ? targetPort : (declared?.containerPort ?? number);
    if (/(^|-)grpc(-|$)/i.test(declared?.name ?? '') || hasGrpcProbe(container, called))
      return { program: 'gRPC', protocol: 'gRPC', serverFirst: false };
    const usual = BY_IMAGE.get(imageName(container.image ?? ''));
    if (usual !== undefined && declared !== undefined && usual === called) return BY_PORT.get(usual);
  }
  return undefined;
}

/** What everybody gives a port number to; undefined for all others. */
export const usualOn = (port: number): Spoken | undefined => BY_PORT.get(port);

const hasGrpcProbe = ({ readinessProbe, livenessProbe, startupProbe }: Container, port: number): boolean =>
  [readinessProbe, livenessProbe, startupProbe].some((probe) => probe?.grpc?.port === port);

/** `docker.io/library/postgres:15@sha256:…` is `postgres`. */
const imageName = (image: string): string =>
  (image.split('@')[0] ?? '')
    .replace(/:[^/:]*$/, '')
    .split('/')
    .pop() ?? '';
