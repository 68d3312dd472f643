import { expect, test } from 'vitest';
import { oldProxy } from '../../../charts-src/check/rules/w249-old-proxy.ts';
import { found } from '../found.ts';
import { mesh, namespace } from '../security-mesh.ts';

test.each([
  {
    name: 'an older proxy',
    documents: [
      namespace(),
      `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: istio-sidecar-injector, namespace: istio-system }\ndata: { values: '{"global":{"hub":"hub","tag":"2","proxy":{"image":"proxyv2"}}}' }`,
      `apiVersion: v1\nkind: Pod\nmetadata: { name: orders-1, namespace: shop }\nspec:\n  containers: [{ name: app, image: a }, { name: istio-proxy, image: "hub/proxyv2:1" }]\nstatus: { phase: Running }`,
    ],
    hits: ['warning Namespace shop metadata.name | name: shop'],
  },
  {
    name: 'the same proxy',
    documents: [
      namespace(),
      `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: istio-sidecar-injector, namespace: istio-system }\ndata: { values: '{"global":{"hub":"hub","tag":"2","proxy":{"image":"proxyv2"}}}' }`,
      `apiVersion: v1\nkind: Pod\nmetadata: { name: orders-1, namespace: shop }\nspec:\n  containers: [{ name: app, image: a }, { name: istio-proxy, image: "hub/proxyv2:2" }]\nstatus: { phase: Running }`,
    ],
    hits: [],
  },
  {
    name: 'the same proxy in a smaller image',
    documents: [
      namespace(),
      `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: istio-sidecar-injector, namespace: istio-system }\ndata: { values: '{"global":{"hub":"hub","tag":"2","proxy":{"image":"proxyv2"}}}' }`,
      `apiVersion: v1\nkind: Pod\nmetadata: { name: orders-1, namespace: shop }\nspec:\n  containers: [{ name: app, image: a }, { name: istio-proxy, image: "hub/proxyv2:2-distroless" }]\nstatus: { phase: Running }`,
    ],
    hits: [],
  },
  {
    name: 'a proxy of its own',
    documents: [
      namespace(),
      `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: istio-sidecar-injector, namespace: istio-system }\ndata: { values: '{"global":{"hub":"hub","tag":"2","proxy":{"image":"proxyv2"}}}' }`,
      `apiVersion: v1\nkind: Pod\nmetadata: { name: orders-1, namespace: shop, annotations: { sidecar.istio.io/proxyImage: "hub/proxyv2:1" } }\nspec:\n  containers: [{ name: app, image: a }, { name: istio-proxy, image: "hub/proxyv2:1" }]\nstatus: { phase: Running }`,
    ],
    hits: [],
  },
  {
    name: 'an injector of another revision',
    documents: [
      namespace(),
      `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: istio-sidecar-injector-next, namespace: istio-system }\ndata: { values: '{"global":{"hub":"hub","tag":"2","proxy":{"image":"proxyv2"}}}' }`,
      `apiVersion: v1\nkind: Pod\nmetadata: { name: orders-1, namespace: shop }\nspec:\n  containers: [{ name: app, image: a }, { name: istio-proxy, image: "hub/proxyv2:1" }]\nstatus: { phase: Running }`,
    ],
    hits: [],
  },
  {
    name: 'no injector among the files',
    documents: [
      namespace(),
      `apiVersion: v1\nkind: Pod\nmetadata: { name: orders-1, namespace: shop }\nspec:\n  containers: [{ name: app, image: a }, { name: istio-proxy, image: "hub/proxyv2:1" }]\nstatus: { phase: Running }`,
    ],
    hits: [],
  },
])('$name', ({ documents, hits }) => {
  expect(found(oldProxy, [mesh(...documents)])).toEqual(hits);
});
