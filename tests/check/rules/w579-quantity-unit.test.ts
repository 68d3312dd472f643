import { expect, test } from 'vitest';
import { quantityUnit } from '../../../charts-src/check/rules/w579-quantity-unit.ts';
import { meshOf } from '../mesh-of.ts';
import { ruleHits } from '../rule-hits.ts';
import { workload } from '../workload-yaml.ts';

const at = 'error Deployment shop/orders spec.template.spec.containers[0].resources';
const yaml = (resources: string): string => workload({ container: `resources: { ${resources} }` });

test.each([
  { name: 'thousandths of a byte', resources: 'limits: { memory: 256m }', hits: [`${at}.limits.memory:19`] },
  { name: 'bytes', resources: 'requests: { memory: 256 }', hits: [`${at}.requests.memory:19`] },
  { name: 'kilobytes', resources: 'limits: { ephemeral-storage: 512Ki }', hits: [`${at}.limits.ephemeral-storage:19`] },
  { name: 'a hundred cores', resources: 'requests: { cpu: "100" }', hits: [`${at}.requests.cpu:19`] },
  {
    name: 'what is meant',
    resources: 'requests: { cpu: 100m, memory: 64Mi }, limits: { cpu: 4, memory: 1.5Gi, nvidia.com/gpu: 1 }',
    hits: [],
  },
  { name: 'nothing reserved on purpose', resources: 'requests: { cpu: 0, memory: 0 }', hits: [] },
])('$name', ({ resources, hits }) => {
  expect(ruleHits(quantityUnit, yaml(resources))).toEqual(hits);
});

test('the fix keeps the number', () => {
  const fixes = [...quantityUnit.check(meshOf(yaml('requests: { cpu: 500, memory: 256m }')))].map(({ fix }) => fix);
  expect(fixes).toEqual(['write "500m", if thousandths of a core are meant', 'write "256Mi", if mebibytes are meant']);
});
