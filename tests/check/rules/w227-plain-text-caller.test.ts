import { expect, test } from 'vitest';
import { plainTextCaller } from '../../../charts-src/check/rules/w227-plain-text-caller.ts';
import { ruleHits } from '../rule-hits.ts';
import { namespace, object, service, workload } from '../workload-yaml.ts';

const caller = (more = ''): string =>
  workload({
    name: 'report',
    namespace: 'batch',
    labels: `app: report${more}`,
    container: 'env: [{ name: ORDERS_URL, value: "http://orders.shop" }]',
  });
const strict = (spec = '{ mtls: { mode: STRICT } }'): string =>
  object('security.istio.io/v1', 'PeerAuthentication', 'shop/default', spec);
const mesh = (labels: string, more = '', policy = strict()): string =>
  caller(more) + namespace() + service() + workload() + policy + namespace(labels, 'batch');
const hit = (severity = 'error'): readonly string[] => [
  `${severity} Deployment batch/report spec.template.spec.containers[0].env[0]:19`,
];

test.each([
  { name: 'a namespace that is not injected', text: mesh('istio-injection: disabled'), hits: hit() },
  { name: 'a namespace without a label', text: mesh('team: a'), hits: hit('warning') },
  {
    name: 'strict for a port',
    text: mesh(
      'istio-injection: disabled',
      '',
      strict(
        '{ selector: { matchLabels: { app: orders } }, mtls: { mode: PERMISSIVE }, portLevelMtls: { 8080: { mode: STRICT } } }',
      ),
    ),
    hits: hit(),
  },
  { name: 'in the mesh', text: mesh('istio-injection: enabled'), hits: [] },
  { name: 'in ambient mode', text: mesh('istio.io/dataplane-mode: ambient'), hits: [] },
  {
    name: 'kept out of its mesh, which W242 tells',
    text: mesh('istio-injection: enabled', ', sidecar.istio.io/inject: "false"'),
    hits: [],
  },
  {
    name: 'plain text is taken',
    text: mesh('istio-injection: disabled', '', strict('{ mtls: { mode: PERMISSIVE } }')),
    hits: [],
  },
  {
    name: 'plain text is taken at the port',
    text: mesh(
      'istio-injection: disabled',
      '',
      strict(
        '{ selector: { matchLabels: { app: orders } }, mtls: { mode: STRICT }, portLevelMtls: { 8080: { mode: PERMISSIVE } } }',
      ),
    ),
    hits: [],
  },
  { name: 'of which nothing is known', text: caller() + namespace() + service() + workload() + strict(), hits: [] },
])('$name', ({ text, hits }) => {
  expect(ruleHits(plainTextCaller, text)).toEqual(hits);
});

test('pods whose port does not go through their proxy', () => {
  const text = mesh('istio-injection: disabled').replace(
    /annotations: \{ {2}\}/g,
    'annotations: { traffic.sidecar.istio.io/excludeInboundPorts: "8080" }',
  );
  expect(ruleHits(plainTextCaller, text)).toEqual([]);
});
