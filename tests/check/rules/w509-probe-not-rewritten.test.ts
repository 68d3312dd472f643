import { expect, test } from 'vitest';
import { probeNotRewritten } from '../../../charts-src/check/rules/w509-probe-not-rewritten.ts';
import { ruleHits } from '../rule-hits.ts';
import { namespace, object, workload } from '../workload-yaml.ts';

test.each([
  {
    name: 'strict',
    yaml:
      namespace() +
      workload({
        annotations: 'sidecar.istio.io/rewriteAppHTTPProbers: "false"',
        container: 'readinessProbe: { httpGet: { path: /readyz, port: http } }',
      }) +
      object('security.istio.io/v1', 'PeerAuthentication', 'shop/default', '{ mtls: { mode: STRICT } }'),
    hits: ['error Deployment shop/orders spec.template.spec.containers[0].readinessProbe:23'],
  },
  {
    name: 'permissive',
    yaml:
      namespace() +
      workload({
        annotations: 'sidecar.istio.io/rewriteAppHTTPProbers: "false"',
        container: 'readinessProbe: { httpGet: { path: /readyz, port: http } }',
      }) +
      object('security.istio.io/v1', 'PeerAuthentication', 'shop/default', '{ mtls: { mode: PERMISSIVE } }'),
    hits: [],
  },
  {
    name: 'that port in plain text',
    yaml:
      namespace() +
      workload({
        annotations: 'sidecar.istio.io/rewriteAppHTTPProbers: "false"',
        container: 'readinessProbe: { httpGet: { path: /readyz, port: http } }',
      }) +
      object(
        'security.istio.io/v1',
        'PeerAuthentication',
        'shop/default',
        '{ selector: { matchLabels: { app: orders } }, mtls: { mode: STRICT }, portLevelMtls: { 8080: { mode: DISABLE } } }',
      ),
    hits: [],
  },
  {
    name: 'rewritten, as by default',
    yaml:
      namespace() +
      workload({ container: 'readinessProbe: { httpGet: { path: /readyz, port: http } }' }) +
      object('security.istio.io/v1', 'PeerAuthentication', 'shop/default', '{ mtls: { mode: STRICT } }'),
    hits: [],
  },
  {
    name: 'the port is not captured',
    yaml:
      namespace() +
      workload({
        annotations:
          'sidecar.istio.io/rewriteAppHTTPProbers: "false", traffic.sidecar.istio.io/excludeInboundPorts: "9090, 8080"',
        container: 'readinessProbe: { httpGet: { path: /readyz, port: http } }',
      }) +
      object('security.istio.io/v1', 'PeerAuthentication', 'shop/default', '{ mtls: { mode: STRICT } }'),
    hits: [],
  },
  {
    name: 'a command needs no network',
    yaml:
      namespace() +
      workload({
        annotations: 'sidecar.istio.io/rewriteAppHTTPProbers: "false"',
        container: 'readinessProbe: { exec: { command: [ok] } }',
      }) +
      object('security.istio.io/v1', 'PeerAuthentication', 'shop/default', '{ mtls: { mode: STRICT } }'),
    hits: [],
  },
  {
    name: 'no sidecar',
    yaml:
      namespace('istio-injection: disabled') +
      workload({
        annotations: 'sidecar.istio.io/rewriteAppHTTPProbers: "false"',
        container: 'readinessProbe: { httpGet: { path: /readyz, port: http } }',
      }) +
      object('security.istio.io/v1', 'PeerAuthentication', 'shop/default', '{ mtls: { mode: STRICT } }'),
    hits: [],
  },
])('$name', ({ yaml, hits }) => {
  expect(ruleHits(probeNotRewritten, yaml)).toEqual(hits);
});
