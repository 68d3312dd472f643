import type { Construct } from 'constructs';
import { judgeAnnotations } from '../manifest/judge-annotations.ts';
import { acceptanceAnnotations, type Acceptances } from '../model/acceptance.ts';
import { durationProblem } from '../model/duration.ts';
import { dnsLabelProblem } from '../model/names.ts';
import { portProblem } from '../model/port.ts';
import { fieldProblems, imageProblems, scalingProblems } from '../model/problems.ts';
import type { HealthPaths, SecretReference, Shutdown, VersionProps } from '../model/service.ts';
import { ManifestObject } from './manifest-object.ts';
import { servicePod } from './service-workload.ts';
import { workloadSpec } from './workload-shape.ts';

/** One version of an application that is in no `Mesh`. */
export interface VersionDeploymentProps extends Omit<VersionProps, 'scaling'> {
  /** The application: value of the label `app`, which a Service selects. */
  readonly app: string;
  /** Its version: value of the label `version`, which a subset names. */
  readonly version: string;
  /** `metadata.name`. @default - the id */
  readonly name?: string;
  /** Namespace of the Deployment. @default - that of the chart */
  readonly namespace?: string;
  /** Number of pods, at least 1. @default 2 */
  readonly replicas?: number;
  /** Port of the container. @default - 8080, named `http` */
  readonly port?: {
    readonly name?: string;
    readonly number?: number;
    /** A port that speaks no HTTP is asked whether it is open, not for a path. @default 'http' */
    readonly protocol?: 'http' | 'grpc' | 'tcp';
  };
  /** A ServiceAccount that exists. Its token is not mounted. @default 'default' */
  readonly serviceAccount?: string;
  readonly health?: HealthPaths;
  readonly shutdown?: Shutdown;
  /** Secrets by variable name: each is mounted as a file, and `<NAME>_FILE` says where. */
  readonly secrets?: Readonly<Record<string, SecretReference>>;
  /** Folders that the application may write to; the rest of its disk is read-only. @default ['/tmp'] */
  readonly writableFolders?: readonly `/${string}`[];
  /** Traps that are meant, each with its reason. */
  readonly accepts?: Acceptances;
}

/**
 * A Deployment with right defaults, and nothing around it: probes, drain, resources, spread over nodes, a root file
 * system that is read-only, the security level `restricted`. For whoever writes Services and routes himself
 * (`ClusterService`, `VersionedRoute`); `MeshService` makes all of them and the policies too.
 * @example
 * new VersionDeployment(chart, 'order-service-v1', { app: 'order-service', version: 'v1', image: ordersV1 });
 */
export class VersionDeployment extends ManifestObject {
  constructor(scope: Construct, id: string, props: VersionDeploymentProps) {
    const { app, version, name = id, namespace, accepts } = props;
    const labels = { app, version };
    const annotations = accepts && { ...acceptanceAnnotations(accepts), ...judgeAnnotations(accepts) };
    super(
      scope,
      id,
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: {
          name,
          ...(namespace !== undefined && { namespace }),
          labels,
          ...(annotations && { annotations }),
        },
      },
      () => ({ spec: workloadSpec({ kind: 'Deployment', replicas: props.replicas ?? 2, pod: pod(props) }) }),
    );
    this.node.addValidation({ validate: () => problems(props) });
  }
}

function pod({ app, version, port, secrets, ...props }: VersionDeploymentProps) {
  const { name = 'http', number = 8080, protocol = 'http' } = port ?? {};
  const labels = { app, version };
  return {
    ...servicePod({
      name: app,
      version,
      props,
      ports: [{ name, number }],
      resources: undefined,
      health: props.health,
      shutdown: props.shutdown,
      migrations: undefined,
      writableFolders: props.writableFolders ?? ['/tmp'],
      around: { environment: [], secrets: secrets ?? {}, watched: {} },
      takesTags: takesTags(props),
      accepts: props.accepts,
      protocol,
      metricsPath: undefined,
    }),
    // Whether there is a proxy beside the application is the namespace's affair here.
    labels: { ...labels, 'app.kubernetes.io/name': app, 'app.kubernetes.io/version': version },
    annotations: {},
    serviceAccount: props.serviceAccount ?? 'default',
  };
}

const takesTags = ({ accepts }: Pick<VersionDeploymentProps, 'accepts'>): boolean =>
  (accepts?.['image-by-tag'] ?? '').trim() !== '';

const problems = (props: VersionDeploymentProps): string[] => [
  ...fieldProblems({
    app: dnsLabelProblem(props.app),
    version: dnsLabelProblem(props.version),
    'port.number': portProblem(props.port?.number ?? 8080),
    'health.startWithin': props.health?.startWithin && durationProblem(props.health.startWithin),
    'shutdown.drain': props.shutdown?.drain && durationProblem(props.shutdown.drain),
    'shutdown.longestRequest': props.shutdown?.longestRequest && durationProblem(props.shutdown.longestRequest),
  }),
  ...imageProblems('image', props.image, takesTags(props)),
  ...scalingProblems({ replicas: props.replicas ?? 2 }, 'scaling').map((problem) => problem.replace(/^scaling\./, '')),
];
