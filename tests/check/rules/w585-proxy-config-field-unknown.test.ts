import { expect, test } from 'vitest';
import { proxyConfigFieldUnknown } from '../../../charts-src/check/rules/w585-proxy-config-field-unknown.ts';
import { ruleHits } from '../rule-hits.ts';
import { workload } from '../workload-yaml.ts';

const check = (config: string): number =>
  ruleHits(proxyConfigFieldUnknown, workload({ annotations: `proxy.istio.io/config: ${JSON.stringify(config)}` }))
    .length;

test.each([
  ['terminationDrainDuraton: 20s', 1],
  ['{ holdApplication: true, concurency: 2 }', 2],
  ['terminationDrainDuration: 20s\nproxyMetadata: { ANY: a }', 0],
  ['termination_drain_duration: 20s', 0],
  ['tracing: { sampling: 10 }\nserviceCluster: a', 0],
  ['', 0],
  ['just a text', 0],
])('%s', (config, hits) => {
  expect(check(config)).toBe(hits);
});
