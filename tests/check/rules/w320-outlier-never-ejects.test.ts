import { expect, test } from 'vitest';
import { outlierNeverEjects } from '../../../charts-src/check/rules/w320-outlier-never-ejects.ts';
import { found, wordsOf } from '../found.ts';
import { routes, service } from '../parts.ts';
import { deployment, document, policy } from '../shop-yaml.ts';

const ejects = (outlierDetection: string) =>
  policy('orders', `trafficPolicy:\n  outlierDetection: ${outlierDetection}`);
const orders = (replicas: number) => [service('orders'), deployment('orders', { replicas })];
const VERSIONS = [
  service('orders'),
  deployment('orders-v1', { app: 'orders', replicas: 6 }),
  deployment('orders-v2', { app: 'orders', version: 'v2', replicas: 6 }),
];
const SUBSETS = 'subsets:\n  - { name: v1, labels: { version: v1 } }\n  - { name: v2, labels: { version: v2 } }';
const AT = 'warning DestinationRule shop/orders spec.trafficPolicy.outlierDetection';

test.each([
  {
    name: 'three pods and the default of 10 %',
    yaml: [...orders(3), ejects('{ consecutive5xxErrors: 5 }')],
    at: [`${AT} | outlierDetection: { consecutive5xxErrors: 5 }`],
  },
  {
    name: 'three pods and 33 %',
    yaml: [...orders(3), ejects('{ maxEjectionPercent: 33 }')],
    at: [`${AT}.maxEjectionPercent | outlierDetection: { maxEjectionPercent: 33 }`],
  },
  {
    name: 'nine pods',
    yaml: [...orders(9), ejects('{}')],
    at: [`${AT} | outlierDetection: {}`],
  },
  {
    name: '0 is the default, too',
    yaml: [...orders(9), ejects('{ maxEjectionPercent: 0 }')],
    at: [`${AT} | outlierDetection: { maxEjectionPercent: 0 }`],
  },
  {
    name: 'twelve pods, of which a subset has six',
    yaml: [
      ...VERSIONS,
      policy('orders', `trafficPolicy: { outlierDetection: {} }\n${SUBSETS}`),
      routes('orders', '- route: [{ destination: { host: orders, subset: v1 } }]'),
    ],
    at: [`${AT} | trafficPolicy: { outlierDetection: {} }`],
  },
  {
    name: 'twelve pods, whose subsets nobody uses',
    yaml: [...VERSIONS, policy('orders', `trafficPolicy: { outlierDetection: {} }\n${SUBSETS}`)],
    at: [],
  },
  {
    name: 'endpoints that are written down',
    yaml: [
      document({
        apiVersion: 'networking.istio.io/v1',
        kind: 'ServiceEntry',
        metadata: { name: 'pay', namespace: 'shop' },
        spec: {
          hosts: ['pay.example.com'],
          resolution: 'STATIC',
          ports: [{ number: 443, name: 'tls', protocol: 'TLS' }],
          endpoints: [{ address: '192.0.2.1' }, { address: '192.0.2.2' }],
        },
      }),
      policy('pay.example.com', 'trafficPolicy:\n  outlierDetection: {}'),
    ],
    at: ['warning DestinationRule shop/pay.example.com spec.trafficPolicy.outlierDetection | outlierDetection: {}'],
  },
  { name: 'ten pods', yaml: [...orders(10), ejects('{}')], at: [] },
  { name: 'three pods and 34 %', yaml: [...orders(3), ejects('{ maxEjectionPercent: 34 }')], at: [] },
  { name: 'two pods and 50 %', yaml: [...orders(2), ejects('{ maxEjectionPercent: 50 }')], at: [] },
  { name: 'one pod, where it would help nobody', yaml: [...orders(1), ejects('{}')], at: [] },
  { name: 'pods that are not among the files', yaml: [service('orders'), ejects('{}')], at: [] },
])('$name', ({ yaml, at }) => expect(found(outlierNeverEjects, yaml)).toEqual(at));

test('says what would do, and that more pods would', () => {
  const scaled = document({
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'orders', namespace: 'shop' },
    spec: { minReplicas: 3, maxReplicas: 20, scaleTargetRef: { kind: 'Deployment', name: 'orders' } },
  });
  const [words] = wordsOf(outlierNeverEjects, [...orders(3), scaled, ejects('{}')]);
  expect(words).toContain(
    'has 3 pods, and the default maxEjectionPercent of 10 lets one of 10 be left out: until it is scaled to 10 pods',
  );
  expect(words).toContain('maxEjectionPercent: 34');
});
