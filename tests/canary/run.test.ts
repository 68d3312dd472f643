import { expect, test } from 'vitest';
import type { Action } from '../../charts-src/canary/action.ts';
import { keptState } from '../../charts-src/canary/rollout-annotations.ts';
import { run } from '../../scripts/canary/run.ts';
import { assess, canaryMesh, plan, REFERENCE } from '../support/canary-mesh.ts';

test('runs from the first step to all requests, and leaves nothing but the record', async () => {
  const mesh = canaryMesh();
  const actions: Action[] = [];
  const ending = await mesh.clock.until(
    run({
      plan: plan(),
      ports: mesh.ports(),
      assess,
      signal: new AbortController().signal,
      report: (_, action) => void actions.push(action),
      warn: () => undefined,
    }),
  );
  expect(ending).toMatchObject({ ending: 'over', rollout: { phase: 'Promoted' } });
  expect(mesh.weights()).toEqual([100]);
  const lying = mesh.cluster.get('VirtualService', REFERENCE);
  expect(lying && keptState(lying).kept).toBe('rollout');
});
