import { expect, test } from 'vitest';
import { telemetriesOverlap } from '../../../charts-src/check/rules/w561-telemetries-overlap.ts';
import { ruleHits } from '../rule-hits.ts';
import { object, workload } from '../workload-yaml.ts';

const telemetry = (name: string, spec = ''): string =>
  object(
    'telemetry.istio.io/v1',
    'Telemetry',
    name,
    `{ ${spec === '' ? '' : `${spec}, `}tracing: [{ randomSamplingPercentage: 5 }] }`,
  );

test.each([
  {
    name: 'two for a namespace',
    yaml: telemetry('shop/one') + telemetry('shop/two'),
    hits: ['warning Telemetry shop/one :2', 'warning Telemetry shop/two :7'],
  },
  {
    name: 'two for the same pods',
    yaml:
      workload() +
      telemetry('shop/one', 'selector: { matchLabels: { app: orders } }') +
      telemetry('shop/two', 'selector: { matchLabels: { version: v1 } }'),
    hits: ['warning Telemetry shop/one spec.selector:24', 'warning Telemetry shop/two spec.selector:29'],
  },
  {
    name: 'one for a gateway by its name',
    yaml:
      telemetry('shop/one') +
      telemetry('shop/two', 'targetRefs: [{ kind: Gateway, group: gateway.networking.k8s.io, name: edge }]'),
    hits: [],
  },
  {
    name: 'one for all and one for some',
    yaml: workload() + telemetry('shop/one') + telemetry('shop/two', 'selector: { matchLabels: { app: orders } }'),
    hits: [],
  },
])('$name', ({ yaml, hits }) => {
  expect(ruleHits(telemetriesOverlap, yaml)).toEqual(hits);
});
