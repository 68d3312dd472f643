import { randomUUID } from 'node:crypto';
import { createServer as createCollector } from 'node:http';
import { pino } from 'pino';
import { afterEach, expect, test } from 'vitest';
import { readContract } from '../../../apps/shared/http/contract.ts';
import { createServer } from '../../../apps/shared/http/server.ts';
import { currentContext, onwardHeaders, readContext } from '../../../apps/shared/runtime/context.ts';
import { createMetrics } from '../../../apps/shared/runtime/metrics.ts';
import { startTelemetry, traced } from '../../../apps/shared/runtime/telemetry.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = '00f067aa0ba902b7';

const closing: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A server of one operation that asks another service; says which trace that call would carry on. */
function askingServer() {
  let onward: Record<string, string> = {};
  const app = createServer({
    version: 'v1',
    log: pino({ level: 'silent' }),
    metrics: createMetrics(),
    verify: () => Promise.reject(new Error('nobody asks')),
    routes: [
      {
        contract: {
          ...readContract('inventory'),
          paths: { '/products': { get: readContract('inventory').paths['/products']?.get } },
        } as never, // one of its operations
        handlers: {
          listProducts: async () => {
            await traced.work('ask', 'CLIENT', async () => void (onward = onwardHeaders()));
            return { status: 200, body: { products: [] } };
          },
        },
      },
    ],
  });
  closing.push(() => app.close());
  const ask = async (headers: Record<string, string>) => {
    await app.inject({ url: '/api/products', headers });
    return onward;
  };
  return { ask };
}

test('without an endpoint the trace of the caller goes on as it came, for W3C and b3 alike', async () => {
  const { ask } = askingServer();
  const w3c = { traceparent: `00-${TRACE}-${PARENT}-01`, tracestate: 'vendor=1', 'x-request-id': 'r-1' };
  expect(await ask(w3c)).toEqual({ ...w3c, 'x-b3-traceid': TRACE, 'x-b3-spanid': PARENT, 'x-b3-sampled': '1' });
  const b3 = { 'x-b3-traceid': TRACE, 'x-b3-spanid': PARENT, 'x-b3-sampled': '0' };
  expect(await ask(b3)).toMatchObject({ ...b3, traceparent: `00-${TRACE}-${PARENT}-00` });
  expect(await ask({ b3: `${TRACE}-${PARENT}-1` })).toMatchObject({ traceparent: `00-${TRACE}-${PARENT}-01` });
  expect(currentContext()).toBeUndefined();
});

test.each([
  { traceparent: `00-${'0'.repeat(32)}-${PARENT}-01` },
  { traceparent: 'x' },
  { 'x-b3-traceid': TRACE },
  { 'x-request-id': 'a\nb' },
])('%j begins a new trace and is not passed on', (headers) => {
  const context = readContext(headers);
  expect(context.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  expect(context.traceparent).not.toContain(TRACE);
  expect(context.requestId).not.toContain('\n');
});

test('with an endpoint each piece of work is a span below the one that caused it', async () => {
  const seen: { name: string; traceId: string; spanId: string; parentSpanId: string }[] = [];
  const collector = createCollector(async (request, response) => {
    const chunks: string[] = [];
    for await (const chunk of request) chunks.push(String(chunk));
    for (const { scopeSpans } of JSON.parse(chunks.join('')).resourceSpans)
      for (const { spans } of scopeSpans) seen.push(...spans);
    response.end('{}');
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  closing.push(() => new Promise((resolve) => collector.close(resolve)));
  const address = collector.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const stop = await startTelemetry({ name: 'trial', version: 'v1', endpoint: `http://127.0.0.1:${port}` });
  const onward = await askingServer().ask({ traceparent: `00-${TRACE}-${PARENT}-01`, 'x-request-id': randomUUID() });
  await stop();

  const [call, request] = [seen.find(({ name }) => name === 'ask'), seen.find(({ name }) => name.startsWith('GET'))];
  expect(request).toMatchObject({ name: 'GET /api/products', traceId: TRACE, parentSpanId: PARENT });
  expect(call).toMatchObject({ traceId: TRACE, parentSpanId: request?.spanId });
  expect(onward['traceparent']).toBe(`00-${TRACE}-${call?.spanId}-01`);
}, 30_000);
