/** An object of Kubernetes' own kinds, and where the API server refuses it; nowhere when it takes it. */
export interface CoreCase {
  readonly name: string;
  readonly object: object;
  readonly at: readonly string[];
}

const service = (name: string, spec: object, at: readonly string[] = []): CoreCase => ({
  name,
  object: { apiVersion: 'v1', kind: 'Service', metadata: { name: 'orders', namespace: 'default' }, spec },
  at,
});
const ports = (...all: object[]) => ({ selector: { app: 'orders' }, ports: all });
const http = { name: 'http', port: 80 };

export const serviceCases: readonly CoreCase[] = [
  service(
    'an ordinary one',
    ports({ ...http, targetPort: 8080 }, { name: 'metrics', port: 9090, targetPort: 'metrics' }),
  ),
  service('one port without name', ports({ port: 80 })),
  service('several without name', ports({ port: 80 }, { port: 81 }), ['spec.ports[0].name', 'spec.ports[1].name']),
  service('no number', ports({ name: 'http' }), ['spec.ports[0].port']),
  service('a text as a number', ports({ name: 'http', port: '80' }), ['spec.ports[0].port']),
  service('a number that is no port', ports({ name: 'http', port: 70000 }), ['spec.ports[0].port']),
  service('one name twice', ports(http, { name: 'http', port: 81 }), ['spec.ports[1].name']),
  service('one number twice', ports(http, { name: 'http2', port: 80 }), ['spec.ports[1].port']),
  service(
    'one number by TCP and UDP',
    ports({ name: 'dns', port: 53 }, { name: 'dns-udp', port: 53, protocol: 'UDP' }),
  ),
  service('a name in upper case', ports({ name: 'HTTP', port: 80 }), ['spec.ports[0].name']),
  service('a protocol of another level', ports({ ...http, protocol: 'HTTP' }), ['spec.ports[0].protocol']),
  service('a targetPort in quotes', ports({ ...http, targetPort: '8080' }), ['spec.ports[0].targetPort']),
  service('a targetPort that is too long', ports({ ...http, targetPort: 'metrics-endpoint' }), [
    'spec.ports[0].targetPort',
  ]),
  service('a nodePort without NodePort', ports({ ...http, nodePort: 30080 }), ['spec.ports[0].nodePort']),
  service('no ports', { selector: { app: 'orders' } }, ['spec.ports']),
  service('no ports and no address', { selector: { app: 'orders' }, clusterIP: 'None' }),
  service('an unknown type', { ...ports(http), type: 'Internal' }, ['spec.type']),
  service('a name outside', { type: 'ExternalName', externalName: 'orders.example.com' }),
  service('a name outside that is missing', { type: 'ExternalName' }, ['spec.externalName']),
  service('a name outside with a final dot', { type: 'ExternalName', externalName: 'orders.example.com.' }),
  ...['http://orders.example.com', 'orders.example.com:8080', 'Orders.example.com', 'orders_v1.example.com'].map(
    (externalName) =>
      service(`a name outside that is none: ${externalName}`, { type: 'ExternalName', externalName }, [
        'spec.externalName',
      ]),
  ),
  service('affinity by address', { ...ports(http), sessionAffinity: 'ClientIP' }),
  service('an unknown affinity', { ...ports(http), sessionAffinity: 'ClientIp' }, ['spec.sessionAffinity']),
  service('headless and NodePort', { ...ports(http), type: 'NodePort', clusterIP: 'None' }, ['spec.clusterIP']),
  service('a number in the selector', { ...ports(http), selector: { version: 2 } }, ['spec.selector.version']),
];

const labels = { app: 'orders' };
const container = { name: 'orders', image: 'registry.example.com/orders:1.0.0' };
const workload = (name: string, kind: string, spec: object, at: readonly string[] = []): CoreCase => ({
  name: `${kind}: ${name}`,
  object: {
    apiVersion: kind === 'Job' || kind === 'CronJob' ? 'batch/v1' : kind === 'Pod' ? 'v1' : 'apps/v1',
    kind,
    metadata: { name: 'orders', namespace: 'default' },
    spec,
  },
  at,
});
const deployment = (name: string, pod: object, at: readonly string[] = [], more: object = {}): CoreCase =>
  workload(
    name,
    'Deployment',
    {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [container], ...pod } },
      ...more,
    },
    at.map((path) => (path.startsWith('spec.') ? path : `spec.template.spec.${path}`)),
  );
const one = (name: string, more: object, at: readonly string[] = []) =>
  deployment(
    name,
    { containers: [{ ...container, ...more }] },
    at.map((path) => `containers[0].${path}`),
  );
const template = { metadata: { labels }, spec: { containers: [container] } };

const cron = (schedule: string) => ({
  schedule,
  jobTemplate: { spec: { template: { spec: { containers: [container], restartPolicy: 'Never' } } } },
});

export const workloadCases: readonly CoreCase[] = [
  deployment('an ordinary one', {}),
  deployment('a selector that misses its pods', {}, ['spec.selector.matchLabels.app'], {
    selector: { matchLabels: { app: 'order' } },
  }),
  deployment('a selector by a label that pods lack', {}, ['spec.selector.matchLabels.tier'], {
    selector: { matchLabels: { app: 'orders', tier: 'web' } },
  }),
  deployment('an expression that misses its pods', {}, ['spec.selector.matchExpressions'], {
    selector: { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['orders'] }] },
  }),
  deployment('an expression', {}, [], { selector: { matchExpressions: [{ key: 'app', operator: 'Exists' }] } }),
  deployment('no selector', {}, ['spec.selector'], { selector: undefined }),
  deployment('an empty selector', {}, ['spec.selector'], { selector: {} }),
  deployment('fewer pods than none', {}, ['spec.replicas'], { replicas: -1 }),
  deployment('no containers', { containers: [] }, ['containers']),
  deployment('two containers of one name', { containers: [container, container] }, ['containers[1].name']),
  deployment('an init container of the same name', { initContainers: [container] }, ['containers[0].name']),
  deployment('it ends', { restartPolicy: 'Never' }, ['restartPolicy']),
  deployment(
    'two volumes of one name',
    {
      volumes: [
        { name: 'tmp', emptyDir: {} },
        { name: 'tmp', emptyDir: {} },
      ],
    },
    ['volumes[1].name'],
  ),
  deployment(
    'an init container with a probe',
    { initContainers: [{ ...container, name: 'init', readinessProbe: { tcpSocket: { port: 80 } } }] },
    ['initContainers[0].readinessProbe'],
  ),
  deployment('a sidecar with a probe', {
    initContainers: [
      { ...container, name: 'proxy', restartPolicy: 'Always', readinessProbe: { tcpSocket: { port: 80 } } },
    ],
  }),
  deployment('no pod may be missing and none added', {}, ['spec.strategy.rollingUpdate'], {
    strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 0 } },
  }),
  deployment('a strategy with the settings of another one', {}, ['spec.strategy.rollingUpdate'], {
    strategy: { type: 'Recreate', rollingUpdate: { maxSurge: 1 } },
  }),
  deployment('an unknown strategy', {}, ['spec.strategy.type'], { strategy: { type: 'Canary' } }),
  deployment(
    'a truth as an annotation of pods',
    {},
    ['spec.template.metadata.annotations["sidecar.istio.io/inject"]'],
    {
      template: { ...template, metadata: { labels, annotations: { 'sidecar.istio.io/inject': false } } },
    },
  ),
  deployment('a number as a label of pods', {}, ['spec.template.metadata.labels.version'], {
    template: { ...template, metadata: { labels: { ...labels, version: 2 } } },
  }),
  one('no image', { image: '' }, ['image']),
  one('no name', { name: undefined }, ['name']),
  one('a name with an underscore', { name: 'order_service' }, ['name']),
  one('ports', { ports: [{ name: 'http', containerPort: 8080 }, { containerPort: 9090 }] }),
  one('a port without number', { ports: [{ name: 'http' }] }, ['ports[0].containerPort']),
  one('a port with a long name', { ports: [{ name: 'metrics-endpoint', containerPort: 80 }] }, ['ports[0].name']),
  one(
    'two ports of one name',
    {
      ports: [
        { name: 'a', containerPort: 80 },
        { name: 'a', containerPort: 81 },
      ],
    },
    ['ports[1].name'],
  ),
  one('a number as a variable', { env: [{ name: 'PORT', value: 8080 }] }, ['env[0].value']),
  one('true as a variable', { env: [{ name: 'DEBUG', value: true }] }, ['env[0].value']),
  one('a variable without name', { env: [{ value: 'a' }] }, ['env[0].name']),
  one(
    'a variable from two places',
    { env: [{ name: 'A', value: 'a', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }] },
    ['env[0].valueFrom'],
  ),
  one('variables', {
    env: [
      { name: 'A', value: '1' },
      { name: 'B', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    ],
  }),
  one('a mount of nothing', { volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }] }, ['volumeMounts[0].name']),
  deployment('a mount', {
    volumes: [{ name: 'tmp', emptyDir: {} }],
    containers: [{ ...container, volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }] }],
  }),
  one('a request above its limit', { resources: { requests: { cpu: '500m' }, limits: { cpu: '0.4' } } }, [
    'resources.requests.cpu',
  ]),
  one('a request at its limit', { resources: { requests: { memory: '1Gi' }, limits: { memory: '1024Mi' } } }),
  one('a quantity that is none', { resources: { limits: { memory: '256MB' } } }, ['resources.limits.memory']),
  one('a probe of nothing', { livenessProbe: { periodSeconds: 5 } }, ['livenessProbe']),
  one('a probe of two kinds', { readinessProbe: { httpGet: { port: 80 }, tcpSocket: { port: 80 } } }, [
    'readinessProbe.tcpSocket',
  ]),
  one('a probe of a port in quotes', { readinessProbe: { httpGet: { port: '8080' } } }, [
    'readinessProbe.httpGet.port',
  ]),
  one('a probe that has to succeed twice', { livenessProbe: { tcpSocket: { port: 80 }, successThreshold: 2 } }, [
    'livenessProbe.successThreshold',
  ]),
  one('probes', {
    livenessProbe: { exec: { command: ['true'] } },
    readinessProbe: { httpGet: { port: 'http' }, successThreshold: 2 },
  }),
  workload('a volume of each pod', 'StatefulSet', {
    serviceName: 'orders',
    selector: { matchLabels: labels },
    volumeClaimTemplates: [
      {
        metadata: { name: 'data' },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
      },
    ],
    template: {
      metadata: { labels },
      spec: { containers: [{ ...container, volumeMounts: [{ name: 'data', mountPath: '/data' }] }] },
    },
  }),
  workload('an ordinary one', 'Job', { template: { spec: { containers: [container], restartPolicy: 'Never' } } }),
  workload('a restart policy that is not said', 'Job', { template: { spec: { containers: [container] } } }, [
    'spec.template.spec.restartPolicy',
  ]),
  workload(
    'it never ends',
    'CronJob',
    {
      schedule: '@daily',
      jobTemplate: { spec: { template: { spec: { containers: [container], restartPolicy: 'Always' } } } },
    },
    ['spec.jobTemplate.spec.template.spec.restartPolicy'],
  ),
  ...['0 3 * * *', '*/5 0-6,22 1,15 jan-mar MON', '? ? * * ?', '@every 1h30m', '@midnight', '5/10 * * * *'].map(
    (schedule) => workload(`at ${schedule}`, 'CronJob', cron(schedule)),
  ),
  ...[
    '',
    '0 25 * * *',
    '60 * * * *',
    '0 0 0 * *',
    '0 0 * 13 *',
    '0 3 * * 7',
    '0 3 * * sunday',
    '*/0 * * * *',
    '5-1 * * * *',
    '0 3 * *',
    '0 0 3 * * *',
    '@nightly',
    'TZ=UTC 0 3 * * *',
    '1-2-3 * * * *',
    '1/2/3 * * * *',
    'a * * * *',
  ].map((schedule) => workload(`never at ${schedule}`, 'CronJob', cron(schedule), ['spec.schedule'])),
  workload('one at a time', 'CronJob', { ...cron('@daily'), concurrencyPolicy: 'Forbid' }),
  workload('a policy in small letters', 'CronJob', { ...cron('@daily'), concurrencyPolicy: 'forbid' }, [
    'spec.concurrencyPolicy',
  ]),
  workload('words', 'Pod', { containers: [{ ...container, command: ['sh', '-c'], args: ['sleep 1'] }] }),
  workload('a line of a shell', 'Pod', { containers: [{ ...container, command: 'node server.js' }] }, [
    'spec.containers[0].command',
  ]),
  workload('a number among words', 'Pod', { containers: [{ ...container, args: ['--port', 8080] }] }, [
    'spec.containers[0].args[1]',
  ]),
  workload('an ordinary one', 'Pod', { containers: [container], restartPolicy: 'Never' }),
  workload('no image', 'Pod', { containers: [{ name: 'a' }] }, ['spec.containers[0].image']),
  workload('an ordinary one', 'DaemonSet', { selector: { matchLabels: labels }, template }),
];

const holder = (name: string, kind: 'ConfigMap' | 'Secret', rest: object, at: readonly string[] = []): CoreCase => ({
  name: `${kind}: ${name}`,
  object: { apiVersion: 'v1', kind, metadata: { name: 'orders', namespace: 'default' }, ...rest },
  at,
});

export const configCases: readonly CoreCase[] = [
  holder('texts', 'ConfigMap', { data: { PORT: '8080', empty: '' }, binaryData: { b: 'eA==' } }),
  holder('a number', 'ConfigMap', { data: { PORT: 8080 } }, ['data.PORT']),
  holder('an object', 'ConfigMap', { data: { app: { a: 'b' } } }, ['data.app']),
  holder('a list', 'ConfigMap', { data: { app: ['b'] } }, ['data.app']),
  holder('a key with a slash', 'ConfigMap', { data: { 'a/b': 'c' } }, ['data["a/b"]']),
  holder('two dots as a key', 'ConfigMap', { data: { '..': 'c' } }, ['data[".."]']),
  holder('dots within a key', 'ConfigMap', { data: { '.app..yaml': 'c' } }),
  holder('no base64', 'ConfigMap', { binaryData: { b: 'a b c d' } }, ['binaryData.b']),
  holder('base64', 'Secret', { data: { token: 'czNjcmV0', empty: '', lines: 'czNj\ncmV0\n' } }),
  holder('texts', 'Secret', { stringData: { token: 's3cret!' } }),
  holder('true', 'Secret', { stringData: { debug: true } }, ['stringData.debug']),
  holder('plain text where base64 belongs', 'Secret', { data: { token: 's3cret!' } }, ['data.token']),
  holder('base64 without its padding', 'Secret', { data: { token: 'eA' } }, ['data.token']),
  holder('base64 of URLs', 'Secret', { data: { token: 'ab-_' } }, ['data.token']),
  holder('a certificate', 'Secret', {
    type: 'kubernetes.io/tls',
    data: { 'tls.crt': 'eA==' },
    stringData: { 'tls.key': '' },
  }),
  holder('a certificate without its key', 'Secret', { type: 'kubernetes.io/tls', data: { 'tls.crt': 'eA==' } }, [
    'type',
  ]),
];
