import { expect, test } from 'vitest';
import { gatewayApiVersion } from '../../../charts-src/check/rules/w573-gateway-api-version.ts';
import { ruleHits } from '../rule-hits.ts';
import { object } from '../workload-yaml.ts';

test.each([
  {
    name: 'too old',
    yaml: object(
      'apiextensions.k8s.io/v1',
      'CustomResourceDefinition',
      'tlsroutes.gateway.networking.k8s.io',
      '{ group: gateway.networking.k8s.io }',
      'annotations: { gateway.networking.k8s.io/bundle-version: v1.4.1 }',
    ),
    hits: [
      'warning CustomResourceDefinition tlsroutes.gateway.networking.k8s.io metadata.annotations["gateway.networking.k8s.io/bundle-version"]:4',
    ],
  },
  {
    name: 'of an older major version',
    yaml: object(
      'apiextensions.k8s.io/v1',
      'CustomResourceDefinition',
      'grpcroutes.gateway.networking.k8s.io',
      '{ group: gateway.networking.k8s.io }',
      'annotations: { gateway.networking.k8s.io/bundle-version: v0.8.1 }',
    ),
    hits: [
      'warning CustomResourceDefinition grpcroutes.gateway.networking.k8s.io metadata.annotations["gateway.networking.k8s.io/bundle-version"]:4',
    ],
  },
  {
    name: 'new enough',
    yaml: object(
      'apiextensions.k8s.io/v1',
      'CustomResourceDefinition',
      'tlsroutes.gateway.networking.k8s.io',
      '{ group: gateway.networking.k8s.io }',
      'annotations: { gateway.networking.k8s.io/bundle-version: v1.5.0 }',
    ),
    hits: [],
  },
  {
    name: 'a candidate of what is new enough',
    yaml: object(
      'apiextensions.k8s.io/v1',
      'CustomResourceDefinition',
      'tcproutes.gateway.networking.k8s.io',
      '{ group: gateway.networking.k8s.io }',
      'annotations: { gateway.networking.k8s.io/bundle-version: v1.6.0-rc.1 }',
    ),
    hits: [],
  },
  {
    name: 'one that has no least version',
    yaml: object(
      'apiextensions.k8s.io/v1',
      'CustomResourceDefinition',
      'httproutes.gateway.networking.k8s.io',
      '{ group: gateway.networking.k8s.io }',
      'annotations: { gateway.networking.k8s.io/bundle-version: v0.8.0 }',
    ),
    hits: [],
  },
  {
    name: 'no version',
    yaml: object(
      'apiextensions.k8s.io/v1',
      'CustomResourceDefinition',
      'tlsroutes.gateway.networking.k8s.io',
      '{ group: gateway.networking.k8s.io }',
      'annotations: { gateway.networking.k8s.io/bundle-version: main }',
    ),
    hits: [],
  },
])('$name', ({ yaml, hits }) => {
  expect(ruleHits(gatewayApiVersion, yaml)).toEqual(hits);
});
