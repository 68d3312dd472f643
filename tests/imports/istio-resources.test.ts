import { App, Chart, Testing } from 'cdk8s';
import { expect, test } from 'vitest';
import * as resources from '../../charts-src/imports/istio-resources.ts';
import { istioSchemas } from '../../charts-src/imports/istio-schemas.ts';
import type { VirtualServiceSpec } from '../../charts-src/imports/istio.ts';

const { VirtualService } = resources;
const chart = () => new Chart(new App(), 'chart', { namespace: 'shop' });

test('each kind has a class that writes its newest version', () => {
  expect(Object.keys(resources).sort()).toEqual(Object.keys(istioSchemas).sort());
  for (const [kind, resource] of Object.entries(resources)) {
    const scope = chart();
    // The constructors differ in their specs only, and none of them looks into it.
    new (resource as unknown as typeof VirtualService)(scope, 'it', { metadata: { name: 'it' }, spec: {} });
    // A kind that is not in the schemas has failed above.
    const { apiVersions } = istioSchemas[kind as keyof typeof istioSchemas];
    expect(Testing.synth(scope)).toEqual([
      { apiVersion: apiVersions[0], kind, metadata: { name: 'it', namespace: 'shop' }, spec: {} },
    ]);
    expect(resource.apiVersion).toBe(apiVersions[0]);
  }
});

test('a spec comes out as it went in, with fields that a newer API may have', () => {
  const spec = { hosts: ['a'], http: [{ retries: { attempts: 0 } }], exportTo: [], future: { field: [1] } };
  const scope = chart();
  // A field that this version of the API does not have yet.
  new VirtualService(scope, 'it', { spec: spec as VirtualServiceSpec });
  expect(Testing.synth(scope)).toMatchObject([{ spec }]);
});

test('props from JavaScript cannot change what it is', () => {
  const scope = chart();
  const props = { spec: {}, kind: 'Gateway', apiVersion: 'v1' };
  new VirtualService(scope, 'it', props);
  expect(Testing.synth(scope)).toMatchObject([{ apiVersion: 'networking.istio.io/v1', kind: 'VirtualService' }]);
});
