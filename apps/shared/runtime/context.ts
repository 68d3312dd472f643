import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes, randomUUID } from 'node:crypto';

/** What one request or event drags along through everything that it causes. */
export interface Context {
  readonly requestId: string;
  /** Source: W3C Trace Context. */
  readonly traceparent: string;
  readonly tracestate?: string;
}

const storage = new AsyncLocalStorage<Context>();

export const currentContext = (): Context | undefined => storage.getStore();
export const withContext = <R>(context: Context, work: () => R): R => storage.run(context, work);

const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/;
const B3_ID = /^(?:[0-9a-f]{16}|[0-9a-f]{32})$/;
const REQUEST_ID = /^[\w.:/+=-]{1,128}$/;

type Headers = Readonly<Record<string, string | string[] | undefined>>;

const text = (headers: Headers, name: string): string | undefined => {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
};

/** The context of a caller, by its headers: W3C, else b3 as proxies send it, else a new trace. */
export function readContext(headers: Headers): Context {
  const requestId = text(headers, 'x-request-id');
  const traceparent = text(headers, 'traceparent');
  const tracestate = text(headers, 'tracestate');
  const isW3c = traceparent !== undefined && TRACEPARENT.test(traceparent);
  return {
    requestId: requestId !== undefined && REQUEST_ID.test(requestId) ? requestId : randomUUID(),
    traceparent: isW3c ? traceparent : (fromB3(headers) ?? newTraceparent()),
    ...(isW3c && tracestate !== undefined && tracestate.length <= 512 && { tracestate }),
  };
}

/** The context of an event: its trace goes on. */
export const eventContext = (event: {
  readonly event_id: string;
  readonly traceparent?: string | undefined;
}): Context => ({
  requestId: event.event_id,
  traceparent:
    event.traceparent !== undefined && TRACEPARENT.test(event.traceparent) ? event.traceparent : newTraceparent(),
});

/** What a call to another service carries: W3C and b3, so that every proxy finds its own. */
export function onwardHeaders(context: Context | undefined = currentContext()): Record<string, string> {
  if (context === undefined) return {};
  const [, trace = '', span = '', flags = '00'] = TRACEPARENT.exec(context.traceparent) ?? [];
  return {
    'x-request-id': context.requestId,
    traceparent: context.traceparent,
    ...(context.tracestate !== undefined && { tracestate: context.tracestate }),
    'x-b3-traceid': trace,
    'x-b3-spanid': span,
    'x-b3-sampled': isSampled(flags) ? '1' : '0',
  };
}

/** Id of the trace that the present work belongs to. */
export const traceIdOf = ({ traceparent }: Context): string | undefined => TRACEPARENT.exec(traceparent)?.[1];

const isSampled = (flags: string): boolean => (Number.parseInt(flags, 16) & 1) === 1;

function fromB3(headers: Headers): string | undefined {
  const [single, spanOfSingle, flagOfSingle] = (text(headers, 'b3') ?? '').split('-');
  const trace = text(headers, 'x-b3-traceid') ?? single;
  const span = text(headers, 'x-b3-spanid') ?? spanOfSingle;
  const sampled = text(headers, 'x-b3-sampled') ?? flagOfSingle;
  if (trace === undefined || span === undefined || !B3_ID.test(trace) || !/^[0-9a-f]{16}$/.test(span)) return undefined;
  const traceparent = `00-${trace.padStart(32, '0')}-${span}-${sampled === '0' ? '00' : '01'}`;
  return TRACEPARENT.test(traceparent) ? traceparent : undefined;
}

const newTraceparent = (): string => {
  const ids = randomBytes(24).toString('hex');
  return `00-${ids.slice(0, 32)}-${ids.slice(32)}-01`;
};
