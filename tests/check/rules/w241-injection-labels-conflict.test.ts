import { expect, test } from 'vitest';
import { injectionLabelsConflict } from '../../../charts-src/check/rules/w241-injection-labels-conflict.ts';
import { found } from '../found.ts';
import { mesh, namespace } from '../security-mesh.ts';

test.each([
  {
    name: 'two labels',
    documents: [namespace('shop', 'istio-injection: enabled, istio.io/rev: next')],
    hits: [
      'warning Namespace shop metadata.labels["istio.io/rev"] | labels: { istio-injection: enabled, istio.io/rev: next }',
    ],
  },
  {
    name: 'sidecars and ambient',
    documents: [namespace('shop', 'istio.io/rev: next, istio.io/dataplane-mode: ambient')],
    hits: [
      'warning Namespace shop metadata.labels["istio.io/dataplane-mode"] | labels: { istio.io/rev: next, istio.io/dataplane-mode: ambient }',
    ],
  },
  {
    name: 'disabled',
    documents: [namespace('shop', 'istio-injection: disabled, istio.io/rev: next')],
    hits: [],
  },
  {
    name: 'one label',
    documents: [namespace()],
    hits: [],
  },
  {
    name: 'Istio itself',
    documents: [namespace('istio-system', 'istio-injection: enabled, istio.io/rev: next')],
    hits: [],
  },
])('$name', ({ documents, hits }) => {
  expect(found(injectionLabelsConflict, [mesh(...documents)])).toEqual(hits);
});
