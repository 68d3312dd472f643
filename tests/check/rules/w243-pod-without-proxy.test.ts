import { expect, test } from 'vitest';
import { podWithoutProxy } from '../../../charts-src/check/rules/w243-pod-without-proxy.ts';
import { found } from '../found.ts';
import { mesh, namespace } from '../security-mesh.ts';

test.each([
  {
    name: 'runs without a proxy',
    documents: [
      namespace(),
      `apiVersion: v1\nkind: Pod\nmetadata: { name: orders-1, namespace: shop }\nspec:\n  containers: [{ name: app, image: a }]\nstatus: { phase: Running }`,
    ],
    hits: ['warning Pod shop/orders-1 spec.containers | containers: [{ name: app, image: a }]'],
  },
  {
    name: 'runs with one',
    documents: [
      namespace(),
      `apiVersion: v1\nkind: Pod\nmetadata: { name: orders-1, namespace: shop }\nspec:\n  containers: [{ name: app, image: a }, { name: istio-proxy, image: p }]\nstatus: { phase: Running }`,
    ],
    hits: [],
  },
  {
    name: 'is still to be made',
    documents: [
      namespace(),
      `apiVersion: v1\nkind: Pod\nmetadata: { name: orders-1, namespace: shop }\nspec:\n  containers: [{ name: app, image: a }]`,
    ],
    hits: [],
  },
  {
    name: 'keeps out',
    documents: [
      namespace(),
      `apiVersion: v1\nkind: Pod\nmetadata: { name: orders-1, namespace: shop, labels: { sidecar.istio.io/inject: "false" } }\nspec:\n  containers: [{ name: app, image: a }]\nstatus: { phase: Running }`,
    ],
    hits: [],
  },
  {
    name: 'on the network of the node',
    documents: [
      namespace(),
      `apiVersion: v1\nkind: Pod\nmetadata: { name: orders-1, namespace: shop }\nspec:\n  hostNetwork: true\n  containers: [{ name: app, image: a }]\nstatus: { phase: Running }`,
    ],
    hits: [],
  },
  {
    name: 'in a namespace without sidecars',
    documents: [
      namespace('shop', 'istio-injection: disabled'),
      `apiVersion: v1\nkind: Pod\nmetadata: { name: orders-1, namespace: shop }\nspec:\n  containers: [{ name: app, image: a }]\nstatus: { phase: Running }`,
    ],
    hits: [],
  },
])('$name', ({ documents, hits }) => {
  expect(found(podWithoutProxy, [mesh(...documents)])).toEqual(hits);
});
