import { expect, test } from 'vitest';
import { injectionWishIgnored } from '../../../charts-src/check/rules/w239-injection-wish-ignored.ts';
import { ruleHits } from '../rule-hits.ts';
import { namespace, workload } from '../workload-yaml.ts';

const pods = (label: string, annotations = ''): string => workload({ labels: `app: orders, ${label}`, annotations });
const hit = (severity: string, key: string): readonly string[] => [
  `${severity} Deployment shop/orders spec.template.metadata.labels["${key}"]:11`,
];
const INJECT = 'sidecar.istio.io/inject';
const REV = 'istio.io/rev';

test.each([
  {
    name: 'a sidecar where none is given',
    text: pods(`${INJECT}: "true"`) + namespace('istio-injection: disabled'),
    hits: hit('error', INJECT),
  },
  {
    name: 'a revision where none is given',
    text: pods(`${REV}: canary`) + namespace('istio-injection: disabled'),
    hits: hit('error', REV),
  },
  { name: 'another revision', text: pods(`${REV}: canary`) + namespace(`${REV}: stable`), hits: hit('warning', REV) },
  { name: 'a revision beside the default one', text: pods(`${REV}: canary`) + namespace(), hits: hit('warning', REV) },
  { name: 'the same revision', text: pods(`${REV}: stable`) + namespace(`${REV}: stable`), hits: [] },
  { name: 'a namespace without a label', text: pods(`${REV}: canary`) + namespace('team: a'), hits: [] },
  {
    name: 'no sidecar where none is given',
    text: pods(`${INJECT}: "false", ${REV}: canary`) + namespace('istio-injection: disabled'),
    hits: [],
  },
  { name: 'a sidecar where all get one', text: pods(`${INJECT}: "true"`) + namespace(), hits: [] },
  {
    name: 'a gateway, whose image tells it',
    text: pods(`${INJECT}: "true"`, 'inject.istio.io/templates: gateway') + namespace('istio-injection: disabled'),
    hits: [],
  },
  { name: 'a namespace of other files', text: pods(`${REV}: canary`), hits: [] },
])('$name', ({ text, hits }) => {
  expect(ruleHits(injectionWishIgnored, text)).toEqual(hits);
});
