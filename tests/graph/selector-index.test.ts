import { expect, test } from 'vitest';
import { SelectorIndex } from '../../charts-src/graph/selector-index.ts';

const index = new SelectorIndex(
  [
    { name: 'orders', selector: { app: 'orders' } },
    { name: 'all', selector: {} },
    { name: 'second version', selector: { version: 'v2', app: 'orders' } },
    { name: 'users', selector: { app: 'users' } },
  ],
  ({ selector }) => ({ ...selector }),
);

test.each([
  { labels: { app: 'orders' }, found: ['orders', 'all'] },
  { labels: { app: 'orders', version: 'v2' }, found: ['orders', 'all', 'second version'] },
  { labels: { version: 'v2' }, found: ['all'] },
  { labels: { app: 'users', tier: 'back' }, found: ['all', 'users'] },
  { labels: {}, found: ['all'] },
])('$labels', ({ labels, found }) => {
  expect(index.matching({ ...labels }).map(({ name }) => name)).toEqual(found);
});
