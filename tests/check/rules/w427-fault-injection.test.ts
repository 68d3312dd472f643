import { expect, test } from 'vitest';
import { faultInjection } from '../../../charts-src/check/rules/w427-fault-injection.ts';
import { judged } from '../validation/judged.ts';

const fault = (what: object) => ({
  hosts: ['orders'],
  http: [{ route: [{ destination: { host: 'orders' } }], fault: what }],
});

test.each<{ readonly name: string; readonly spec: object; readonly at: readonly string[] }>([
  { name: 'neither', spec: fault({}), at: ['spec.http[0].fault'] },
  {
    name: 'an abort without status',
    spec: fault({ abort: { percentage: { value: 1 } } }),
    at: ['warning: spec.http[0].fault.abort'],
  },
  {
    name: 'a status that is none',
    spec: fault({ abort: { httpStatus: 700 } }),
    at: ['spec.http[0].fault.abort.httpStatus'],
  },
  { name: 'a status of gRPC', spec: fault({ abort: { grpcStatus: 'UNAVAILABLE' } }), at: [] },
  {
    name: 'a status of gRPC that there is not',
    spec: fault({ abort: { grpcStatus: 'UNAVAILABEL' } }),
    at: ['spec.http[0].fault.abort.grpcStatus'],
  },
  {
    name: 'an error of HTTP/2',
    spec: fault({ abort: { http2Error: 'NO_ERROR' } }),
    at: ['spec.http[0].fault.abort.http2Error'],
  },
  {
    name: 'more than all',
    spec: fault({ delay: { percentage: { value: 101 }, fixedDelay: '1s' } }),
    at: ['spec.http[0].fault.delay.percentage.value'],
  },
  {
    name: 'less than anybody can count',
    spec: fault({ delay: { percentage: { value: 0.00001 }, fixedDelay: '1s' } }),
    at: ['spec.http[0].fault.delay.percentage.value'],
  },
  { name: 'the smallest share', spec: fault({ delay: { percentage: { value: 0.0001 }, fixedDelay: '1s' } }), at: [] },
  {
    name: 'a growing delay',
    spec: fault({ delay: { exponentialDelay: '1s' } }),
    at: ['spec.http[0].fault.delay.exponentialDelay'],
  },
])('$name', ({ spec, at }) => {
  expect(judged(faultInjection, 'VirtualService', spec)).toEqual(at);
});
