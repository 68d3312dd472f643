import { expect, test } from 'vitest';
import { workloadGroup } from '../../../charts-src/check/rules/w476-workload-group.ts';
import { judged } from '../validation/judged.ts';

const probe = (one: object) => ({ template: {}, probe: one });

test.each<{ readonly name: string; readonly spec: object; readonly at: readonly string[] }>([
  { name: 'a probe', spec: probe({ httpGet: { port: 80, httpHeaders: [{ name: 'x-a', value: 'b' }] } }), at: [] },
  { name: 'a probe of nothing', spec: probe({ periodSeconds: 1 }), at: ['spec.probe'] },
  { name: 'a probe by gRPC', spec: probe({ grpc: { port: 80 } }), at: ['spec.probe.grpc'] },
  { name: 'no command', spec: probe({ exec: { command: [] } }), at: ['spec.probe.exec.command'] },
  {
    name: 'a header that is none',
    spec: probe({ httpGet: { port: 80, httpHeaders: [{ name: 'x_a', value: 'b' }] } }),
    at: ['spec.probe.httpGet.httpHeaders[0].name'],
  },
  {
    name: 'a label that is none',
    spec: { template: {}, metadata: { labels: { app: 'a b' } } },
    at: ['spec.metadata.labels.app'],
  },
  { name: 'a command', spec: probe({ exec: { command: ['true'] } }), at: [] },
])('$name', ({ spec, at }) => {
  expect(judged(workloadGroup, 'WorkloadGroup', spec)).toEqual(at);
});
