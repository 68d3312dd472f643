import { describe, expectTypeOf, test } from 'vitest';
import { canaryPlan, type CanaryPlanFile, type VersionedService } from '../../charts-src/index.ts';

declare const orders: VersionedService<'v1' | 'v2'>;

describe('canaryPlan', () => {
  test('takes versions of the service, and weights that are shares', () => {
    const plan = canaryPlan(orders, {
      from: 'v1',
      to: 'v2',
      steps: [0, 0.01, 12.5, { weight: 50, pause: true, hold: '5m' }, 100],
      hold: '90s',
      promotion: 'manual',
      analysis: { metrics: [{ errors: { toleratedRatio: 1.5 } }] },
      policies: { blind: { after: '30m', then: 'rollback' } },
    });
    expectTypeOf(plan).toEqualTypeOf<CanaryPlanFile>();
  });

  test('takes weights that nobody knows yet', () => {
    const weights = [5, 25].map((weight) => weight * 2);
    canaryPlan(orders, { from: 'v1', to: 'v2', steps: weights });
  });

  test('refuses a version that is not there', () => {
    // @ts-expect-error there is no version v3
    canaryPlan(orders, { from: 'v1', to: 'v3', steps: [50] });
  });

  test('refuses weights that are no share', () => {
    // @ts-expect-error more than all
    canaryPlan(orders, { from: 'v1', to: 'v2', steps: [5, 120] });
    // @ts-expect-error less than none
    canaryPlan(orders, { from: 'v1', to: 'v2', steps: [-5] });
    // @ts-expect-error finer than a hundredth of a per cent
    canaryPlan(orders, { from: 'v1', to: 'v2', steps: [0.125] });
    // @ts-expect-error more than all, in a step with more than a weight
    canaryPlan(orders, { from: 'v1', to: 'v2', steps: [{ weight: 101 }] });
    // @ts-expect-error a text
    canaryPlan(orders, { from: 'v1', to: 'v2', steps: ['50'] });
  });

  test('refuses times without a unit, and policies that are none', () => {
    // @ts-expect-error seconds? milliseconds?
    canaryPlan(orders, { from: 'v1', to: 'v2', steps: [50], hold: 60 });
    // @ts-expect-error no such remedy
    canaryPlan(orders, { from: 'v1', to: 'v2', steps: [50], policies: { hook: 'ignore' } });
  });
});
