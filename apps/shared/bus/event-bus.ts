import type { EventType, ShopEvent } from '../events/catalogue.ts';

/** One queue, and what its owner does with the events in it. */
export interface Subscription {
  /** Name of the durable queue. */
  readonly queue: string;
  readonly types: readonly EventType[];
  /** Does its work once, however often it is called with the same event. Rejects when it is to be called again. */
  readonly handle: (event: ShopEvent) => Promise<void>;
  /** Puts a message aside that cannot be handled, with the reason. `replay` brings it back. */
  readonly park: (message: unknown, reason: string) => Promise<void>;
}

/**
 * What carries events from one module to the others: at least once, and those about one subject in their order. An
 * event that cannot be handled is put aside with the reason, and does not hold up the others for ever.
 */
export interface EventBus {
  /** Starts to deliver. Queues exist and are bound when this resolves; only then may anybody publish. */
  subscribe(subscriptions: readonly Subscription[]): Promise<void>;
  /** Resolves once the bus answers for all of them. Rejects when it may have taken some or none: publish them again. */
  publish(events: readonly ShopEvent[]): Promise<void>;
  /** Takes no new event and waits for those at work. */
  stopConsuming(): Promise<void>;
  close(): Promise<void>;
}
