import { expect, test } from 'vitest';
import { selectorOnGatewayApi } from '../../../charts-src/check/rules/w224-selector-on-gateway-api.ts';
import { found } from '../found.ts';
import { authorizationPolicy, deployment, mesh, namespace, requestAuthentication } from '../security-mesh.ts';

test.each([
  {
    name: 'a gateway of the Gateway API',
    documents: [
      `apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: { name: public, namespace: shop }\nspec: { gatewayClassName: istio }`,
      authorizationPolicy('selector: { matchLabels: { gateway.networking.k8s.io/gateway-name: public } }', 'public'),
    ],
    hits: [
      'info AuthorizationPolicy shop/public spec.selector | selector: { matchLabels: { gateway.networking.k8s.io/gateway-name: public } }',
    ],
  },
  {
    name: 'a waypoint',
    documents: [
      `apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: { name: public, namespace: shop }\nspec: { gatewayClassName: istio-waypoint }`,
      requestAuthentication('selector: { matchLabels: { gateway.networking.k8s.io/gateway-name: public } }'),
    ],
    hits: [
      'warning RequestAuthentication shop/tokens spec.selector | selector: { matchLabels: { gateway.networking.k8s.io/gateway-name: public } }',
    ],
  },
  {
    name: 'by name',
    documents: [
      `apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: { name: public, namespace: shop }\nspec: { gatewayClassName: istio }`,
      authorizationPolicy('targetRefs: [{ group: gateway.networking.k8s.io, kind: Gateway, name: public }]', 'public'),
    ],
    hits: [],
  },
  {
    name: 'a gateway that is not among the files',
    documents: [
      authorizationPolicy('selector: { matchLabels: { gateway.networking.k8s.io/gateway-name: public } }', 'public'),
    ],
    hits: [],
  },
  {
    name: 'pods',
    documents: [
      `apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: { name: public, namespace: shop }\nspec: { gatewayClassName: istio }`,
      namespace(),
      deployment(),
      authorizationPolicy('selector: { matchLabels: { app: orders } }', 'orders'),
    ],
    hits: [],
  },
])('$name', ({ documents, hits }) => {
  expect(found(selectorOnGatewayApi, [mesh(...documents)])).toEqual(hits);
});
