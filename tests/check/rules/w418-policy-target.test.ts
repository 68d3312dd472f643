import { expect, test } from 'vitest';
import { policyTarget } from '../../../charts-src/check/rules/w418-policy-target.ts';
import { judged } from '../validation/judged.ts';

const at = (targetRef: object) => ({ targetRefs: [{ name: 'shop', ...targetRef }], rules: [{}] });

test.each<{ readonly name: string; readonly spec: object; readonly at: readonly string[] }>([
  { name: 'a selector without labels', spec: { selector: {}, rules: [{}] }, at: ['warning: spec.selector'] },
  {
    name: 'a Gateway of Istio',
    spec: at({ kind: 'Gateway', group: 'networking.istio.io' }),
    at: ['spec.targetRefs[0]'],
  },
  { name: 'a Deployment', spec: at({ kind: 'Deployment', group: 'apps' }), at: ['spec.targetRefs[0]'] },
  { name: 'a Service with a group', spec: at({ kind: 'Service', group: 'apps' }), at: ['spec.targetRefs[0]'] },
  { name: 'a Service', spec: at({ kind: 'Service' }), at: [] },
  { name: 'a Gateway of Kubernetes', spec: at({ kind: 'Gateway', group: 'gateway.networking.k8s.io' }), at: [] },
  { name: 'no selector', spec: { rules: [{}] }, at: [] },
  { name: 'a selector with a label', spec: { selector: { matchLabels: { app: 'orders' } }, rules: [{}] }, at: [] },
])('$name', ({ spec, at }) => {
  expect(judged(policyTarget, 'AuthorizationPolicy', spec)).toEqual(at);
});
