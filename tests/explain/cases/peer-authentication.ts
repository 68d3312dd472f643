import type { Corpus, Expected, Question, UpstreamCase } from './upstream-case.ts';
import { deployment, destinationRule, mesh, namespace, peerAuthentication, service, sidecar } from './yaml.ts';

const NAME = 'till.shop.svc.cluster.local';
const base = (ports: string): string =>
  mesh(
    namespace('shop'),
    namespace('speaks'),
    namespace('whispers'),
    deployment('shop/till'),
    service('shop/till', ports),
    deployment('speaks/client'),
    deployment('whispers/client'),
    // One client always speaks mutual TLS, the other always plain text.
    destinationRule('speaks/tls', `{ host: ${NAME}, trafficPolicy: { tls: { mode: ISTIO_MUTUAL } } }`),
    destinationRule('whispers/tls', `{ host: ${NAME}, trafficPolicy: { tls: { mode: DISABLE } } }`),
  );

const policy = (mode: string, port?: string): string =>
  peerAuthentication(
    'shop/till',
    `{ selector: { matchLabels: { app: till } }, mtls: { mode: ${mode} }${port === undefined ? '' : `, portLevelMtls: { ${port} }`} }`,
  );

const asks =
  (from: string, client: string) =>
  (port: number, server: string, isTaken: boolean): Question => ({
    from: `${from}/client`,
    ask: `http://${NAME}:${port}/`,
    expect: { client, server, outcome: isTaken ? 'routed' : 'refused' } satisfies Expected,
  });
const mutual = asks('speaks', 'mutual');
const plain = asks('whispers', 'plain');

/** What clients get from a port, by its mode. To one that is DISABLE, mutual TLS is bytes that nobody understands. */
const both = (port: number, mode: 'STRICT' | 'PERMISSIVE' | 'DISABLE'): readonly Question[] => [
  plain(port, mode, mode !== 'STRICT'),
  mutual(port, mode, mode !== 'DISABLE'),
];

const told = (
  upstream: string,
  ports: string,
  objects: readonly string[],
  ...questions: readonly Question[]
): UpstreamCase => ({
  upstream,
  mesh: mesh(base(ports), ...objects),
  questions,
});

// Where there the port is one of no service, here it is a port of bytes: both pass through the server's proxy unread.
const BYTES = '8000 tcp, 9000 tcp-b';
const KNOWN = '8000 http, 9000 tcp-b';
const strictOn9000 = policy('DISABLE', '9000: { mode: STRICT }');
const disabledOn9000 = policy('STRICT', '9000: { mode: DISABLE }');
const permissiveOn9000 = policy('DISABLE', '9000: { mode: PERMISSIVE }');

const pair = policy('STRICT', '9090: { mode: DISABLE }');
const ingress = (...ports: readonly number[]): string =>
  sidecar(
    'shop/till',
    `{ workloadSelector: { labels: { app: till } }, egress: [{ hosts: ["*/*"] }], ingress: [${ports
      .map(
        (port) =>
          `{ defaultEndpoint: "127.0.0.1:${port}", port: { name: tcp-${port}, number: ${port}, protocol: TCP } }`,
      )
      .join(', ')}] }`,
  );
const pairQuestions = [...both(8080, 'STRICT'), ...both(9090, 'DISABLE')];
const PAIR = '8080 tcp, 9090 tcp-b';

const cases: readonly UpstreamCase[] = [
  told('global disable', BYTES, [policy('DISABLE')], ...both(8000, 'DISABLE')),
  told('global strict', BYTES, [policy('STRICT')], ...both(8000, 'STRICT')),
  told('global permissive', BYTES, [policy('PERMISSIVE')], ...both(8000, 'PERMISSIVE')),
  told('global disable and port 9000 strict', BYTES, [strictOn9000], ...both(8000, 'DISABLE'), ...both(9000, 'STRICT')),
  told(
    'global disable and port 9000 strict not in service',
    KNOWN,
    [strictOn9000],
    ...both(8000, 'DISABLE'),
    ...both(9000, 'STRICT'),
  ),
  told(
    'global strict and port 9000 plaintext',
    BYTES,
    [disabledOn9000],
    ...both(8000, 'STRICT'),
    ...both(9000, 'DISABLE'),
  ),
  told(
    'global strict and port 9000 plaintext not in service',
    KNOWN,
    [disabledOn9000],
    ...both(8000, 'STRICT'),
    ...both(9000, 'DISABLE'),
  ),
  told(
    'global plaintext and port 9000 permissive',
    BYTES,
    [permissiveOn9000],
    ...both(8000, 'DISABLE'),
    ...both(9000, 'PERMISSIVE'),
  ),
  told(
    'global plaintext and port 9000 permissive not in service',
    KNOWN,
    [permissiveOn9000],
    ...both(8000, 'DISABLE'),
    ...both(9000, 'PERMISSIVE'),
  ),
  told('service, no sidecar', PAIR, [pair], ...pairQuestions),
  told('service, full sidecar', PAIR, [pair, ingress(8080, 9090)], ...pairQuestions),
  told('no service, no sidecar', PAIR, [pair], ...pairQuestions),
  told('no service, full sidecar', PAIR, [pair, ingress(8080, 9090)], ...pairQuestions),
  told('service, partial sidecar', PAIR, [pair, ingress(8080)], ...pairQuestions),
];

/** What a server's port takes, by PeerAuthentication, port and the client's TLS. */
export const peerAuthentications: Corpus = {
  name: 'peer authentication',
  file: 'pilot/pkg/networking/core/peer_authentication_simulation_test.go',
  count: 14,
  cases,
};

const modeOf = (mode: string): Expected => ({ server: mode });
const ask = (expect: Expected, port = 8080): Question => ({
  from: 'speaks/client',
  ask: `http://${NAME}:${port}/`,
  expect,
});
const composed = (upstream: string, expect: Expected, ...objects: readonly string[]): UpstreamCase => ({
  upstream,
  mesh: mesh(base('8080 http'), ...objects),
  questions: [ask(expect)],
});
const wide = (name: string, mode: string | undefined, age?: number): string =>
  peerAuthentication(name, mode === undefined ? '{}' : `{ mtls: { mode: ${mode} } }`, age);
const chosen = (name: string, mode: string | undefined, age?: number, labels = 'app: till'): string =>
  peerAuthentication(
    name,
    `{ selector: { matchLabels: { ${labels} } }${mode === undefined ? '' : `, mtls: { mode: ${mode} }`} }`,
    age,
  );
const three = (make: (name: string, mode: string, age: number) => string): readonly string[] => [
  make('now', 'DISABLE', 2024),
  make('earlier', 'PERMISSIVE', 2020),
  make('later', 'STRICT', 2020),
];

/** Which of several PeerAuthentications decides. */
export const composedAuthentications: Corpus = {
  name: 'peer authentication composed',
  file: 'pilot/pkg/security/authn/policy_applier_test.go',
  count: 14,
  cases: [
    composed('no config', modeOf('PERMISSIVE')),
    composed('mesh only', modeOf('STRICT'), wide('istio-system/default', 'STRICT')),
    composed(
      'mesh vs namespace',
      modeOf('PERMISSIVE'),
      wide('istio-system/default', 'STRICT'),
      wide('shop/default', 'PERMISSIVE'),
    ),
    composed(
      'ignore non-emptypb selector in root namespace',
      modeOf('PERMISSIVE'),
      chosen('istio-system/default', 'STRICT'),
    ),
    composed(
      'workload vs namespace config',
      modeOf('PERMISSIVE'),
      wide('shop/default', undefined),
      chosen('shop/till', undefined),
    ),
    composed(
      'workload vs mesh config',
      modeOf('PERMISSIVE'),
      wide('shop/default', 'PERMISSIVE'),
      wide('istio-system/default', 'DISABLE'),
    ),
    composed(
      'multiple mesh policy',
      modeOf('PERMISSIVE'),
      ...three((name, mode, age) => wide(`istio-system/${name}`, mode, age)),
    ),
    composed(
      'multiple namespace policy',
      modeOf('PERMISSIVE'),
      ...three((name, mode, age) => wide(`shop/${name}`, mode, age)),
    ),
    composed(
      'multiple workload policy',
      modeOf('PERMISSIVE'),
      ...three((name, mode, age) => chosen(`shop/${name}`, mode, age)),
    ),
    composed('inheritance: default mesh', modeOf('PERMISSIVE'), wide('istio-system/default', 'UNSET')),
    composed(
      'inheritance: mesh to workload',
      modeOf('STRICT'),
      wide('istio-system/default', 'STRICT'),
      chosen('shop/till', undefined),
    ),
    composed(
      'inheritance: namespace to workload',
      modeOf('STRICT'),
      wide('shop/default', 'STRICT'),
      chosen('shop/till', undefined),
    ),
    composed(
      'inheritance: mesh to namespace to workload',
      modeOf('STRICT'),
      wide('istio-system/default', 'STRICT'),
      wide('shop/default', 'UNSET'),
      chosen('shop/till', undefined),
    ),
    {
      upstream: 'port level',
      mesh: mesh(
        base('80 http, 90 http-b, 100 http-c, 110 http-d'),
        wide('istio-system/default', 'STRICT'),
        peerAuthentication(
          'shop/till',
          '{ selector: { matchLabels: { app: till } }, portLevelMtls: { 80: { mode: DISABLE }, 90: { mode: UNSET }, 100: {} } }',
        ),
      ),
      questions: [
        ask(modeOf('DISABLE'), 80),
        ask(modeOf('STRICT'), 90),
        ask(modeOf('STRICT'), 100),
        ask(modeOf('STRICT'), 110),
      ],
    },
  ],
};
