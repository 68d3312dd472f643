import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';
import { afterAll, describe, expect, test } from 'vitest';
import { check } from '../../charts-src/check/check.ts';
import type { Finding } from '../../charts-src/check/rule.ts';
import { allRules } from './all-rules.ts';

// What general scanners call clean, with the policies and routes of a mesh around it.
const BASE = ['../judges/fixtures/clean.yaml', '../fixtures/clean-mesh.yaml'].map((file) =>
  join(import.meta.dirname, file),
);

const rules = await allRules();
const base = BASE.flatMap((file) =>
  parseAllDocuments(readFileSync(file, 'utf8')).map((document) => document.toJS() as Json),
);

type Json = Record<string, unknown>;
type Name = `${string} ${string}`;

const findingsOf = (objects: readonly Json[]): readonly Finding[] => {
  const { findings, bugs } = check(
    { 'shop.yaml': objects.map((object) => stringify(object)).join('---\n') },
    { rules },
  );
  expect(bugs).toEqual([]);
  return findings;
};

const nameOf = ({ kind, metadata }: Json): Name => {
  const { namespace, name } = metadata as { readonly namespace?: string; readonly name: string }; // an object of Kubernetes
  return `${String(kind)} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
};

/** Puts a value at a path of an object, such as `spec.replicas`, where `~` stands for a dot in a name; undefined takes away what is there. */
function put(object: Json, path: string, value: unknown): void {
  const keys = path.split('.').map((key) => key.replaceAll('~', '.'));
  const last = keys.pop() ?? '';
  let at = object;
  for (const key of keys) at = (at[key] ??= {}) as Json; // the paths of the table lead through objects and lists
  if (value === undefined) delete at[last];
  else at[last] = value;
}

/** One fault, and the objects of which one is to be named. */
interface Mutation {
  readonly fault: string;
  readonly named: Name | readonly Name[];
  /** What is written in place of what the base says, by object and path. */
  readonly put?: Readonly<Record<Name, Readonly<Record<string, unknown>>>>;
  readonly remove?: readonly Name[];
  readonly add?: readonly Json[];
}

const WEB = 'Deployment shop/web-v1';
const API = 'Deployment shop/api-v1';
const CONTAINER = 'spec.template.spec.containers.0';

const object = (apiVersion: string, kind: string, name: string, spec: Json): Json => ({
  apiVersion,
  kind,
  metadata: { name, namespace: 'shop' },
  spec,
});
const policyOf = (spec: Json): NonNullable<Mutation['put']> => ({
  'AuthorizationPolicy shop/api': Object.fromEntries(
    Object.entries(spec).map(([key, value]) => [`spec.${key}`, value]),
  ),
});
const onApi = (path: string, value: unknown): Pick<Mutation, 'named' | 'put'> => ({
  named: API,
  put: { [API]: { [path]: value } },
});

/** The seventeen that every public scanner misses. */
const missedByAll: readonly Mutation[] = [
  {
    fault: 'mutual TLS switched off for one port',
    named: 'PeerAuthentication shop/api',
    add: [
      object('security.istio.io/v1', 'PeerAuthentication', 'api', {
        selector: { matchLabels: { app: 'api' } },
        mtls: { mode: 'STRICT' },
        portLevelMtls: { '8080': { mode: 'DISABLE' } },
      }),
    ],
  },
  { fault: 'no PeerAuthentication', named: 'Namespace shop', remove: ['PeerAuthentication shop/default'] },
  {
    fault: 'no AuthorizationPolicy',
    named: 'Namespace shop',
    remove: ['default', 'web', 'api', 'api-db'].map((name): Name => `AuthorizationPolicy shop/${name}`),
  },
  { fault: 'no default deny', named: 'Namespace shop', remove: ['AuthorizationPolicy shop/default'] },
  { fault: 'a rule that allows everything', named: 'AuthorizationPolicy shop/api', put: policyOf({ rules: [{}] }) },
  {
    fault: 'every identity',
    named: 'AuthorizationPolicy shop/api',
    put: policyOf({ rules: [{ from: [{ source: { principals: ['*'] } }] }] }),
  },
  {
    fault: 'a selector with a slip of the pen',
    named: 'AuthorizationPolicy shop/api',
    put: policyOf({ selector: { matchLabels: { app: 'apis' } } }),
  },
  {
    fault: 'everything but one path',
    named: 'AuthorizationPolicy shop/api',
    put: policyOf({
      rules: [
        {
          from: [{ source: { principals: ['cluster.local/ns/shop/sa/web'] } }],
          to: [{ operation: { notPaths: ['/admin'] } }],
        },
      ],
    }),
  },
  { fault: 'no injection by label', ...onApi('spec.template.metadata.labels.sidecar~istio~io/inject', 'false') },
  {
    fault: 'a port past the sidecar',
    ...onApi('spec.template.metadata.annotations.traffic~sidecar~istio~io/excludeInboundPorts', '8080'),
  },
  {
    fault: 'any address outside',
    named: 'Sidecar shop/default',
    put: { 'Sidecar shop/default': { 'spec.outboundTrafficPolicy.mode': 'ALLOW_ANY' } },
  },
  {
    fault: 'any host in plain text at the gateway',
    named: 'Gateway shop/public',
    put: { 'Gateway shop/public': { 'spec.servers.1.hosts': ['*'], 'spec.servers.1.tls': undefined } },
  },
  {
    fault: 'weights of 90',
    named: 'VirtualService shop/api',
    put: {
      'VirtualService shop/api': {
        'spec.http.0.route': [
          { destination: { host: 'api.shop.svc.cluster.local', port: { number: 80 }, subset: 'v1' }, weight: 60 },
          { destination: { host: 'api.shop.svc.cluster.local', port: { number: 80 } }, weight: 30 },
        ],
      },
    },
  },
  { fault: 'all pods at once', ...onApi('spec.strategy.rollingUpdate.maxUnavailable', '100%') },
  { fault: 'no preStop', ...onApi(`${CONTAINER}.lifecycle`, undefined) },
  { fault: 'killed while it waits', ...onApi('spec.template.spec.terminationGracePeriodSeconds', 5) },
  {
    fault: 'a secret in the environment',
    ...onApi(`${CONTAINER}.env`, [{ name: 'DB_PASSWORD', value: 'hunter2-hunter2' }]),
  },
];

/** What scanners of workloads look for. */
const workloads: readonly Mutation[] = [
  { fault: 'the latest image', ...onApi(`${CONTAINER}.image`, 'weft-shop/api:latest') },
  { fault: 'an image without digest', ...onApi(`${CONTAINER}.image`, 'weft-shop/api:v1') },
  { fault: 'one pod', ...onApi('spec.replicas', 1) },
  {
    fault: 'one pod when there is little to do',
    named: WEB,
    put: { 'HorizontalPodAutoscaler shop/web-v1': { 'spec.minReplicas': 1 } },
  },
  { fault: 'replicas beside an autoscaler', named: WEB, put: { [WEB]: { 'spec.replicas': 2 } } },
  {
    fault: 'an autoscaler of nothing',
    named: 'HorizontalPodAutoscaler shop/web-v1',
    put: { 'HorizontalPodAutoscaler shop/web-v1': { 'spec.scaleTargetRef.name': 'web-v2' } },
  },
  {
    fault: 'an autoscaler that cannot measure',
    named: ['HorizontalPodAutoscaler shop/web-v1', WEB],
    put: {
      [WEB]: { [`${CONTAINER}.resources.requests.cpu`]: undefined, [`${CONTAINER}.resources.limits.cpu`]: undefined },
    },
  },
  {
    fault: 'a budget that lets no pod go',
    named: 'PodDisruptionBudget shop/api',
    put: { 'PodDisruptionBudget shop/api': { 'spec.maxUnavailable': 0 } },
  },
  {
    fault: 'a budget of no pods',
    named: 'PodDisruptionBudget shop/api',
    put: { 'PodDisruptionBudget shop/api': { 'spec.selector.matchLabels.app': 'apis' } },
  },
  { fault: 'no budget', named: API, remove: ['PodDisruptionBudget shop/api'] },
  {
    fault: 'two budgets',
    named: 'PodDisruptionBudget shop/api-v1',
    add: [
      object('policy/v1', 'PodDisruptionBudget', 'api-v1', {
        minAvailable: 1,
        selector: { matchLabels: { app: 'api', version: 'v1' } },
      }),
    ],
  },
  { fault: 'no readiness probe', ...onApi(`${CONTAINER}.readinessProbe`, undefined) },
  { fault: 'no liveness probe', ...onApi(`${CONTAINER}.livenessProbe`, undefined) },
  { fault: 'ready is alive', ...onApi(`${CONTAINER}.livenessProbe.httpGet.path`, '/readyz') },
  { fault: 'a probe of no port', ...onApi(`${CONTAINER}.readinessProbe.httpGet.port`, 'admin') },
  { fault: 'no memory limit', ...onApi(`${CONTAINER}.resources.limits.memory`, undefined) },
  { fault: 'no resources', ...onApi(`${CONTAINER}.resources`, undefined) },
  { fault: 'no CPU limit', ...onApi(`${CONTAINER}.resources.limits.cpu`, undefined) },
  { fault: 'all pods stop before one starts', ...onApi('spec.strategy', { type: 'Recreate' }) },
  {
    fault: 'pods on one node',
    named: API,
    put: {
      [API]: { 'spec.template.spec.affinity': undefined, 'spec.template.spec.topologySpreadConstraints': undefined },
    },
  },
  { fault: 'no identity of its own', ...onApi('spec.template.spec.serviceAccountName', undefined) },
  { fault: "the proxy's user", ...onApi(`${CONTAINER}.securityContext.runAsUser`, 1337) },
  { fault: 'privileged', ...onApi(`${CONTAINER}.securityContext.privileged`, true) },
  { fault: 'more rights than its parent', ...onApi(`${CONTAINER}.securityContext.allowPrivilegeEscalation`, true) },
  { fault: 'rights over the network', ...onApi(`${CONTAINER}.securityContext.capabilities`, { add: ['NET_ADMIN'] }) },
  {
    fault: 'root',
    named: API,
    put: {
      [API]: {
        [`${CONTAINER}.securityContext.runAsUser`]: 0,
        [`${CONTAINER}.securityContext.runAsNonRoot`]: false,
      },
    },
  },
  { fault: 'the network of the node', ...onApi('spec.template.spec.hostNetwork', true) },
  {
    fault: 'a folder of the node',
    ...onApi('spec.template.spec.volumes.0', { name: 'tmp', hostPath: { path: '/etc' } }),
  },
  { fault: 'an init container without digest', ...onApi('spec.template.spec.initContainers.0.image', 'weft-shop/api') },
];

/** What is wrong between objects. */
const wiring: readonly Mutation[] = [
  {
    fault: 'a Service of no pods',
    named: 'Service shop/api',
    put: { 'Service shop/api': { 'spec.selector.app': 'apis' } },
  },
  {
    fault: 'a port that pods do not have',
    named: 'Service shop/api',
    put: { 'Service shop/api': { 'spec.ports.0.targetPort': 'web' } },
  },
  {
    fault: 'a Service of two programs',
    named: 'Service shop/api',
    put: { 'Service shop/api': { 'spec.selector': { 'app.kubernetes.io/part-of': 'shop' } } },
  },
  {
    fault: 'a database as HTTP',
    named: 'Service shop/api-db',
    put: { 'Service shop/api-db': { 'spec.ports.0.name': 'http-postgres' } },
  },
  {
    fault: 'no such headless Service',
    named: 'StatefulSet shop/api-db',
    put: { 'StatefulSet shop/api-db': { 'spec.serviceName': 'api-dbs' } },
  },
  {
    fault: 'a selector that takes the pods of another',
    named: [API, WEB],
    put: { [API]: { 'spec.selector.matchLabels': { 'app.kubernetes.io/part-of': 'shop' } } },
  },
  { fault: 'a selector that misses its own pods', ...onApi('spec.selector.matchLabels.app', 'apis') },
  {
    fault: 'a namespace without injection',
    named: 'Namespace shop',
    put: { 'Namespace shop': { 'metadata.labels.istio-injection': undefined } },
  },
  {
    fault: 'plain text let in',
    named: 'PeerAuthentication shop/default',
    put: { 'PeerAuthentication shop/default': { 'spec.mtls.mode': 'PERMISSIVE' } },
  },
  {
    fault: 'plain text to a strict server',
    named: 'DestinationRule shop/api',
    put: { 'DestinationRule shop/api': { 'spec.trafficPolicy.tls': { mode: 'DISABLE' } } },
  },
  {
    fault: 'a caller that is nobody',
    named: 'AuthorizationPolicy shop/api',
    put: policyOf({ rules: [{ from: [{ source: { principals: ['cluster.local/ns/shop/sa/wep'] } }] }] }),
  },
  {
    fault: 'a policy for the port of the Service',
    named: 'AuthorizationPolicy shop/api',
    put: policyOf({ rules: [{ to: [{ operation: { ports: ['80'] } }] }] }),
  },
  {
    fault: 'a subset that nobody declares',
    named: 'VirtualService shop/api',
    put: { 'VirtualService shop/api': { 'spec.http.0.route.0.destination.subset': 'v2' } },
  },
  {
    fault: 'a subset without pods',
    named: ['DestinationRule shop/api', 'VirtualService shop/api'],
    put: { 'DestinationRule shop/api': { 'spec.subsets.0.labels.version': 'v9' } },
  },
  {
    fault: 'a host that is nowhere',
    named: 'VirtualService shop/web',
    put: { 'VirtualService shop/web': { 'spec.http.0.route.0.destination.host': 'webb.shop.svc.cluster.local' } },
  },
  {
    fault: 'a port that the host does not have',
    named: 'VirtualService shop/web',
    put: { 'VirtualService shop/web': { 'spec.http.0.route.0.destination.port.number': 8080 } },
  },
  {
    fault: 'retries that never come',
    named: 'VirtualService shop/api',
    put: { 'VirtualService shop/api': { 'spec.http.0.retries.perTryTimeout': '4s' } },
  },
  {
    fault: 'writes sent twice',
    named: 'VirtualService shop/api',
    put: { 'VirtualService shop/api': { 'spec.http.0.retries.retryOn': '5xx,reset' } },
  },
  {
    fault: 'an ejection that never happens',
    named: 'DestinationRule shop/api',
    put: { 'DestinationRule shop/api': { 'spec.trafficPolicy.outlierDetection.maxEjectionPercent': 10 } },
  },
  {
    fault: 'a request longer than a pod lives',
    named: API,
    put: { 'VirtualService shop/api': { 'spec.http.0.timeout': '90s' } },
  },
  {
    fault: 'two Sidecars',
    named: 'Sidecar shop/second',
    add: [object('networking.istio.io/v1', 'Sidecar', 'second', { egress: [{ hosts: ['./*'] }] })],
  },
  {
    fault: 'a Sidecar of no pods',
    named: 'Sidecar shop/web',
    add: [
      object('networking.istio.io/v1', 'Sidecar', 'web', {
        workloadSelector: { labels: { app: 'webs' } },
        egress: [{ hosts: ['./*'] }],
      }),
    ],
  },
  {
    fault: 'an old version of TLS',
    named: 'Gateway shop/public',
    put: { 'Gateway shop/public': { 'spec.servers.0.tls.minProtocolVersion': 'TLSV1_0' } },
  },
  {
    fault: 'no default deny below the mesh',
    named: ['Namespace shop', 'NetworkPolicy shop/api'],
    remove: ['NetworkPolicy shop/default-deny'],
  },
  {
    fault: 'one object twice',
    named: 'Service shop/api',
    add: [
      object('v1', 'Service', 'api', {
        selector: { app: 'api' },
        ports: [{ name: 'http', port: 80, targetPort: 'http', appProtocol: 'http' }],
      }),
    ],
  },
];

const changed = ({ put: changes = {}, remove = [], add = [] }: Mutation): readonly Json[] => {
  const objects = base.filter((one) => !remove.includes(nameOf(one))).map((one) => structuredClone(one));
  const applied = new Set<string>();
  for (const one of objects)
    for (const [path, value] of Object.entries(changes[nameOf(one)] ?? {})) {
      applied.add(nameOf(one));
      put(one, path, value);
    }
  expect([...applied].sort(), 'the objects that are changed are there').toEqual(Object.keys(changes).sort());
  return [...objects, ...add];
};

let found = 0;
const all = [...missedByAll, ...workloads, ...wiring];

describe('one fault in a clean mesh', () => {
  const clean = new Set(findingsOf(base).map(identity));

  test('the clean mesh has neither errors nor warnings', () => {
    expect(base.length).toBeGreaterThan(30);
    expect(
      findingsOf(base)
        .filter(({ severity }) => severity !== 'info')
        .map(identity),
    ).toEqual([]);
  });

  test.each(all)('$fault', (mutation) => {
    const fresh = findingsOf(changed(mutation)).filter(
      (finding) => finding.severity !== 'info' && !clean.has(identity(finding)),
    );
    const objects = fresh.map(({ object: on }) =>
      on === null ? '' : `${on.kind} ${on.namespace === '' ? '' : `${on.namespace}/`}${on.name}`,
    );
    const wanted = [mutation.named].flat();
    expect(
      objects.some((name) => wanted.some((one) => one === name)),
      `found: ${fresh.map(identity).join('; ')}`,
    ).toBe(true);
    found++;
  });
});

function identity({ severity, code, object: on, path }: Finding): string {
  return `${severity} ${code} ${on === null ? '' : `${on.kind} ${on.namespace}/${on.name}`} ${path}`;
}

afterAll(() =>
  console.info(
    `faults in a clean mesh: ${found} of ${all.length} found (of the ${missedByAll.length} that scanners miss and ${all.length - missedByAll.length} more)`,
  ),
);
