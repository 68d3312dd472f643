import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiRefusal, startApiServer, type ApiServer, type KubernetesObject } from '../support/api-server.ts';

const NAMESPACE = 'shop';
const RESTRICTED = 'restricted';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const object = (
  apiVersion: string,
  kind: string,
  name: string,
  rest: { readonly [key: string]: Json },
): KubernetesObject => ({
  apiVersion,
  kind,
  metadata: { name, namespace: NAMESPACE },
  ...rest,
});

const LABELS = { app: 'order-service', version: 'v1' };

const CONTAINER = {
  name: 'order-service',
  image: 'weft-shop/order-service:1.0.0',
  ports: [
    { name: 'http', containerPort: 8080 },
    { name: 'admin', containerPort: 9090 },
  ],
  env: [{ name: 'MODE', value: 'fast' }],
  resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '200m', memory: '128Mi' } },
  readinessProbe: { httpGet: { path: '/readyz', port: 'http' }, periodSeconds: 5 },
  livenessProbe: { httpGet: { path: '/livez', port: 'http' }, successThreshold: 1 },
  lifecycle: { preStop: { sleep: { seconds: 5 } } },
  volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
};

const deployment = object('apps/v1', 'Deployment', 'order-service-v1', {
  spec: {
    selector: { matchLabels: LABELS },
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
    template: {
      metadata: { labels: LABELS },
      spec: {
        terminationGracePeriodSeconds: 30,
        securityContext: { runAsNonRoot: true, runAsUser: 10001 },
        containers: [CONTAINER],
        volumes: [{ name: 'tmp', emptyDir: {} }],
      },
    },
  },
});

const service = object('v1', 'Service', 'order-service', {
  spec: {
    selector: { app: 'order-service' },
    ports: [
      { name: 'http', port: 80, targetPort: 8080 },
      { name: 'admin', port: 9090 },
    ],
  },
});

const namespace: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: 'other', labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
};

const configMap = object('v1', 'ConfigMap', 'service-urls', {
  data: { ORDER_SERVICE_URL: 'http://order-service.shop.svc.cluster.local/api' },
});

const budget = object('policy/v1', 'PodDisruptionBudget', 'order-service', {
  spec: { maxUnavailable: 1, selector: { matchLabels: { app: 'order-service' } } },
});

const autoscaler = object('autoscaling/v2', 'HorizontalPodAutoscaler', 'order-service-v1', {
  spec: {
    minReplicas: 2,
    maxReplicas: 6,
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'order-service-v1' },
    metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } }],
  },
});

const networkPolicy = object('networking.k8s.io/v1', 'NetworkPolicy', 'order-service', {
  spec: {
    podSelector: { matchLabels: { app: 'order-service' } },
    policyTypes: ['Ingress', 'Egress'],
    ingress: [{ from: [{ podSelector: {} }], ports: [{ protocol: 'TCP', port: 8080 }] }],
    egress: [{ to: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }] }],
  },
});

const statefulSet = object('apps/v1', 'StatefulSet', 'orders-db', {
  spec: {
    serviceName: 'orders-db',
    selector: { matchLabels: { app: 'orders-db' } },
    template: {
      metadata: { labels: { app: 'orders-db' } },
      spec: {
        containers: [{ name: 'postgres', image: 'postgres:15', volumeMounts: [{ name: 'data', mountPath: '/data' }] }],
      },
    },
    volumeClaimTemplates: [
      {
        metadata: { name: 'data' },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
      },
    ],
  },
});

const job = object('batch/v1', 'Job', 'migrate-orders', {
  spec: {
    backoffLimit: 3,
    template: {
      spec: { restartPolicy: 'Never', containers: [{ name: 'migrate', image: 'weft-shop/order-service:1.0.0' }] },
    },
  },
});

const roleBinding = object('rbac.authorization.k8s.io/v1', 'RoleBinding', 'canary', {
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'canary' },
  subjects: [{ kind: 'ServiceAccount', name: 'canary', namespace: NAMESPACE }],
});

const restrictedPod: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'probe', namespace: RESTRICTED },
  spec: {
    automountServiceAccountToken: false,
    securityContext: { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [
      {
        name: 'probe',
        image: 'weft-shop/order-service:1.0.0',
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
      },
    ],
  },
};

const destination = (subset: string) => ({ host: 'order-service', subset });

const virtualService = object('networking.istio.io/v1', 'VirtualService', 'order-service', {
  spec: {
    hosts: ['order-service'],
    http: [
      {
        match: [{ uri: { prefix: '/api' } }],
        route: [
          { destination: destination('v1'), weight: 90 },
          { destination: destination('v2'), weight: 10 },
        ],
        timeout: '30s',
        retries: { attempts: 3, perTryTimeout: '10s' },
      },
    ],
  },
});

const destinationRule = object('networking.istio.io/v1', 'DestinationRule', 'order-service', {
  spec: {
    host: 'order-service',
    trafficPolicy: {
      connectionPool: { tcp: { maxConnections: 100, connectTimeout: '1s' }, http: { http1MaxPendingRequests: 100 } },
      loadBalancer: { simple: 'ROUND_ROBIN' },
      outlierDetection: { consecutive5xxErrors: 5, baseEjectionTime: '30s' },
    },
    subsets: [{ name: 'v1', labels: { version: 'v1' } }],
  },
});

const peerAuthentication = object('security.istio.io/v1', 'PeerAuthentication', 'default', {
  spec: {
    selector: { matchLabels: { app: 'order-service' } },
    mtls: { mode: 'STRICT' },
    portLevelMtls: { '9090': { mode: 'STRICT' } },
  },
});

const authorizationPolicy = object('security.istio.io/v1', 'AuthorizationPolicy', 'order-service', {
  spec: {
    selector: { matchLabels: { app: 'order-service' } },
    action: 'ALLOW',
    rules: [
      {
        from: [{ source: { principals: ['cluster.local/ns/shop/sa/api-gateway'] } }],
        to: [{ operation: { methods: ['GET'], paths: ['/api/orders'] } }],
        when: [{ key: 'request.headers[x-team]', values: ['shop'] }],
      },
    ],
  },
});

const requestAuthentication = object('security.istio.io/v1', 'RequestAuthentication', 'jwt', {
  spec: {
    selector: { matchLabels: { app: 'api-gateway' } },
    jwtRules: [{ issuer: 'https://id.example.com', jwks: '{"keys":[]}' }],
  },
});

const gateway = object('networking.istio.io/v1', 'Gateway', 'shop', {
  spec: {
    selector: { istio: 'ingressgateway' },
    servers: [
      {
        hosts: ['shop.example.com'],
        port: { number: 443, name: 'https', protocol: 'HTTPS' },
        tls: { mode: 'SIMPLE', credentialName: 'shop-tls', minProtocolVersion: 'TLSV1_2' },
      },
    ],
  },
});

const serviceEntry = object('networking.istio.io/v1', 'ServiceEntry', 'mail', {
  spec: {
    hosts: ['smtp.example.com'],
    location: 'MESH_EXTERNAL',
    resolution: 'STATIC',
    ports: [
      { number: 587, name: 'tcp-smtp', protocol: 'TCP' },
      { number: 465, name: 'tls-smtp', protocol: 'TLS' },
    ],
    endpoints: [{ address: '203.0.113.7' }],
  },
});

const sidecar = object('networking.istio.io/v1', 'Sidecar', 'order-service', {
  spec: {
    workloadSelector: { labels: { app: 'order-service' } },
    egress: [{ hosts: ['./user-service.shop.svc.cluster.local'] }],
    outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' },
  },
});

const telemetry = object('telemetry.istio.io/v1', 'Telemetry', 'mesh', {
  spec: {
    metrics: [
      { providers: [{ name: 'prometheus' }], overrides: [{ match: { metric: 'REQUEST_COUNT', mode: 'SERVER' } }] },
    ],
  },
});

interface Refused {
  readonly what: string;
  /** The nearest object that the server takes. */
  readonly right: KubernetesObject;
  /** The one field that makes it wrong. */
  readonly at: readonly (string | number)[];
  /** What that field then holds; undefined takes it away. */
  readonly wrong: Json | undefined;
  /** A piece of the server's reason, which no other row shares. */
  readonly says: string;
}

const POD = ['spec', 'template', 'spec'] as const;
const FIRST_CONTAINER = [...POD, 'containers', 0] as const;
const ROUTE = ['spec', 'http', 0] as const;

// One row a line, however long: it is read as a table.
// prettier-ignore
const rows: readonly Refused[] = [
  // Workloads
  { what: 'a selector that its own pods do not match', right: deployment, at: ['spec', 'template', 'metadata', 'labels', 'version'], wrong: 'v2', says: '`selector` does not match template `labels`' },
  { what: 'a field that does not exist', right: deployment, at: ['spec', 'replica'], wrong: 2, says: '.spec.replica: field not declared in schema' },
  { what: 'a container name in capitals', right: deployment, at: [...FIRST_CONTAINER, 'name'], wrong: 'Order', says: 'spec.template.spec.containers[0].name: Invalid value: "Order": a lowercase RFC 1123 label' },
  { what: 'no image', right: deployment, at: [...FIRST_CONTAINER, 'image'], wrong: undefined, says: 'spec.template.spec.containers[0].image: Required value' },
  { what: 'a port above 65535', right: deployment, at: [...FIRST_CONTAINER, 'ports', 0, 'containerPort'], wrong: 70000, says: 'containerPort: Invalid value: 70000: must be between 1 and 65535' },
  { what: 'two ports of one name', right: deployment, at: [...FIRST_CONTAINER, 'ports', 1, 'name'], wrong: 'http', says: 'ports[1].name: Duplicate value: "http"' },
  { what: 'a port name of more than 15 letters', right: deployment, at: [...FIRST_CONTAINER, 'ports', 1, 'name'], wrong: 'administration-1', says: 'must be no more than 15 characters' },
  { what: 'a request above its limit', right: deployment, at: [...FIRST_CONTAINER, 'resources', 'requests', 'memory'], wrong: '256Mi', says: 'must be less than or equal to memory limit' },
  { what: 'an amount with a unit that does not exist', right: deployment, at: [...FIRST_CONTAINER, 'resources', 'limits', 'memory'], wrong: '128MB', says: 'quantities must match the regular expression' },
  { what: 'a liveness probe with two successes', right: deployment, at: [...FIRST_CONTAINER, 'livenessProbe', 'successThreshold'], wrong: 2, says: 'successThreshold: Invalid value: 2: must be 1' },
  { what: 'a probe that asks nothing', right: deployment, at: [...FIRST_CONTAINER, 'readinessProbe', 'httpGet'], wrong: undefined, says: 'readinessProbe: Required value: must specify a handler type' },
  { what: 'a preStop with two handlers', right: deployment, at: [...FIRST_CONTAINER, 'lifecycle', 'preStop', 'exec'], wrong: { command: ['true'] }, says: 'may not specify more than 1 handler type' },
  { what: 'a preStop longer than the grace period', right: deployment, at: [...FIRST_CONTAINER, 'lifecycle', 'preStop', 'sleep', 'seconds'], wrong: 60, says: 'must be non-negative and less than terminationGracePeriodSeconds' },
  { what: 'a mount of a volume that is not there', right: deployment, at: [...FIRST_CONTAINER, 'volumeMounts', 0, 'name'], wrong: 'data', says: 'volumeMounts[0].name: Not found: "data"' },
  { what: 'a variable with two sources', right: deployment, at: [...FIRST_CONTAINER, 'env', 0, 'valueFrom'], wrong: { configMapKeyRef: { name: 'a', key: 'b' } }, says: 'may not be specified when `value` is not empty' },
  { what: 'a roll-out that can never go on', right: deployment, at: ['spec', 'strategy', 'rollingUpdate', 'maxSurge'], wrong: 0, says: 'maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0' },
  { what: 'a user below zero', right: deployment, at: [...POD, 'securityContext', 'runAsUser'], wrong: -1, says: 'runAsUser: Invalid value: -1' },
  { what: 'a label with a space', right: deployment, at: ['metadata', 'labels'], wrong: { team: 'the shop' }, says: 'metadata.labels: Invalid value: "the shop": a valid label must be' },
  { what: 'a claim without a size', right: statefulSet, at: ['spec', 'volumeClaimTemplates', 0, 'spec', 'resources', 'requests', 'storage'], wrong: undefined, says: 'volumeClaimTemplates[0].spec.resources[storage]: Required value' },
  { what: 'a Job whose pods start again for ever', right: job, at: ['spec', 'template', 'spec', 'restartPolicy'], wrong: 'Always', says: 'restartPolicy: Required value: valid values: "OnFailure", "Never"' },
  { what: 'a pod that Pod Security does not let in', right: restrictedPod, at: ['spec', 'containers', 0, 'securityContext', 'allowPrivilegeEscalation'], wrong: true, says: 'violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false' },
  // Around them
  { what: 'a Service port without a name beside another', right: service, at: ['spec', 'ports', 1, 'name'], wrong: undefined, says: 'spec.ports[1].name: Required value' },
  { what: 'a Service whose name begins with a digit', right: service, at: ['metadata', 'name'], wrong: '1-order', says: 'a DNS-1035 label must consist of' },
  { what: 'a Pod Security level that does not exist', right: namespace, at: ['metadata', 'labels', 'pod-security.kubernetes.io/enforce'], wrong: 'strict', says: 'must be one of privileged, baseline, restricted' },
  { what: 'a ConfigMap key with a slash', right: configMap, at: ['data', 'a/b'], wrong: '', says: 'a valid config key must consist of' },
  { what: 'a ConfigMap value that is a number', right: configMap, at: ['data', 'ORDER_SERVICE_URL'], wrong: 8080, says: '.data.ORDER_SERVICE_URL: expected string' },
  { what: 'a budget with two bounds', right: budget, at: ['spec', 'minAvailable'], wrong: 1, says: 'minAvailable and maxUnavailable cannot be both set' },
  { what: 'an autoscaler whose least is above its most', right: autoscaler, at: ['spec', 'maxReplicas'], wrong: 1, says: 'must be greater than or equal to `minReplicas`' },
  { what: 'a NetworkPolicy for a protocol of layer 7', right: networkPolicy, at: ['spec', 'ingress', 0, 'ports', 0, 'protocol'], wrong: 'HTTP', says: 'ingress[0].ports[0].protocol: Unsupported value: "HTTP"' },
  { what: 'a NetworkPolicy that takes out what is not in', right: networkPolicy, at: ['spec', 'egress', 0, 'to', 0, 'ipBlock', 'except', 0], wrong: '192.168.0.0/16', says: 'must be a strict subset of `cidr`' },
  { what: 'a binding of what is no subject', right: roleBinding, at: ['subjects', 0, 'kind'], wrong: 'Workload', says: 'subjects[0].kind: Unsupported value: "Workload"' },
  // Istio, by the schemas and rules of its CRDs
  { what: 'a timeout without a unit', right: virtualService, at: [...ROUTE, 'timeout'], wrong: '30', says: 'spec.http[0].timeout: Invalid value' },
  { what: 'a try of no time', right: virtualService, at: [...ROUTE, 'retries', 'perTryTimeout'], wrong: '0s', says: 'spec.http[0].retries.perTryTimeout: Invalid value' },
  { what: 'a weight that is a text', right: virtualService, at: [...ROUTE, 'route', 0, 'weight'], wrong: '90', says: 'spec.http[0].route[0].weight: expected numeric (int or float), got string' },
  { what: 'a weight with decimals', right: virtualService, at: [...ROUTE, 'route', 1, 'weight'], wrong: 0.5, says: 'spec.http[0].route[1].weight: Invalid value: "number"' },
  { what: 'a path matched in two ways', right: virtualService, at: [...ROUTE, 'match', 0, 'uri', 'exact'], wrong: '/api', says: 'spec.http[0].match[0].uri' },
  { what: 'a destination without a host', right: virtualService, at: [...ROUTE, 'route', 0, 'destination', 'host'], wrong: undefined, says: 'spec.http[0].route[0].destination.host: Required value' },
  { what: 'a retry field in the wrong case', right: virtualService, at: [...ROUTE, 'retries', 'retryon'], wrong: '5xx', says: 'retryon: field not declared in schema' },
  { what: 'a DestinationRule for no host', right: destinationRule, at: ['spec', 'host'], wrong: undefined, says: 'spec.host: Required value' },
  { what: 'a subset without a name', right: destinationRule, at: ['spec', 'subsets', 0, 'name'], wrong: undefined, says: 'spec.subsets[0].name: Required value' },
  { what: 'load balancing that does not exist', right: destinationRule, at: ['spec', 'trafficPolicy', 'loadBalancer', 'simple'], wrong: 'ROUNDROBIN', says: 'Unsupported value: "ROUNDROBIN"' },
  { what: 'two kinds of load balancing', right: destinationRule, at: ['spec', 'trafficPolicy', 'loadBalancer', 'consistentHash'], wrong: { useSourceIp: true }, says: 'spec.trafficPolicy.loadBalancer' },
  { what: 'a number of errors below zero', right: destinationRule, at: ['spec', 'trafficPolicy', 'outlierDetection', 'consecutive5xxErrors'], wrong: -1, says: 'consecutive5xxErrors in body should be greater than or equal to 0' },
  { what: 'an mTLS mode in small letters', right: peerAuthentication, at: ['spec', 'mtls', 'mode'], wrong: 'strict', says: 'Unsupported value: "strict"' },
  { what: 'mTLS of a port of a whole namespace', right: peerAuthentication, at: ['spec', 'selector'], wrong: undefined, says: 'portLevelMtls requires selector' },
  { what: 'mTLS of a port that cannot be', right: peerAuthentication, at: ['spec', 'portLevelMtls', '70000'], wrong: { mode: 'STRICT' }, says: 'port must be between 1-65535' },
  { what: 'an action that does not exist', right: authorizationPolicy, at: ['spec', 'action'], wrong: 'PERMIT', says: 'Unsupported value: "PERMIT"' },
  { what: 'a condition without a key', right: authorizationPolicy, at: ['spec', 'rules', 0, 'when', 0, 'key'], wrong: undefined, says: 'spec.rules[0].when[0].key: Required value' },
  { what: 'an identity told twice', right: authorizationPolicy, at: ['spec', 'rules', 0, 'from', 0, 'source', 'serviceAccounts'], wrong: ['api-gateway'], says: 'Cannot set serviceAccounts with namespaces or principals' },
  { what: 'a selector with a wildcard', right: authorizationPolicy, at: ['spec', 'selector', 'matchLabels', 'app'], wrong: 'order-*', says: 'wildcard not allowed in label value match' },
  { what: 'keys from two places', right: requestAuthentication, at: ['spec', 'jwtRules', 0, 'jwksUri'], wrong: 'https://id.example.com/keys', says: 'only one of jwks or jwksUri can be set' },
  { what: 'a token without an issuer', right: requestAuthentication, at: ['spec', 'jwtRules', 0, 'issuer'], wrong: '', says: 'spec.jwtRules[0].issuer in body should be at least 1 chars long' },
  { what: 'a Gateway server without hosts', right: gateway, at: ['spec', 'servers', 0, 'hosts'], wrong: undefined, says: 'spec.servers[0].hosts: Required value' },
  { what: 'a TLS version that does not exist', right: gateway, at: ['spec', 'servers', 0, 'tls', 'minProtocolVersion'], wrong: 'TLS1.2', says: 'Unsupported value: "TLS1.2"' },
  { what: 'certificates from two places', right: gateway, at: ['spec', 'servers', 0, 'tls', 'credentialNames'], wrong: ['a', 'b'], says: 'only one of credentialName or credentialNames can be set' },
  { what: 'endpoints without resolution', right: serviceEntry, at: ['spec', 'resolution'], wrong: 'NONE', says: 'NONE mode cannot set endpoints' },
  { what: 'an external host that is all hosts', right: serviceEntry, at: ['spec', 'hosts', 0], wrong: '*', says: 'hostname cannot be wildcard' },
  { what: 'one port number twice', right: serviceEntry, at: ['spec', 'ports', 1, 'number'], wrong: 587, says: 'port number cannot be duplicated' },
  { what: 'a scope without hosts', right: sidecar, at: ['spec', 'egress', 0, 'hosts'], wrong: undefined, says: 'spec.egress[0].hosts: Required value' },
  { what: 'an outbound mode that does not exist', right: sidecar, at: ['spec', 'outboundTrafficPolicy', 'mode'], wrong: 'ALLOW_ALL', says: 'Unsupported value: "ALLOW_ALL"' },
  { what: 'a metric that does not exist', right: telemetry, at: ['spec', 'metrics', 0, 'overrides', 0, 'match', 'metric'], wrong: 'REQUESTS', says: 'Unsupported value: "REQUESTS"' },
];

const changed = (
  right: KubernetesObject,
  at: readonly (string | number)[],
  value: Json | undefined,
): KubernetesObject => {
  // Not structuredClone: it keeps two places one object where the table above uses a part twice.
  const copy = JSON.parse(JSON.stringify(right)) as KubernetesObject;
  // A table of paths into objects that stand above: where a path is wrong, the property of the object below is too.
  let holder = copy as unknown as Record<string | number, Json | undefined>;
  for (const key of at.slice(0, -1)) {
    const next = holder[key];
    if (typeof next !== 'object' || next === null)
      throw new Error(`the table's path ${at.join('.')} leads nowhere at ${key}`);
    holder = next as unknown as Record<string | number, Json | undefined>;
  }
  const last = at.at(-1) ?? '';
  if (value === undefined) delete holder[last];
  else holder[last] = value;
  return copy;
};

describe('what the API server refuses', () => {
  let server: ApiServer;

  const refusal = async (wanted: KubernetesObject, options: { readonly dryRun: boolean }): Promise<string> => {
    try {
      await server.apply(wanted, options);
    } catch (error) {
      if (error instanceof ApiRefusal) return error.message;
      throw error;
    }
    return 'it was accepted';
  };

  beforeAll(async () => {
    server = await startApiServer();
    await server.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
    await server.apply({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: RESTRICTED, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
    });
    // A controller makes it in a cluster; a pod is refused without.
    await server.apply({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'default', namespace: RESTRICTED },
    });
  });
  afterAll(async () => {
    await server?.stop();
  });

  test('every row has a reason of its own', () => {
    expect(rows.length).toBeGreaterThanOrEqual(25);
    expect(new Set(rows.map(({ says }) => says)).size).toBe(rows.length);
  });

  test.each([...new Set(rows.map(({ right }) => right))].map((right) => [right.kind, right] as const))(
    'the right %s is accepted',
    async (_, right) => {
      expect(await refusal(right, { dryRun: true })).toBe('it was accepted');
    },
  );

  test.each(rows.map((row) => [`${row.right.kind}: ${row.what}`, row] as const))(
    '%s',
    async (_, { right, at, wrong, says }) => {
      expect(await refusal(changed(right, at, wrong), { dryRun: true })).toContain(says);
    },
  );

  // prettier-ignore
  const fixed: readonly Refused[] = [
    { what: 'the selector of a Deployment', right: deployment, at: ['spec', 'selector', 'matchLabels', 'track'], wrong: 'stable', says: 'spec.selector: Invalid value' },
    { what: 'the claims of a StatefulSet', right: statefulSet, at: ['spec', 'volumeClaimTemplates', 0, 'spec', 'resources', 'requests', 'storage'], wrong: '2Gi', says: 'updates to statefulset spec for fields other than' },
    { what: 'the role of a binding', right: roleBinding, at: ['roleRef', 'name'], wrong: 'other', says: 'cannot change roleRef' },
    { what: 'the pods of a Job', right: job, at: ['spec', 'template', 'spec', 'containers', 0, 'image'], wrong: 'weft-shop/order-service:2.0.0', says: 'spec.template: Invalid value' },
  ];

  test.each(fixed.map((row) => [row.what, row] as const))(
    '%s never changes again',
    async (_, { right, at, wrong, says }) => {
      const dryRun = false;
      expect(await refusal(right, { dryRun })).toBe('it was accepted');
      const next = changed(right, at, wrong);
      const matching =
        right === deployment ? changed(next, ['spec', 'template', 'metadata', 'labels', 'track'], 'stable') : next;
      const message = await refusal(matching, { dryRun });
      expect(message).toContain(says);
      expect(message).toMatch(/immutable|forbidden|Forbidden|cannot change/);
    },
  );
});
