import { expect, test } from 'vitest';
import { MeshApp } from 'weftmesh';
import { manifests, objects } from 'weftmesh/testing';
import { environments } from './environments.ts';
import { shop } from './shop.ts';

const app = new MeshApp();
for (const environment of environments) shop(app, environment);

// dist/ is the snapshot, so a review sees what changes in the cluster, and CI fails when dist/ is stale.
test.each(Object.entries(manifests(app)))('dist/%s is up to date', async (file, yaml) => {
  await expect(yaml, 'stale: run `npx weft synth`').toMatchFileSnapshot(`dist/${file}`);
});

test('one request in ten goes to the new version of orders', () => {
  const route = [
    { destination: { subset: 'v1' }, weight: 90 },
    { destination: { subset: 'v2' }, weight: 10 },
  ];
  expect(objects(app).find('VirtualService', 'orders', { folder: 'prod' })).toMatchObject({
    spec: {
      http: [
        { name: 'web', route },
        { name: 'default', route },
      ],
    },
  });
});

test('nobody but web may call orders', () => {
  const policy = objects(app).find('AuthorizationPolicy', 'orders', { folder: 'prod' });
  expect(policy).toMatchObject({
    spec: { rules: [{ from: [{ source: { principals: ['cluster.local/ns/shop/sa/web'] } }] }] },
  });
});
