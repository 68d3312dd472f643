import { expect, test } from 'vitest';
import { noWayBack } from '../../../charts-src/check/rules/w611-no-way-back.ts';
import { found } from '../found.ts';
import { deployment, document } from '../shop-yaml.ts';

const told = (yaml: string) => found(noWayBack, [yaml]).map((line) => line.replace(/ \| .*$/, ''));

test.each([
  {
    name: 'none is kept',
    yaml: deployment('orders', { spec: { revisionHistoryLimit: 0 } }),
    at: ['info Deployment shop/orders spec.revisionHistoryLimit'],
  },
  { name: 'one is kept', yaml: deployment('orders', { spec: { revisionHistoryLimit: 1 } }), at: [] },
  { name: 'the default', yaml: deployment('orders'), at: [] },
  {
    name: 'no spec at all',
    yaml: document({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'x' } }),
    at: [],
  },
  {
    name: 'a job, which has no revisions',
    yaml: deployment('orders', { kind: 'Job', spec: { revisionHistoryLimit: 0 } }),
    at: [],
  },
])('$name', ({ yaml, at }) => expect(told(yaml)).toEqual(at));
