import type { Span } from '@opentelemetry/api';
import type { FastifyRequest } from 'fastify';
import { currentContext, withContext, type Context } from './context.ts';
import type * as Sdk from './telemetry-sdk.ts';

type Api = typeof Sdk.api;

/** Present only where an endpoint is configured: the SDK costs half a second and 25 MB. */
let api: Api | undefined;
const spans = new WeakMap<object, Span>();

/** Starts to send traces to an OTLP endpoint, and says how to stop. */
export async function startTelemetry(service: {
  readonly name: string;
  readonly version: string;
  readonly endpoint: string;
}): Promise<() => Promise<void>> {
  const { api: otel, NodeSDK, OTLPTraceExporter, resources, tracing } = await import('./telemetry-sdk.ts');
  const sdk = new NodeSDK({
    resource: resources.resourceFromAttributes({ 'service.name': service.name, 'service.version': service.version }),
    spanProcessors: [
      new tracing.BatchSpanProcessor(
        new OTLPTraceExporter({ url: `${service.endpoint.replace(/\/$/, '')}/v1/traces` }),
      ),
    ],
    instrumentations: [],
    autoDetectResources: false,
  });
  sdk.start();
  api = otel;
  return async () => {
    api = undefined;
    // Spans that nobody takes are lost; the process ends all the same.
    await sdk.shutdown().catch(() => undefined);
  };
}

/** A span below the present context, and the context below that span. */
function open(name: string, kind: 'SERVER' | 'CLIENT' | 'CONSUMER', context: Context, otel: Api): [Span, Context] {
  const { trace, propagation, context: contexts, SpanKind } = otel;
  const parent = propagation.extract(contexts.active(), context);
  const span = trace.getTracer('weft-shop').startSpan(name, { kind: SpanKind[kind] }, parent);
  const onward: { traceparent?: string } = {};
  propagation.inject(trace.setSpan(parent, span), onward);
  return [span, { ...context, traceparent: onward.traceparent ?? context.traceparent }];
}

function close(span: Span, isFailed: boolean, otel: Api): void {
  if (isFailed) span.setStatus({ code: otel.SpanStatusCode.ERROR });
  span.end();
}

/** Where work is seen in a trace. Without an endpoint, these do nothing but go on. */
export const traced = {
  request(request: FastifyRequest, next: () => void): void {
    const context = currentContext();
    if (api === undefined || context === undefined) return next();
    const [span, inner] = open(`${request.method} ${request.routeOptions.url ?? 'none'}`, 'SERVER', context, api);
    spans.set(request, span);
    withContext(inner, next);
  },
  response(request: FastifyRequest, status: number): void {
    const span = spans.get(request);
    if (api === undefined || span === undefined) return;
    span.setAttribute('http.response.status_code', status);
    close(span, status >= 500, api);
  },
  /** A call to another service, or an event at work. */
  async work<R>(name: string, kind: 'CLIENT' | 'CONSUMER', work: () => Promise<R>): Promise<R> {
    const context = currentContext();
    if (api === undefined || context === undefined) return work();
    const otel = api;
    const [span, inner] = open(name, kind, context, otel);
    try {
      const result = await withContext(inner, work);
      close(span, false, otel);
      return result;
    } catch (error) {
      close(span, true, otel);
      throw error;
    }
  },
};
