import type { Acceptances } from '../model/acceptance.ts';
import { durationMs } from '../model/duration.ts';
import { fingerprint } from '../model/fingerprint.ts';
import type { HealthPaths, Migrations, SecretReference, Shutdown, VersionProps } from '../model/service.ts';
import type {
  ContainerModel,
  EnvironmentVariable,
  FullResources,
  PodModel,
  Resources,
  VolumeModel,
} from '../model/workload.ts';

/** The user that containers run as; no image of a distribution gives it to anybody. */
export const USER_ID = 10001;

/** Where Secrets are mounted, one folder each. */
const SECRETS_FOLDER = '/etc/secrets';

/** Variables that every pod of a service has. */
export const OWN_VARIABLES = ['SERVICE_NAME', 'SERVICE_VERSION', 'PORT'] as const;

/** Seconds between the longest request's end and the kill, for the application to close its connections. */
const GRACE_MARGIN_SECONDS = 5;

/** What the pods of a service need besides their version: collected while edges are declared. */
export interface Surroundings {
  readonly environment: readonly EnvironmentVariable[];
  /** Secrets by the variable whose `_FILE` names the file. */
  readonly secrets: Readonly<Record<string, SecretReference>>;
  /** Values behind variables that come from ConfigMaps: when one changes, pods must start anew. */
  readonly watched: Readonly<Record<string, string>>;
}

/** Everything that one version's pods are made from. */
export interface ServicePod {
  readonly name: string;
  readonly version: string;
  readonly props: VersionProps;
  /** The first one is the main one: it is asked after health and metrics. */
  readonly ports: readonly { readonly name: string; readonly number: number }[];
  readonly resources: Resources | undefined;
  readonly health: HealthPaths | undefined;
  readonly shutdown: Shutdown | undefined;
  readonly migrations: Migrations | undefined;
  readonly writableFolders: readonly string[];
  readonly around: Surroundings;
  readonly takesTags: boolean;
  readonly accepts: Acceptances | undefined;
  readonly protocol: 'http' | 'grpc' | 'tcp';
  readonly metricsPath: string | undefined;
}

/** The pods of one version of a service. */
export function servicePod(service: ServicePod): PodModel {
  const { name, version, around } = service;
  const { number: port } = mainPort(service);
  const secrets = [...new Set(Object.values(around.secrets).map(({ secret }) => secret))].sort();
  const volumes: VolumeModel[] = [
    ...service.writableFolders.map((path) => ({ kind: 'emptyDir' as const, name: folderName(path), sizeMib: 64 })),
    ...secrets.map((secret) => ({ kind: 'secret' as const, name: secretVolume(secret), secret })),
  ];
  const mounts = [
    ...service.writableFolders.map((path) => ({ volume: folderName(path), path, isReadOnly: false })),
    ...secrets.map((secret) => ({
      volume: secretVolume(secret),
      path: `${SECRETS_FOLDER}/${secret}`,
      isReadOnly: true,
    })),
  ];
  const drainSeconds = toSeconds(service.shutdown?.drain ?? '10s');
  const base: ContainerModel = {
    name: 'app',
    image: service.props.image,
    imagePullPolicy: service.takesTags && !service.props.image.includes('@') ? 'IfNotPresent' : 'Always',
    ports: [],
    environment: [
      { name: 'SERVICE_NAME', value: name },
      { name: 'SERVICE_VERSION', value: version },
      { name: 'PORT', value: String(port) },
      ...around.environment,
      ...Object.entries(around.secrets).map(([variable, { secret, key }]) => ({
        name: `${variable}_FILE`,
        value: `${SECRETS_FOLDER}/${secret}/${key}`,
      })),
      ...Object.entries(service.props.environment ?? {}).map(([variable, value]) => ({ name: variable, value })),
    ],
    mounts,
    resources: fullResources(service.props.resources ?? service.resources, service.accepts),
  };
  return {
    labels: {
      app: name,
      version,
      'app.kubernetes.io/name': name,
      'app.kubernetes.io/version': version,
      'sidecar.istio.io/inject': 'true',
    },
    annotations: {
      'config.weftmesh/fingerprint': fingerprint(JSON.stringify(around.watched)),
      // Only classic sidecars read it; a native one starts first and stops last by itself.
      'proxy.istio.io/config': `holdApplicationUntilProxyStarts: true\nterminationDrainDuration: ${drainSeconds}s\n`,
      ...(service.metricsPath !== undefined && {
        'prometheus.io/scrape': 'true',
        'prometheus.io/port': String(port),
        'prometheus.io/path': service.metricsPath,
      }),
    },
    selector: { app: name, version },
    serviceAccount: name,
    userId: USER_ID,
    graceSeconds: drainSeconds + toSeconds(service.shutdown?.longestRequest ?? '30s') + GRACE_MARGIN_SECONDS,
    initContainers:
      service.migrations && (service.migrations.as ?? 'initContainer') === 'initContainer'
        ? [migrationContainer(base, service.migrations)]
        : [],
    // Node 20 takes ten times as long to copy an object and add to it as to begin with what is added.
    containers: [{ drainSeconds, ...probes(service), ...base, ports: service.ports }],
    volumes,
  };
}

/** The pod that migrates a database once, before the versions that need it. */
export function migrationPod(service: ServicePod, migrations: Migrations): PodModel {
  const pod = servicePod({ ...service, migrations: undefined });
  const name = `${service.name}-migrations`;
  return {
    ...pod,
    labels: { app: name, 'app.kubernetes.io/name': name, 'sidecar.istio.io/inject': 'true' },
    annotations: {},
    selector: { app: name },
    containers: pod.containers.map((container) => migrationContainer(container, migrations)),
  };
}

const migrationContainer = (
  { startup, liveness, readiness, drainSeconds, ...container }: ContainerModel,
  { command }: Migrations,
): ContainerModel => {
  void [startup, liveness, readiness, drainSeconds]; // of a server: what ends by itself has none
  return { ...container, name: 'migrate', command: [...command], ports: [] };
};

function probes({ health, protocol, ports }: ServicePod): Pick<ContainerModel, 'startup' | 'liveness' | 'readiness'> {
  const { number: port } = mainPort({ ports });
  // The kubelet asks a path over HTTP/1.1, which a gRPC server does not speak.
  const handler = (path: string) =>
    protocol !== 'http' ? { kind: 'tcp' as const, port } : { kind: 'http' as const, path, port };
  const liveness = handler(health?.liveness ?? '/livez');
  const startSeconds = toSeconds(health?.startWithin ?? '60s');
  return {
    startup: {
      handler: liveness,
      periodSeconds: 2,
      timeoutSeconds: 1,
      failureThreshold: Math.max(1, Math.ceil(startSeconds / 2)),
    },
    liveness: { handler: liveness, periodSeconds: 10, timeoutSeconds: 2, failureThreshold: 3 },
    readiness: {
      handler: handler(health?.readiness ?? '/readyz'),
      periodSeconds: 5,
      timeoutSeconds: 2,
      failureThreshold: 2,
    },
  };
}

/** Resources with the defaults filled in. */
export const fullResources = (wanted: Resources | undefined, accepts: Acceptances | undefined): FullResources => ({
  cpuMillis: wanted?.cpuMillis ?? 100,
  memoryMib: wanted?.memoryMib ?? 128,
  ephemeralStorageMib: wanted?.ephemeralStorageMib ?? 64,
  hasCpuLimit: accepts?.['no-cpu-limit'] === undefined,
});

const toSeconds = (duration: string): number => Math.ceil((durationMs(duration) ?? 0) / 1000);

/** A volume's name for a folder: `/var/cache/app` is `var-cache-app`. */
const folderName = (path: string): string => volumeName(path, path.replace(/^\/+/, '').replaceAll('/', '-'));

const secretVolume = (secret: string): string => volumeName(secret, `secret-${secret}`);

/** A DNS label, which the name of a volume must be, that no other text has: where the plain name is not one, or might
 * be that of another text, it ends in a fingerprint. */
function volumeName(text: string, plain: string): string {
  const isPlain = plain.length <= 63 && /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(plain);
  if (isPlain && !(text.startsWith('/') && text.includes('-'))) return plain;
  const near = plain
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 45);
  return `${near === '' ? 'volume' : near}-${fingerprint(text)}`;
}

/** The port that is asked after health and metrics. */
const mainPort = ({ ports: [first = { name: 'http', number: 8080 }] }: Pick<ServicePod, 'ports'>) => first;
