import type { Metrics } from '../runtime/metrics.ts';
import type { Subscription } from './event-bus.ts';

/** A subscription whose deliveries are counted, by how they end. */
export const counted = (subscription: Subscription, { eventHandled }: Pick<Metrics, 'eventHandled'>): Subscription => {
  const { queue, handle, park } = subscription;
  return {
    ...subscription,
    handle: async (event) => {
      try {
        await handle(event);
      } catch (error) {
        eventHandled(queue, 'failed');
        throw error;
      }
      eventHandled(queue, 'done');
    },
    park: async (message, reason) => {
      await park(message, reason);
      eventHandled(queue, 'parked');
    },
  };
};
