import type { Corpus, Expected, Question, UpstreamCase } from './upstream-case.ts';
import {
  deployment,
  destinationRule,
  mesh,
  namespace,
  service,
  serviceEntry,
  sidecar,
  virtualService,
} from './yaml.ts';

// The client is `home/web`. Hosts are ServiceEntries, which may have any name in any namespace.
const BASE = mesh(...['home', 'foo', 'ns1', 'ns2', 'ns3'].map(namespace), deployment('home/web', 'app: web'));
const ports = (...numbers: readonly number[]): string =>
  `ports: [${numbers.map((number) => `{ number: ${number}, name: http-${number}, protocol: HTTP }`).join(', ')}]`;
/** A host of some ports: `entry('foo/bar', 'bar.example', [8000])`. */
const entry = (
  name: string,
  host: string,
  numbers: readonly number[],
  age?: number,
  more = 'resolution: DNS',
): string => serviceEntry(name, `{ hosts: ["${host}"], ${more}, ${ports(...numbers)} }`, age);
const egress = (...listeners: readonly string[]): string =>
  sidecar('home/scope', `{ egress: [${listeners.join(', ')}] }`);
const hosts = (...names: readonly string[]): string => `hosts: [${names.map((name) => `"${name}"`).join(', ')}]`;
const any = (...names: readonly string[]): string => `{ ${hosts(...names)} }`;
const on = (port: number, ...names: readonly string[]): string =>
  `{ port: { number: ${port}, protocol: HTTP, name: p-${port} }, ${hosts(...names)} }`;

const ask = (host: string, port: number, expect: Expected): Question => ({
  from: 'home/web',
  ask: `http://${host}:${port}/`,
  expect,
});
const knows = (host: string, ...numbers: readonly number[]): readonly Question[] =>
  numbers.map((port) => ask(host, port, { clusters: [`outbound|${port}||${host}`] }));
const lacks = (host: string, ...numbers: readonly number[]): readonly Question[] =>
  numbers.map((port) => ask(host, port, { outcome: 'passthrough' }));
const told = (
  upstream: string,
  objects: readonly string[],
  ...questions: readonly (readonly Question[])[]
): UpstreamCase => ({
  upstream,
  mesh: mesh(BASE, ...objects),
  questions: questions.flat(),
});

const BAR = 'bar.example';
const PRIME = 'barprime.example';
const FOO = 'foo.example';
const BAZ = 'baz.example';
const bar = entry('foo/bar', BAR, [80]);
const prime = entry('foo/barprime', PRIME, [80]);
const multiple = egress(on(9000, '*/*'), any('*/*'));

// A host behind which a VirtualService leads on, and a service that opens port 80 to the client.
const door = entry('home/door', 'door.example', [80]);
const BEHIND = 'virtualbar.foo.svc.cluster.local';
const virtual = (to: string, more = ''): string =>
  virtualService(
    'foo/virtualbar',
    `{ hosts: [virtualbar${more}], http: [{ mirror: { host: ${FOO} }, route: [{ destination: { host: ${to} } }] }] }`,
  );
const behind = (expect: Expected, host = BEHIND): readonly Question[] => [
  { from: 'home/web', ask: 'http://door.example/', headers: [`host=${host}`], expect },
];
const scoped = egress(any('./*', `foo/${BEHIND}`));
const toBaz = { outcome: 'routed', clusters: [`outbound|80||${BAZ}`] } satisfies Expected;

const listeners9 = [on(7443, '*/*'), on(7442, 'ns2/*')];
const spread = [
  entry('ns1/foo', FOO, [7443]),
  entry('ns3/baz', BAZ, [7443]),
  entry('ns2/bar', BAR, [7442]),
  entry('ns3/barprime', PRIME, [7442]),
];

const BUS = 'bus.example';
const five = [8031, 8032, 8033, 8034, 8035];
const perPort = egress(...five.map((port) => on(port, `*/${BUS}`)));
const kubernetes = 'two Services of Kubernetes never have one full name';
const unseen =
  'what tcp and tls rules import shows in clusters alone: the host has no listener, so no request comes to it';

const pool = (retries: number): string => `trafficPolicy: { connectionPool: { http: { maxRetries: ${retries} } } }`;
const chosen = (app: string): string => `workloadSelector: { matchLabels: { app: ${app} } }, exportTo: ["."]`;
const RULES = [
  destinationRule('home/a', `{ host: ${BUS}, ${chosen('app1')}, ${pool(33)} }`),
  destinationRule(
    'home/b',
    `{ host: ${BUS}, ${chosen('app2')}, trafficPolicy: { connectionPool: { http: { maxRetries: 34 } }, outlierDetection: { consecutive5xxErrors: 3 } } }`,
  ),
  destinationRule('home/c', `{ host: ${BUS}, ${chosen('app1')}, subsets: [{ name: one, labels: {} }] }`),
  destinationRule('home/d', `{ host: ${BUS}, ${pool(35)} }`),
];
const chosenRule = (upstream: string, app: string, expect: Expected): UpstreamCase => ({
  upstream,
  mesh: mesh(BASE, deployment(`home/${app}`), entry('home/bus', BUS, [80]), ...RULES),
  questions: [{ from: `home/${app}`, ask: `http://${BUS}/`, expect }],
});

const scopes: readonly UpstreamCase[] = [
  told('no-sidecar-config', [], lacks(BAR, 80)),
  told('no-sidecar-config-with-service', [bar], knows(BAR, 80)),
  { upstream: 'no-sidecar-config-not-merge-service-in-diff-namespaces', cannot: kubernetes },
  told(
    'no-sidecar-config-merge-service-ports',
    [entry('ns1/a', BUS, [8031, 8032], 2010), entry('ns2/b', BUS, [8000], 2015), entry('ns1/c', BUS, [7443], 2020)],
    knows(BUS, 8031, 8032, 7443),
    lacks(BUS, 8000),
  ),
  told(
    'no-sidecar-config-k8s-service-take-precedence',
    [entry('ns1/a', 'bus.ns3.svc.cluster.local', [8031], 2010), service('ns3/bus', '7443 http')],
    knows('bus.ns3.svc.cluster.local', 7443),
    lacks('bus.ns3.svc.cluster.local', 8031),
  ),
  told('sidecar-with-multiple-egress', [multiple], lacks(BAR, 80)),
  told('sidecar-with-multiple-egress-with-service', [multiple, bar], knows(BAR, 80)),
  told(
    'sidecar-with-multiple-egress-with-service-on-same-port',
    [multiple, entry('foo/bar', BAR, [9000]), prime],
    knows(BAR, 9000),
    knows(PRIME, 80),
  ),
  told('sidecar-with-multiple-egress-with-multiple-service', [multiple, bar, prime], knows(BAR, 80), knows(PRIME, 80)),
  told('sidecar-with-zero-egress', [sidecar('home/scope', '{}')], lacks(BAR, 80)),
  told(
    'sidecar-with-zero-egress-multiple-service',
    [sidecar('home/scope', '{}'), bar, prime],
    knows(BAR, 80),
    knows(PRIME, 80),
  ),
  told('sidecar-with-multiple-egress-noport', [egress(any('foo/bar', '*/*'))], lacks(BAR, 80)),
  told(
    'sidecar-with-multiple-egress-noport-with-specific-service',
    [egress(any(`foo/${BAR}`, '*/*')), entry('foo/bar', BAR, [8000]), prime],
    knows(BAR, 8000),
    knows(PRIME, 80),
  ),
  told(
    'sidecar-with-multiple-egress-noport-with-services',
    [egress(any(`foo/${BAR}`, '*/*')), bar, prime],
    knows(BAR, 80),
    knows(PRIME, 80),
  ),
  told(
    'sidecar-with-egress-port-match-with-services-with-and-without-port',
    [egress(on(8000, 'foo/*')), entry('foo/bar', BAR, [8000]), prime],
    knows(BAR, 8000),
    lacks(PRIME, 80, 8000),
  ),
  told(
    'sidecar-with-egress-port-trims-service-non-matching-ports',
    [egress(on(8000, 'foo/*')), entry('foo/bar', BAR, [8000, 7000])],
    knows(BAR, 8000),
    lacks(BAR, 7000),
  ),
  told(
    'sidecar-with-egress-port-merges-service-ports',
    [egress(on(8000, 'foo/*'), on(7000, 'foo/*')), entry('foo/bar', BAR, [8000, 7000])],
    knows(BAR, 8000, 7000),
  ),
  told(
    'sidecar-with-egress-port-trims-and-merges-service-ports',
    [
      egress(on(8000, 'foo/*'), on(7000, 'foo/*')),
      entry('foo/bar', BAR, [8000, 7000]),
      entry('foo/barprime', PRIME, [8000]),
      entry('foo/foo', FOO, [8000, 7000, 9000]),
    ],
    knows(BAR, 8000, 7000),
    knows(PRIME, 8000),
    lacks(PRIME, 7000),
    knows(FOO, 8000, 7000),
    lacks(FOO, 9000),
  ),
  told(
    'two-egresslisteners-one-with-port-and-without-port',
    [
      egress(on(23145, `*/${BAR}`), any('ns1/*', '*/*.tcp.example')),
      entry('ns1/bar', BAR, [9999]),
      entry('ns1/prime', PRIME, [80]),
    ],
    knows(BAR, 9999),
    knows(PRIME, 80),
  ),
  told('service-port-used-while-cloning', [egress(on(7443, 'ns1/*')), entry('ns1/foo', FOO, [7443])], knows(FOO, 7443)),
  told(
    'wild-card-egress-listener-match',
    [egress(...listeners9), ...spread],
    knows(FOO, 7443),
    knows(BAZ, 7443),
    knows(BAR, 7442),
    lacks(PRIME, 7442),
  ),
  told(
    'wild-card-egress-listener-match-and-all-hosts',
    [egress(...listeners9, any('*/*')), ...spread, entry('ns3/random', BUS, [9999])],
    knows(FOO, 7443),
    knows(BAZ, 7443),
    knows(BAR, 7442),
    knows(BUS, 9999),
  ),
  told(
    'wild-card-egress-listener-match-with-two-ports',
    [
      egress(...listeners9),
      entry('ns1/foo', FOO, [7443]),
      entry('ns2/bar', BAR, [7443, 7442]),
      entry('ns3/barprime', PRIME, [7442]),
    ],
    knows(FOO, 7443),
    knows(BAR, 7443, 7442),
    lacks(PRIME, 7442),
  ),
  {
    upstream: 'http-proxy-protocol-matches-any-port',
    cannot: 'a client that names its proxy itself asks it for a whole URL, which a request here does not say',
  },
  told(
    'virtual-service',
    [scoped, door, virtual(BAZ), entry('ns3/baz', BAZ, [80]), entry('ns1/foo', FOO, [80])],
    behind({ ...toBaz, says: [`copied to outbound|80||${FOO}`] }),
    lacks(FOO, 80),
  ),
  told(
    'virtual-service-destinations-matching-ports',
    [egress(on(7443, '*/*')), virtual(BAZ), entry('ns1/foo', FOO, [7443]), entry('ns3/baz', BAZ, [7442])],
    knows(FOO, 7443),
    lacks(BAZ, 7442),
  ),
  told(
    'virtual-service-destinations-matching-http-virtual-service-ports',
    [
      scoped,
      door,
      virtualService(
        'foo/virtualbar',
        `{ hosts: [virtualbar], http: [{ route: [{ destination: { host: ${BAZ}, port: { number: 7000 } } }] }] }`,
      ),
      entry('ns3/baz', BAZ, [8000, 7000]),
    ],
    behind({ outcome: 'routed', clusters: [`outbound|7000||${BAZ}`] }),
  ),
  { upstream: 'virtual-service-destinations-matching-tcp-virtual-service-ports', cannot: unseen },
  { upstream: 'virtual-service-destinations-matching-tls-virtual-service-ports', cannot: unseen },
  told(
    'virtual-service-prefer-required',
    [
      egress(any('./*', `foo/${BEHIND}`, `ns2/${FOO}`)),
      door,
      virtual(BAZ),
      entry('ns1/foo', FOO, [7443], 2010),
      entry('ns2/foo', FOO, [8000], 2020),
      entry('ns3/baz', BAZ, [80]),
    ],
    behind(toBaz),
    knows(FOO, 8000),
    lacks(FOO, 7443),
  ),
  told(
    'virtual-service-prefer-config-namespace',
    [scoped, door, virtual(FOO), entry('ns1/foo', FOO, [81], 2010), entry('home/foo', FOO, [80], 2020)],
    behind({ outcome: 'routed', clusters: [`outbound|80||${FOO}`] }),
  ),
  told(
    'virtual-service-pick-by-creation-time',
    [scoped, door, virtual(FOO), entry('ns2/foo', FOO, [80], 2010), entry('ns1/foo', FOO, [81], 2020)],
    behind({ outcome: 'routed', clusters: [`outbound|80||${FOO}`] }),
  ),
  {
    upstream: 'virtual-service-pick-alphabetical',
    cannot: 'it rests on an environment variable of istiod, PILOT_SIDECAR_PICK_BEST_SERVICE_NAMESPACE',
  },
  told(
    'virtual-service-pick-public',
    [
      scoped,
      door,
      virtual(FOO),
      entry('ns1/foo', FOO, [81], 2010, 'exportTo: ["."]'),
      entry('ns2/foo', FOO, [80], 2020),
    ],
    behind({ outcome: 'routed', clusters: [`outbound|80||${FOO}`] }),
  ),
  told('virtual-service-bad-host', [scoped, door, virtual(BAZ)], behind({ outcome: 'unroutable', status: 503 })),
  told(
    'virtual-service-destination-port-missing-from-service',
    [
      scoped,
      door,
      virtualService(
        'foo/virtualbar',
        `{ hosts: [virtualbar], http: [{ route: [{ destination: { host: ${BAZ}, port: { number: 7000 } } }] }] }`,
      ),
      entry('ns3/baz', BAZ, [7443]),
    ],
    behind({ outcome: 'unroutable', status: 503, clusters: [`outbound|7000||${BAZ}`] }),
  ),
  ...['virtual-service-2-match-service', 'virtual-service-2-match-service-and-domain'].map((name) =>
    told(
      name,
      [scoped, door, virtual(BAZ, ', "*.any.example"'), entry('ns3/baz', BAZ, [80])],
      behind(toBaz),
      behind(toBaz, 'x.any.example'),
    ),
  ),
  told(
    'virtual-service-2-match-all-services',
    [egress(any('*/*')), door, virtual(BAZ, ', "*.any.example"'), entry('ns3/baz', BAZ, [80])],
    behind(toBaz),
    knows(BAZ, 80),
  ),
  told(
    'virtual-service-6-match-source-namespace',
    [
      scoped,
      door,
      virtualService(
        'foo/virtualbar',
        `{ hosts: [virtualbar], http: [{ match: [{ sourceNamespace: home }], route: [{ destination: { host: ${BAZ} } }] }, { match: [{ sourceNamespace: foo }], route: [{ destination: { host: ${FOO} } }] }, { route: [{ destination: { host: ${BAR} } }] }] }`,
      ),
      entry('ns3/baz', BAZ, [80]),
    ],
    behind(toBaz),
  ),
  { upstream: 'sidecar-scope-with-illegal-host', cannot: 'the API server refuses an egress host without a namespace' },
  told(
    'sidecar-scope-with-specific-host',
    [
      egress(any('*/en.wiki.example')),
      entry('ns1/en', 'en.wiki.example', [80]),
      entry('ns1/all', '*.wiki.example', [80]),
    ],
    knows('en.wiki.example', 80),
    lacks('de.wiki.example', 80),
  ),
  told(
    'sidecar-scope-with-wildcard-host',
    [
      egress(any('*/*.wiki.example')),
      entry('ns1/en', 'en.wiki.example', [80]),
      entry('ns1/all', '*.wiki.example', [80]),
    ],
    knows('en.wiki.example', 80),
    [ask('de.wiki.example', 80, { clusters: ['outbound|80||*.wiki.example'] })],
  ),
  chosenRule('sidecar-scope-with-matching-workloadselector-dr', 'app2', {
    breaker: { max_retries: 34, consecutive_5xx: 3 },
  }),
  chosenRule('sidecar-scope-with-non-matching-workloadselector-dr', 'app5', { breaker: { max_retries: 35 } }),
  chosenRule('sidecar-scope-same-workloadselector-labels-drs-should-be-merged', 'app1', {
    breaker: { max_retries: 33 },
  }),
  told(
    'multi-service-merge',
    [entry('home/a', BUS, [7000]), entry('home/b', BUS, [7443]), entry('home/c', BUS, [7442])],
    knows(BUS, 7000, 7443, 7442),
  ),
  told(
    'k8s service take precedence over external service',
    [entry('home/a', 'bus.home.svc.cluster.local', [7000]), service('home/bus', '7442 http')],
    knows('bus.home.svc.cluster.local', 7442),
    lacks('bus.home.svc.cluster.local', 7000),
  ),
  { upstream: 'k8s service take precedence over external service, but not over k8s service', cannot: kubernetes },
  told(
    'multi-port-merge',
    [perPort, entry('ns1/a', BUS, five, 2010), entry('ns2/b', BUS, [8000], 2015), entry('ns3/c', BUS, [7443], 2020)],
    knows(BUS, ...five),
    lacks(BUS, 8000, 7443),
  ),
  told(
    'multi-port-merge-in-same-namespace',
    [egress(...five.map((port) => on(port, `ns1/${BUS}`))), entry('ns1/a', BUS, five)],
    knows(BUS, ...five),
  ),
  told(
    'multi-port-merge: serviceentry not merge with another namespace',
    [perPort, entry('ns1/a', BUS, five.slice(0, 3), 2010), entry('ns2/b', BUS, five.slice(3), 2015)],
    knows(BUS, ...five.slice(0, 3)),
    lacks(BUS, ...five.slice(3)),
  ),
  told(
    'multi-port-merge: k8s service take precedence',
    [
      egress(...five.map((port) => on(port, '*/bus.ns2.svc.cluster.local'))),
      entry('ns1/a', 'bus.ns2.svc.cluster.local', five),
      service('ns2/bus', five.map((port) => `${port} http-${port}`).join(', ')),
    ],
    knows('bus.ns2.svc.cluster.local', ...five),
  ),
  told(
    'multi-port-merge: serviceentry merge',
    [perPort, entry('ns1/a', BUS, five.slice(0, 3)), entry('ns1/b', BUS, five.slice(3))],
    knows(BUS, ...five),
  ),
  ...(
    [
      ['serviceentry not merge when resolution is different', 'resolution: NONE'],
      [
        'serviceentry not merge when label selector is different',
        'resolution: STATIC, workloadSelector: { labels: { app: bus } }',
      ],
      ['serviceentry not merge when exportTo is different', 'resolution: DNS, exportTo: ["home"]'],
    ] as const
  ).map(([name, more]) =>
    told(
      name,
      [perPort, entry('ns1/a', BUS, five.slice(0, 3), 2010), entry('ns1/b', BUS, five.slice(3), 2015, more)],
      knows(BUS, ...five.slice(0, 3)),
      lacks(BUS, ...five.slice(3)),
    ),
  ),
];

// The same hosts in `home`, with even ports, and in `ns1`, with odd ones.
const inHome = [entry('home/host-a', BAR, [8000]), entry('home/host-b', BAR, [9000]), entry('home/alt', BAZ, [8000])];
const inNs1 = [entry('ns1/host-a', BAR, [8001]), entry('ns1/host-b', BAR, [9001]), entry('ns1/alt', BAZ, [8001])];
const homeOnly = [knows(BAR, 8000, 9000), knows(BAZ, 8000), lacks(BAR, 8001), lacks(BAZ, 8001)];
const ns1Only = [knows(BAR, 8001, 9001), knows(BAZ, 8001), lacks(BAR, 8000), lacks(BAZ, 8000)];
const both = [...inHome, ...inNs1];

const listeners: readonly UpstreamCase[] = [
  told('*/* imports only those in a', [egress(any('*/*')), ...both], ...homeOnly),
  told('*/* will bias towards configNamespace', [egress(any('*/*')), ...inNs1, ...inHome], ...homeOnly),
  told('a/* imports only those in a', [egress(any('home/*')), ...both], ...homeOnly),
  told('b/*, b/* imports only those in b', [egress(any('ns1/*', 'ns1/*')), ...both], ...ns1Only),
  told(
    '*/alt imports alt in namespace a',
    [egress(any(`*/${BAZ}`)), ...both],
    knows(BAZ, 8000),
    lacks(BAZ, 8001),
    lacks(BAR, 8000),
  ),
  told(
    'b/alt imports alt in a namespaces',
    [egress(any(`ns1/${BAZ}`)), ...both],
    knows(BAZ, 8001),
    lacks(BAZ, 8000),
    lacks(BAR, 8001),
  ),
  told(
    "b/* imports doesn't import in namespace a with proxy in a",
    [egress(any('ns1/*')), ...inHome],
    lacks(BAR, 8000),
    lacks(BAZ, 8000),
  ),
  told('multiple hosts selected same service', [egress(any('home/*', '*/*')), ...inHome], knows(BAR, 8000)),
  told('fall back to wildcard namespace', [egress(any(`*/${BAR}`, `home/${BAZ}`)), ...both], ...homeOnly),
  told(
    "service is wildcard, but not listener's subset",
    [egress(any('ns1/wild.example')), entry('ns1/w', '*.test.wild.example', [8000])],
    lacks('x.test.wild.example', 8000),
  ),
  told(
    'service is wildcard',
    [egress(any('ns1/*.wild.example')), entry('ns1/w', '*.test.wild.example', [8000])],
    [ask('x.test.wild.example', 8000, { clusters: ['outbound|8000||*.test.wild.example'] })],
  ),
  told('*/* excludes whole namespace b via ~b/*', [egress(any('*/*', '~ns1/*')), ...both], ...homeOnly),
  told(
    '*/* excludes exact host (all ports) from all namespaces via ~/host',
    [egress(any('*/*', `~*/${BAR}`)), ...both],
    lacks(BAR, 8000, 9000, 8001),
    knows(BAZ, 8000),
  ),
  told(
    'wildcard exclusion ~b/*.wildcard.com drops matching service',
    [egress(any('ns1/*', '~ns1/*.wild.example')), entry('ns1/w', '*.test.wild.example', [8000])],
    lacks('x.test.wild.example', 8000),
  ),
  told(
    'ns-scoped exclusion does not affect other namespace',
    [egress(any('*/*', '~home/*')), ...inNs1],
    knows(BAR, 8001, 9001),
    knows(BAZ, 8001),
  ),
];

/** Which hosts and ports a client knows, by its Sidecar and by who else has a host of the name. */
export const sidecarScopes: Corpus = {
  name: 'sidecar scopes',
  file: 'pilot/pkg/model/sidecar_test.go',
  count: 72,
  cases: [...scopes, ...listeners],
};
