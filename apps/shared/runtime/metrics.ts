import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What this process counts, in Prometheus' words. */
export interface Metrics {
  readonly registry: Registry;
  readonly httpRequest: (seen: { method: string; route: string; status: number; seconds: number }) => void;
  readonly eventsPublished: (lane: string, count: number) => void;
  readonly eventHandled: (queue: string, outcome: 'done' | 'failed' | 'parked') => void;
  /** Asked for at each scrape: how many events wait. */
  readonly outboxDepth: (measure: () => Promise<Readonly<Record<string, number>>>) => void;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from a request to the end of its answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  const published = new Counter({
    name: 'events_published_total',
    help: 'Events that a bus has answered for.',
    labelNames: ['lane'],
    registers: [registry],
  });
  const handled = new Counter({
    name: 'events_handled_total',
    help: 'Deliveries of events, by how they ended.',
    labelNames: ['queue', 'outcome'],
    registers: [registry],
  });
  return {
    registry,
    httpRequest: ({ method, route, status, seconds }) => requests.observe({ method, route, status }, seconds),
    eventsPublished: (lane, count) => published.inc({ lane }, count),
    eventHandled: (queue, outcome) => handled.inc({ queue, outcome }),
    outboxDepth: (measure) =>
      void new Gauge({
        name: 'outbox_events',
        help: 'Events that wait for a bus.',
        labelNames: ['store'],
        registers: [registry],
        async collect() {
          for (const [store, count] of Object.entries(await measure().catch(() => ({})))) this.set({ store }, count);
        },
      }),
  };
}
