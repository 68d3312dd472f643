import { expect, test } from 'vitest';
import { unknownKind } from '../../../charts-src/check/rules/w412-unknown-kind.ts';
import { kindProblem } from '../../../charts-src/check/validation/known-kind.ts';
import { findingsOf, manifestOf } from '../validation/judged.ts';

const object = (apiVersion: string, kind: string) => ({ apiVersion, kind, metadata: { name: 'a' } });

test.each([
  ['networking.istio.io/v2', 'VirtualService', 'apiVersion', 'write apiVersion: networking.istio.io/v1'],
  ['networking.istio.io/v1', 'Virtualservice', 'kind', 'did you mean "VirtualService"?'],
  ['networking.istio.io/v1', 'VirtualServices', 'kind', 'did you mean "VirtualService"?'],
  ['security.istio.io/v1', 'DestinationRule', 'apiVersion', 'write apiVersion: networking.istio.io/v1'],
  ['networking.istio.io/v1', 'EnvoyFilter', 'apiVersion', 'write apiVersion: networking.istio.io/v1alpha3'],
  ['networking.istio.io', 'VirtualService', 'apiVersion', 'write apiVersion: networking.istio.io/v1'],
  ['networking.istio.oi/v1', 'VirtualService', 'apiVersion', 'write apiVersion: networking.istio.io/v1'],
  ['rbac.istio.io/v1alpha1', 'ServiceRole', 'apiVersion', 'write AuthorizationPolicy of security.istio.io/v1'],
  ['v1', 'Deployment', 'apiVersion', 'write apiVersion: apps/v1'],
  ['app/v1', 'Deployment', 'apiVersion', 'write apiVersion: apps/v1'],
  ['apps/v1', 'Deployement', 'kind', 'did you mean "Deployment"?'],
  ['v1', 'service', 'kind', 'did you mean "Service"?'],
  ['extensions/v1beta1', 'Ingress', 'apiVersion', 'write apiVersion: networking.k8s.io/v1'],
  ['batch/v1beta1', 'CronJob', 'apiVersion', 'write apiVersion: batch/v1'],
  ['policy/v1beta1', 'PodSecurityPolicy', 'apiVersion', 'leave it out: the kind is gone'],
  ['autoscaling/v2beta2', 'HorizontalPodAutoscaler', 'apiVersion', 'write apiVersion: autoscaling/v2'],
])('%s %s', (apiVersion, kind, at, fix) => {
  expect(findingsOf(unknownKind, object(apiVersion, kind))).toEqual([at]);
  expect(kindProblem(manifestOf(object(apiVersion, kind)))?.fix).toBe(fix);
});

test.each([
  ['networking.istio.io/v1alpha3', 'VirtualService'],
  ['gateway.networking.k8s.io/v1', 'Gateway'],
  ['networking.k8s.io/v1beta1', 'ServiceCIDR'],
  ['autoscaling/v1', 'HorizontalPodAutoscaler'],
  ['serving.knative.dev/v1', 'Service'],
  ['argoproj.io/v1alpha1', 'Rollout'],
  ['example.com/v1', 'Deployment'],
  ['install.istio.io/v1alpha1', 'IstioOperator'],
  ['kustomize.config.k8s.io/v1beta1', 'Kustomization'],
  ['skaffold/v4beta6', 'Config'],
  ['v1', 'List'],
  ['v1', 'ServiceList'],
  ['v1', 'Project'],
  ['v1', 'constructor'],
  ['constructor', '__proto__'],
])('%s %s may be there', (apiVersion, kind) => {
  expect(findingsOf(unknownKind, object(apiVersion, kind))).toEqual([]);
});
