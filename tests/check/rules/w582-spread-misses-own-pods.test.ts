import { expect, test } from 'vitest';
import { spreadMissesOwnPods } from '../../../charts-src/check/rules/w582-spread-misses-own-pods.ts';
import { ruleHits } from '../rule-hits.ts';
import { workload } from '../workload-yaml.ts';

const spread = (selector: string): string =>
  workload({
    pod: `topologySpreadConstraints: [{ topologyKey: zone, maxSkew: 1, whenUnsatisfiable: ScheduleAnyway${selector === '' ? '' : `, labelSelector: { ${selector} }`} }]`,
  });
const at = 'warning Deployment shop/orders spec.template.spec.topologySpreadConstraints[0].labelSelector:14';

test.each([
  { name: 'a slip of the pen', selector: 'matchLabels: { app: order }', hits: [at] },
  { name: 'another version', selector: 'matchLabels: { app: orders, version: v2 }', hits: [at] },
  {
    name: 'an expression that they do not meet',
    selector: 'matchExpressions: [{ key: app, operator: NotIn, values: [orders] }]',
    hits: [at],
  },
  { name: 'some of their labels', selector: 'matchLabels: { app: orders }', hits: [] },
  { name: 'no selector', selector: '', hits: [] },
])('$name', ({ selector, hits }) => {
  expect(ruleHits(spreadMissesOwnPods, spread(selector))).toEqual(hits);
});
