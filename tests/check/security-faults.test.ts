import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Rule } from '../../charts-src/check/rule.ts';
import { buildGraph } from '../../charts-src/graph/mesh-graph.ts';
import { objectName, type Manifest } from '../../charts-src/manifest/manifest.ts';
import { formatPath } from '../../charts-src/model/schema.ts';
import { allRules, familyOf } from './all-rules.ts';
import { manifestsOf } from './mesh-of.ts';

/** What our own synthesis writes for production: nothing is wrong with it. */
const FOLDER = resolve(import.meta.dirname, '../../dist/microservices/prod');
const clean = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.yaml'))
  .flatMap((file) => manifestsOf(readFileSync(join(FOLDER, file), 'utf8'), file));

// Objects of any shape, which each fault knows.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Shape = any;

/** One fault in a mesh without any. */
interface Fault {
  readonly name: string;
  /** The object that is changed; it is removed where nothing is said. A whole document is added. */
  readonly object: string;
  readonly change?: (object: Shape) => void;
  /** `W204 PeerAuthentication shop/default spec…` */
  readonly found: readonly string[];
}

const pods = (object: Shape): Shape => object.spec.template;
const app = (object: Shape): Shape => pods(object).spec.containers[0];

const faults: readonly Fault[] = [
  {
    name: 'mutual TLS off at a port',
    object: `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: payments, namespace: shop }
spec:
  selector: { matchLabels: { app: payment-service } }
  portLevelMtls: { 8080: { mode: DISABLE } }`,
    found: [
      'W204 PeerAuthentication shop/payments spec.portLevelMtls.8080.mode',
      // What comes of it for those that count on mutual TLS there.
      'W208 DestinationRule shop/payment-service spec.trafficPolicy.tls.mode',
      'W222 AuthorizationPolicy shop/payment-service spec.rules[0].from[0].source.principals',
    ],
  },
  {
    name: 'mutual TLS left PERMISSIVE',
    object: 'PeerAuthentication shop/default',
    change: ({ spec }) => (spec.mtls.mode = 'PERMISSIVE'),
    found: ['W202 PeerAuthentication shop/default spec.mtls.mode'],
  },
  {
    name: 'no PeerAuthentication',
    object: 'PeerAuthentication shop/default',
    found: ['W201 Namespace shop metadata.name'],
  },
  {
    name: 'no default deny',
    object: 'AuthorizationPolicy shop/deny-all',
    found: ['W211 Namespace shop metadata.name'],
  },
  {
    name: 'a rule that allows all',
    object: 'AuthorizationPolicy shop/payment-service',
    change: ({ spec }) => spec.rules.push({}),
    found: ['W212 AuthorizationPolicy shop/payment-service spec.rules[1]'],
  },
  {
    name: 'any principal',
    object: 'AuthorizationPolicy shop/payment-service',
    change: ({ spec }) => (spec.rules[0].from[0].source.principals = ['*']),
    found: ['W213 AuthorizationPolicy shop/payment-service spec.rules[0].from[0].source.principals[0]'],
  },
  {
    name: 'a slip in a selector',
    object: 'AuthorizationPolicy shop/payment-service',
    change: ({ spec }) => (spec.selector.matchLabels.app = 'payment-servcie'),
    found: ['W223 AuthorizationPolicy shop/payment-service spec.selector.matchLabels.app'],
  },
  {
    name: 'ALLOW with notPaths',
    object: 'AuthorizationPolicy shop/payment-service',
    change: ({ spec }) => (spec.rules[0].to[0].operation = { notPaths: ['/admin'] }),
    found: ['W216 AuthorizationPolicy shop/payment-service spec.rules[0].to[0].operation.notPaths'],
  },
  {
    name: 'from and to as two rules',
    object: 'AuthorizationPolicy shop/payment-service',
    change: ({ spec }) => (spec.rules = [{ from: spec.rules[0].from }, { to: spec.rules[0].to }]),
    found: ['W215 AuthorizationPolicy shop/payment-service spec.rules[1]'],
  },
  {
    name: 'DENY instead of ALLOW',
    object: 'AuthorizationPolicy shop/deny-all',
    change: ({ spec }) => {
      spec.action = 'DENY';
      spec.rules = [{ to: [{ operation: { paths: ['/admin'], ports: ['8080'] } }] }];
    },
    found: [
      'W211 Namespace shop metadata.name',
      'W217 AuthorizationPolicy shop/deny-all spec.rules[0].to[0].operation.paths[0]',
    ],
  },
  {
    name: 'spiffe:// in a principal',
    object: 'AuthorizationPolicy shop/payment-service',
    change: ({ spec }) => (spec.rules[0].from[0].source.principals = ['spiffe://cluster.local/ns/shop/sa/api-gateway']),
    found: ['W218 AuthorizationPolicy shop/payment-service spec.rules[0].from[0].source.principals[0]'],
  },
  {
    name: 'a slip in a principal',
    object: 'AuthorizationPolicy shop/payment-service',
    change: ({ spec }) => (spec.rules[0].from[0].source.principals = ['cluster.local/ns/shop/sa/api-gatway']),
    found: ['W219 AuthorizationPolicy shop/payment-service spec.rules[0].from[0].source.principals[0]'],
  },
  {
    name: 'the port of the Service',
    object: 'AuthorizationPolicy shop/payment-service',
    change: ({ spec }) => (spec.rules[0].to[0].operation.ports = ['80']),
    found: ['W220 AuthorizationPolicy shop/payment-service spec.rules[0].to[0].operation.ports[0]'],
  },
  {
    name: 'methods on a TCP port',
    object: 'AuthorizationPolicy shop/rabbitmq',
    change: ({ spec }) => (spec.rules[0].to[0].operation.methods = ['GET']),
    found: ['W221 AuthorizationPolicy shop/rabbitmq spec.rules[0].to[0].operation.methods'],
  },
  {
    name: 'nobody asks for the token',
    object: 'AuthorizationPolicy shop/api-gateway',
    change: ({ spec }) => {
      for (const { from } of spec.rules) delete from[0].source.requestPrincipals;
    },
    found: ['W230 RequestAuthentication shop/api-gateway spec.jwtRules'],
  },
  {
    name: 'the label of pods keeps the sidecar out',
    object: 'Deployment shop/payment-service-v1',
    change: (object) => (pods(object).metadata.labels['sidecar.istio.io/inject'] = 'false'),
    found: ['W242 Deployment shop/payment-service-v1 spec.template.metadata.labels["sidecar.istio.io/inject"]'],
  },
  ...['excludeInboundPorts', 'excludeOutboundPorts'].map((key): Fault => ({
    name: key,
    object: 'Deployment shop/payment-service-v1',
    change: (object) => (pods(object).metadata.annotations[`traffic.sidecar.istio.io/${key}`] = '8080'),
    found: [
      `W244 Deployment shop/payment-service-v1 spec.template.metadata.annotations["traffic.sidecar.istio.io/${key}"]`,
    ],
  })),
  {
    name: 'excludeOutboundIPRanges',
    object: 'Deployment shop/payment-service-v1',
    change: (object) =>
      (pods(object).metadata.annotations['traffic.sidecar.istio.io/excludeOutboundIPRanges'] = '10.0.0.0/8'),
    found: [
      'W244 Deployment shop/payment-service-v1 spec.template.metadata.annotations["traffic.sidecar.istio.io/excludeOutboundIPRanges"]',
    ],
  },
  {
    name: 'the network of the node',
    object: 'Deployment shop/payment-service-v1',
    change: (object) => (pods(object).spec.hostNetwork = true),
    found: ['W242 Deployment shop/payment-service-v1 spec.template.spec.hostNetwork'],
  },
  {
    name: 'no label on the namespace, since the pods ask for a sidecar themselves',
    object: 'Namespace shop',
    change: ({ metadata }) => delete metadata.labels['istio-injection'],
    found: [],
  },
  {
    name: 'calls to anywhere',
    object: 'Sidecar shop/payment-service',
    change: ({ spec }) => (spec.outboundTrafficPolicy.mode = 'ALLOW_ANY'),
    found: ['W254 Sidecar shop/payment-service spec.outboundTrafficPolicy.mode'],
  },
  {
    name: 'a Gateway for everything in plain HTTP',
    object: 'Gateway shop/public',
    change: ({ spec }) => {
      spec.servers = [{ hosts: ['*'], port: { name: 'http', number: 80, protocol: 'HTTP' } }];
    },
    found: ['W250 Gateway shop/public spec.servers[0].port.protocol'],
  },
  {
    name: 'TLS 1.0',
    object: 'Gateway shop/public',
    change: ({ spec }) =>
      Object.assign(spec.servers[1].tls, { minProtocolVersion: 'TLSV1_0', cipherSuites: ['ECDHE-RSA-AES128-SHA'] }),
    found: ['W252 Gateway shop/public spec.servers[1].tls.minProtocolVersion'],
  },
  {
    name: 'a DestinationRule without mutual TLS',
    object: 'DestinationRule shop/payment-service',
    change: ({ spec }) => (spec.trafficPolicy.tls = { mode: 'DISABLE' }),
    found: ['W208 DestinationRule shop/payment-service spec.trafficPolicy.tls.mode'],
  },
  {
    name: 'TLS of its own, without an authority',
    object: 'DestinationRule shop/mail-relay',
    change: ({ spec }) => (spec.trafficPolicy.tls = { mode: 'SIMPLE' }),
    found: ['W253 DestinationRule shop/mail-relay spec.trafficPolicy.tls.mode'],
  },
  {
    name: 'no NetworkPolicy that denies by default',
    object: 'NetworkPolicy shop/deny-all',
    found: ['W260 Namespace shop metadata.name'],
  },
  {
    name: 'a secret in a variable',
    object: 'Deployment shop/payment-service-v1',
    change: (object) => app(object).env.push({ name: 'STRIPE_SECRET_KEY', value: 'sk_live_1234567890' }),
    found: ['W270 Deployment shop/payment-service-v1 spec.template.spec.containers[0].env[*].value'],
  },
  {
    name: 'a privileged container',
    object: 'Deployment shop/payment-service-v1',
    change: (object) => (app(object).securityContext.privileged = true),
    found: ['W272 Deployment shop/payment-service-v1 spec.template.spec.containers[0].securityContext.privileged'],
  },
  {
    name: 'a token of Kubernetes in the pods',
    object: 'Deployment shop/payment-service-v1',
    change: (object) => (pods(object).spec.automountServiceAccountToken = true),
    found: ['W273 Deployment shop/payment-service-v1 spec.template.spec.containers'],
  },
];

/** The mesh with one fault. */
function faulty({ object: name, change }: Fault): readonly Manifest[] {
  if (name.startsWith('\n')) return [...clean, ...manifestsOf(name)];
  let isFound = false;
  const manifests = clean.flatMap((manifest) => {
    if (objectName(manifest) !== name) return [manifest];
    isFound = true;
    if (change === undefined) return [];
    const object = structuredClone(manifest.object);
    change(object);
    // What tests change in the metadata of an object is an object of texts.
    const { labels = {} } = object['metadata'] as { readonly labels?: Manifest['labels'] };
    return [{ ...manifest, object, labels }];
  });
  expect(isFound, `${name} is in ${FOLDER}`).toBe(true);
  return manifests;
}

let rules: readonly Rule[] = [];
beforeAll(async () => {
  rules = (await allRules()).filter((rule) => familyOf(rule) === '2');
});

const foundIn = (manifests: readonly Manifest[]): readonly string[] =>
  rules
    .flatMap((rule) =>
      [...rule.check(buildGraph({ manifests, problems: [] }))].map((hit) =>
        hit.manifest === undefined
          ? rule.code
          : `${rule.code} ${objectName(hit.manifest)} ${formatPath(hit.at).replace(/env\[\d+\]/, 'env[*]')}`,
      ),
    )
    .sort();

describe('one fault in the sample shop', () => {
  test('nothing is found without one', () => {
    expect(clean.length).toBeGreaterThan(100);
    expect(foundIn(clean)).toEqual([]);
  });

  test.each([...faults])('$name', (fault) => {
    expect(foundIn(faulty(fault))).toEqual([...fault.found].sort());
  });
});
