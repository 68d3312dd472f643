import type { HTTPFaultAbort, HTTPFaultDelay, VirtualServiceSpec } from '../../imports/istio.ts';
import { closest } from '../../model/closest.ts';
import type { Path } from '../../model/schema.ts';
import { refused, warned, type Objections } from './objection.ts';

const GRPC_STATUSES = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
];

/** Faults that are made on purpose. */
export function* faultInjection({ http = [] }: VirtualServiceSpec): Objections {
  for (const [index, { fault }] of http.entries()) {
    if (fault === undefined) continue;
    const at = ['spec', 'http', index, 'fault'];
    const { abort, delay } = fault;
    if (abort === undefined && delay === undefined)
      yield refused(at, 'the fault is neither an abort nor a delay', 'add abort or delay, or leave out fault');
    if (abort !== undefined) yield* aborts([...at, 'abort'], abort);
    if (delay !== undefined) yield* delays([...at, 'delay'], delay);
  }
}

function* aborts(at: Path, { percentage, grpcStatus, http2Error, httpStatus }: HTTPFaultAbort): Objections {
  yield* share([...at, 'percentage', 'value'], percentage?.value);
  if (grpcStatus !== undefined) yield* knownStatus([...at, 'grpcStatus'], grpcStatus);
  if (http2Error !== undefined)
    yield refused([...at, 'http2Error'], 'aborts by http2Error are not supported', 'write httpStatus or grpcStatus');
  if (httpStatus !== undefined && (httpStatus < 200 || httpStatus > 600))
    yield refused([...at, 'httpStatus'], `${httpStatus} is no status to answer with`, 'write a status from 200 to 599');
  if (grpcStatus === undefined && http2Error === undefined && httpStatus === undefined)
    yield warned(at, 'the abort says no status', 'nothing is aborted', 'add httpStatus or grpcStatus');
}

function* knownStatus(at: Path, status: string): Objections {
  if (GRPC_STATUSES.includes(status)) return;
  const meant = closest(status, GRPC_STATUSES);
  yield refused(
    at,
    `"${status}" is no status of gRPC`,
    meant === undefined ? `choices: ${GRPC_STATUSES.join(', ')}` : `did you mean "${meant}"?`,
  );
}

function* delays(at: Path, { percentage, exponentialDelay }: HTTPFaultDelay): Objections {
  yield* share([...at, 'percentage', 'value'], percentage?.value);
  if (exponentialDelay !== undefined)
    yield refused([...at, 'exponentialDelay'], 'exponentialDelay is not supported', 'write fixedDelay');
}

const SMALLEST_SHARE = 0.0001;

/** So many per cent of the requests. */
function* share(at: Path, value = 0): Objections {
  if (value < 0 || value > 100 || (value > 0 && value < SMALLEST_SHARE))
    yield refused(at, `${value} per cent is no share of requests`, `write 0, or from ${SMALLEST_SHARE} to 100`);
}
