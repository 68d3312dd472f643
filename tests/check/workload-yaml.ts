/** What of a workload a test cares about; all parts are YAML in flow style, without their braces. */
export interface WorkloadParts {
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly labels?: string;
  /** Labels of the selector where they are not those of the pods. */
  readonly selector?: string;
  readonly replicas?: number | undefined;
  /** More fields of `spec`: `minReadySeconds: 5`. */
  readonly spec?: string;
  readonly annotations?: string;
  /** More fields of the spec of the pods. */
  readonly pod?: string;
  /** More fields of the container. */
  readonly container?: string;
  readonly image?: string;
  readonly ports?: string;
  /** Annotations of the object itself. */
  readonly own?: string;
}

/** A Deployment `shop/orders` with two pods. By lines: 4 its metadata, 6 `replicas`, 7 `spec`, 8 its selector, 14 `pod`, 16 its container. */
export const workload = ({
  kind = 'Deployment',
  name = 'orders',
  namespace = 'shop',
  labels = 'app: orders, version: v1',
  selector = labels,
  replicas = 2,
  spec = 'paused: false',
  annotations = '',
  pod = 'enableServiceLinks: false',
  container = 'tty: false',
  image = 'shop/orders:1.4.2',
  ports = '{ name: http, containerPort: 8080 }',
  own = '',
}: WorkloadParts = {}): string => `---
apiVersion: ${kind === 'Job' || kind === 'CronJob' ? 'batch/v1' : 'apps/v1'}
kind: ${kind}
metadata: { name: ${name}, namespace: ${namespace}, annotations: { ${own} } }
spec:
  replicas: ${replicas}
  ${spec}
  selector: { matchLabels: { ${selector} } }
  template:
    metadata:
      labels: { ${labels} }
      annotations: { ${annotations} }
    spec:
      ${pod}
      containers:
        - name: app
          image: ${image}
          ports: [${ports}]
          ${container}
`;

/** The Service `shop/orders`. */
export const service = ({
  name = 'orders',
  namespace = 'shop',
  selector = 'app: orders',
  ports = '{ name: http, port: 80, targetPort: http }',
  spec = 'sessionAffinity: None',
  labels = '',
}: {
  readonly name?: string;
  readonly namespace?: string;
  readonly selector?: string;
  readonly ports?: string;
  readonly spec?: string;
  readonly labels?: string;
} = {}): string => `---
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: ${namespace}, labels: { ${labels} } }
spec:
  ${spec}
  selector: { ${selector} }
  ports:
    - ${ports}
`;

/** The Namespace `shop`; its pods have sidecars unless the labels say otherwise. */
export const namespace = (labels = 'istio-injection: enabled', name = 'shop'): string => `---
apiVersion: v1
kind: Namespace
metadata: { name: ${name}, labels: { ${labels} } }
`;

/** Any object, with its spec as YAML in flow style. */
export const object = (apiVersion: string, kind: string, name: string, spec: string, metadata = ''): string => `---
apiVersion: ${apiVersion}
kind: ${kind}
metadata: { name: ${name.split('/').pop() ?? ''}${name.includes('/') ? `, namespace: ${name.split('/')[0] ?? ''}` : ''}${metadata === '' ? '' : `, ${metadata}`} }
spec: ${spec}
`;
