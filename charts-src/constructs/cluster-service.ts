import type { Construct } from 'constructs';
import { serviceSpec } from '../manifest/service.ts';
import { portProblem } from '../model/port.ts';
import { fieldProblems } from '../model/problems.ts';
import { ManifestObject } from './manifest-object.ts';

/** Which pods a {@link ClusterService} stands for, and on which ports. */
export interface ClusterServiceProps {
  /** `metadata.name`, the first part of its address. @default - the id */
  readonly name?: string;
  /** Namespace of the Service. @default - that of the chart */
  readonly namespace?: string;
  /** Labels of its pods. @default - `app`, with the name as value: all versions of the application */
  readonly selector?: Readonly<Record<string, string>>;
  /** Its ports; each leads to the container port of the same name. @default - 80, named `http` */
  readonly ports?: readonly {
    readonly name: string;
    readonly number: number;
    /** What it speaks; proxies read it as `appProtocol`. @default 'http' */
    readonly protocol?: 'http' | 'grpc' | 'tcp';
  }[];
}

/**
 * A Service inside the cluster whose ports say what they speak, so that no proxy has to guess.
 * @example
 * new ClusterService(chart, 'service', { name: 'order-service' });
 */
export class ClusterService extends ManifestObject {
  constructor(scope: Construct, id: string, props: ClusterServiceProps = {}) {
    const { name = id, namespace, selector = { app: name }, ports = [{ name: 'http', number: 80 }] } = props;
    super(
      scope,
      id,
      { apiVersion: 'v1', kind: 'Service', metadata: { name, ...(namespace !== undefined && { namespace }) } },
      () => ({
        spec: serviceSpec({
          selector,
          // A Service names the port of its pods, whose number it need not know.
          ports: ports.map(({ name, number, protocol = 'http' }) => ({ name, number, targetPort: number, protocol })),
        }),
      }),
    );
    this.node.addValidation({ validate: () => [...problems(selector, ports)] });
  }
}

function problems(
  selector: NonNullable<ClusterServiceProps['selector']>,
  ports: NonNullable<ClusterServiceProps['ports']>,
): readonly string[] {
  const twice = (field: 'name' | 'number') =>
    ports.find((port, index) => ports.findIndex((other) => other[field] === port[field]) < index)?.[field];
  const [name, number] = [twice('name'), twice('number')];
  return fieldProblems({
    selector:
      Object.keys(selector).length === 0
        ? 'it is empty, so the Service would have no pods. Name labels of the pods'
        : undefined,
    ports:
      ports.length === 0
        ? 'there is none, and Kubernetes refuses a Service without. Name at least one'
        : name !== undefined || number !== undefined
          ? `${JSON.stringify(name ?? number)} is used twice, and Kubernetes refuses that. Give each port a name and a number of its own`
          : undefined,
    ...Object.fromEntries(ports.map((port, index) => [`ports[${index}].number`, portProblem(port.number)])),
  });
}
