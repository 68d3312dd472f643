import { expect, test } from 'vitest';
import { envoyFilterContext } from '../../../charts-src/check/rules/w584-envoy-filter-context.ts';
import { ruleHits } from '../rule-hits.ts';
import { object, workload } from '../workload-yaml.ts';

const GATEWAY = workload({ name: 'edge', labels: 'app: edge', annotations: 'inject.istio.io/templates: gateway' });
const filter = (context: string, selector = 'app: orders'): string =>
  object(
    'networking.istio.io/v1alpha3',
    'EnvoyFilter',
    'shop/one',
    `{ ${selector === '' ? '' : `workloadSelector: { labels: { ${selector} } }, `}configPatches: [{ applyTo: CLUSTER, match: { context: ${context} }, patch: { operation: MERGE } }] }`,
  );
const HIT = ['warning EnvoyFilter shop/one spec.configPatches[0].match.context:43'];

test.each([
  { name: 'gateways, with pods of a service', yaml: filter('GATEWAY'), hits: HIT },
  { name: 'sidecars, with pods of a gateway', yaml: filter('SIDECAR_INBOUND', 'app: edge'), hits: HIT },
  { name: 'sidecars', yaml: filter('SIDECAR_OUTBOUND'), hits: [] },
  { name: 'gateways', yaml: filter('GATEWAY', 'app: edge'), hits: [] },
  { name: 'any', yaml: filter('ANY'), hits: [] },
  { name: 'no selector', yaml: filter('GATEWAY', ''), hits: [] },
  { name: 'pods that are not there', yaml: filter('GATEWAY', 'app: none'), hits: [] },
])('$name', ({ yaml, hits }) => {
  expect(ruleHits(envoyFilterContext, workload() + GATEWAY + yaml)).toEqual(hits);
});
