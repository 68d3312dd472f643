import type { Corpus, Question, UpstreamCase } from './upstream-case.ts';
import { deployment, mesh, namespace, service, serviceEntry } from './yaml.ts';

const ECHO = 'echo.shop.svc.cluster.local';
const BASE = mesh(
  ...['shop', 'lab'].map(namespace),
  deployment('shop/web'),
  deployment('lab/web'),
  // Something else on each port, so that proxies look for hosts there at all.
  service('shop/other', '80 http, 8123 http-b, 7777 http-c'),
  deployment('shop/other'),
);
/** Asks with a Host header: is it a name of the cluster's host, or of nobody? */
const named = (
  from: string,
  port: number,
  cluster: string,
  yes: readonly string[],
  no: readonly string[] = [],
): readonly Question[] => [
  ...yes.map((name): Question => ({
    from: `${from}/web`,
    ask: `http://other.shop:${port}/`,
    headers: [`host=${name}`],
    expect: { clusters: [`outbound|${port}||${cluster}`] },
  })),
  ...no.map((name): Question => ({
    from: `${from}/web`,
    ask: `http://other.shop:${port}/`,
    headers: [`host=${name}`],
    expect: { outcome: 'passthrough' },
  })),
];
const entry = (host: string, port: number, more = ''): string =>
  serviceEntry('shop/one', `{ hosts: [${host}], ports: [{ number: ${port}, name: http, protocol: HTTP }]${more} }`);
const echo = (more = ''): string => service('shop/echo', '8123 http', more);
const own = ['echo', 'echo.shop', 'echo.shop.svc', ECHO, `${ECHO}.`];

const told = (upstream: string, object: string, questions: readonly Question[]): UpstreamCase => ({
  upstream,
  mesh: mesh(BASE, object, deployment('shop/echo')),
  questions,
});
const domain =
  'no pod has this DNS domain: the clients of Kubernetes have one that ends in svc and the domain of the cluster';
const outer = (upstream: string, host: string, port: number): UpstreamCase =>
  told(upstream, entry(host, port), named('shop', port, host, [host, `${host}.`], [host.split('.')[0] ?? '']));

/** The names by which a sidecar knows a host. */
export const domains: Corpus = {
  name: 'domains',
  file: 'pilot/pkg/networking/core/httproute_test.go',
  count: 18,
  cases: [
    { upstream: 'same domain', cannot: domain },
    { upstream: 'different domains with some shared dns', cannot: domain },
    { upstream: 'different domains with no shared dns', cannot: domain },
    told('k8s service with default domain', echo(), named('shop', 8123, ECHO, own)),
    outer('non-k8s service', 'echo.shop.svc.bar.baz', 8123),
    told(
      'k8s service with default domain and different namespace',
      echo(),
      named('lab', 8123, ECHO, own.slice(1), ['echo']),
    ),
    outer('k8s service with custom domain 2', 'far.local', 8123),
    told('ipv4 domain', entry('192.0.2.7', 8123), named('shop', 8123, '192.0.2.7', ['192.0.2.7'])),
    { upstream: 'ipv6 domain', cannot: 'the API server refuses an address with colons as a host of a ServiceEntry' },
    outer('back subset of cluster domain in address', 'aaa.example.local', 7777),
    outer('front subset of cluster domain in address', 'aaa.example.my', 7777),
    outer('large subset of cluster domain in address', 'aaa.example.my.long', 7777),
    outer('no overlap of cluster domain in address', 'aaa.example.com', 7777),
    told(
      'wildcard',
      service('shop/heads', '7777 http', 'clusterIP: None'),
      named('shop', 7777, 'heads.shop.svc.cluster.local', [
        'heads',
        'heads-0.heads',
        'heads-0.heads.shop',
        'heads-0.heads.shop.svc.cluster.local',
      ]),
    ),
    told(
      'dual stack k8s service with default domain',
      echo('clusterIP: 192.0.2.9'),
      named('shop', 8123, ECHO, [...own, '192.0.2.9']),
    ),
    told(
      'service entry with multiple VIPs, IPv4 only',
      entry('far.example', 8123, ', addresses: [192.0.2.4, 192.0.2.5]'),
      named('shop', 8123, 'far.example', ['far.example', '192.0.2.4', '192.0.2.5'], ['192.0.2.6']),
    ),
    {
      upstream: 'service entry with multiple VIPs, IPv6 only',
      cannot: 'which family of addresses a pod has is not in manifests; explain takes IPv4',
    },
    told(
      'alias',
      mesh(
        echo(),
        '{ apiVersion: v1, kind: Service, metadata: { name: alias, namespace: shop }, spec: { type: ExternalName, externalName: echo.shop.svc.cluster.local, ports: [{ port: 8123, name: http }] } }',
      ),
      named('shop', 8123, ECHO, ['echo', 'alias', 'alias.shop', 'alias.shop.svc.cluster.local'], ['alia']),
    ),
  ],
};
