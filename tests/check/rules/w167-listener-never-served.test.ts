import { expect, test } from 'vitest';
import { listenerNeverServed } from '../../../charts-src/check/rules/w167-listener-never-served.ts';
import { apiGateway, LISTENER, waypoint } from '../gateway-api-mesh.ts';
import { ruleHits } from '../rule-hits.ts';
import { object } from '../workload-yaml.ts';

const at = (path: string): readonly string[] => [`error Gateway infra/edge spec.${path}:5`];
const listener = (rest: string): string => `{ name: one, port: 443, ${rest} }`;

test.each([
  { name: 'a slip in its class', mesh: apiGateway(LISTENER, { className: 'istioo' }), hits: at('gatewayClassName') },
  {
    name: 'a name twice',
    mesh: apiGateway(`${LISTENER}, { name: https, port: 80, protocol: HTTP }`),
    hits: at('listeners[1].name'),
  },
  {
    name: 'a place twice',
    mesh: apiGateway('{ name: a, port: 80, protocol: HTTP }, { name: b, port: 80, protocol: HTTP }'),
    hits: at('listeners[1]'),
  },
  {
    name: 'tls on HTTP',
    mesh: apiGateway(listener('protocol: HTTP, tls: { certificateRefs: [{ name: a }] }')),
    hits: at('listeners[0].tls'),
  },
  {
    name: 'a hostname on TCP',
    mesh: apiGateway(listener('protocol: TCP, hostname: a.example.com')),
    hits: at('listeners[0].hostname'),
  },
  { name: 'UDP', mesh: apiGateway(listener('protocol: UDP')), hits: at('listeners[0].protocol') },
  { name: 'HTTPS without tls', mesh: apiGateway(listener('protocol: HTTPS')), hits: at('listeners[0].protocol') },
  {
    name: 'HTTPS that is passed through',
    mesh: apiGateway(listener('protocol: HTTPS, tls: { mode: Passthrough }')),
    hits: at('listeners[0].tls.mode'),
  },
  {
    name: 'TLS without tls',
    mesh: apiGateway(listener('protocol: TLS')),
    hits: at('listeners[0].protocol'),
  },
  {
    name: 'TLS without a mode, which ends there',
    mesh: apiGateway(listener('protocol: TLS, tls: { certificateRefs: [{ name: a }] }')),
    hits: [],
  },
  {
    name: 'no certificate',
    mesh: apiGateway(listener('protocol: HTTPS, tls: { mode: Terminate }')),
    hits: at('listeners[0].tls'),
  },
  {
    name: 'three certificates',
    mesh: apiGateway(listener('protocol: HTTPS, tls: { certificateRefs: [{ name: a }, { name: b }, { name: c }] }')),
    hits: at('listeners[0].tls.certificateRefs'),
  },
  {
    name: 'a protocol in lower case',
    mesh: apiGateway(listener('protocol: http')),
    hits: at('listeners[0].protocol'),
  },
  {
    name: 'a certificate in a ConfigMap',
    mesh: apiGateway(listener('protocol: HTTPS, tls: { certificateRefs: [{ kind: ConfigMap, name: a }] }')),
    hits: at('listeners[0].tls.certificateRefs[0].kind'),
  },
  {
    name: 'a place that ListenerSets fill',
    mesh: apiGateway(listener('protocol: HTTPS')).replace(
      'listeners:',
      'allowedListeners: { namespaces: { from: All } }, listeners:',
    ),
    hits: [],
  },
  { name: 'one that listens', mesh: apiGateway(), hits: [] },
  {
    name: 'two hostnames of one port',
    mesh: apiGateway(
      `${LISTENER}, { name: org, port: 443, protocol: HTTPS, hostname: "*.example.org", tls: { certificateRefs: [{ name: b }] } }`,
    ),
    hits: [],
  },
  {
    name: 'the certificate of the mesh',
    mesh: apiGateway(
      listener('protocol: HTTPS, tls: { options: { gateway.istio.io/tls-terminate-mode: ISTIO_MUTUAL } }'),
    ),
    hits: [],
  },
  { name: 'TLS passed through', mesh: apiGateway(listener('protocol: TLS, tls: { mode: Passthrough }')), hits: [] },
  {
    name: 'a class of the files',
    mesh:
      apiGateway(LISTENER, { className: 'istios' }) +
      object('gateway.networking.k8s.io/v1', 'GatewayClass', 'istios', '{ controllerName: example.com/c }'),
    hits: [],
  },
  { name: 'a class of others', mesh: apiGateway(listener('protocol: UDP'), { className: 'cilium' }), hits: [] },
  { name: 'a waypoint', mesh: waypoint(), hits: [] },
])('$name', ({ mesh, hits }) => {
  expect(ruleHits(listenerNeverServed, mesh)).toEqual(hits);
});
