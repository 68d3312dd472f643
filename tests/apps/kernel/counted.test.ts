import { expect, test } from 'vitest';
import { counted } from '../../../apps/shared/bus/counted.ts';
import { createMetrics } from '../../../apps/shared/runtime/metrics.ts';
import { orderEvents } from '../order-events.ts';

test('deliveries are counted by how they end', async () => {
  const metrics = createMetrics();
  let isBroken = true;
  const { handle, park } = counted(
    {
      queue: 'trial_queue',
      types: ['OrderCreated'],
      handle: async () => {
        if (isBroken) throw new Error('broken');
      },
      park: async () => {
        if (isBroken) throw new Error('broken');
      },
    },
    metrics,
  );
  const { created } = orderEvents();
  await expect(handle(created)).rejects.toThrow('broken');
  await expect(park(created, 'broken')).rejects.toThrow('broken');
  isBroken = false;
  await handle(created);
  await handle(created);
  await park(created, 'broken');
  expect((await metrics.registry.metrics()).match(/^events_handled_total.*$/gm)).toEqual([
    'events_handled_total{queue="trial_queue",outcome="failed"} 1',
    'events_handled_total{queue="trial_queue",outcome="done"} 2',
    'events_handled_total{queue="trial_queue",outcome="parked"} 1',
  ]);
});
