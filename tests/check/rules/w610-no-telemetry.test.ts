import { expect, test } from 'vitest';
import { noTelemetry } from '../../../charts-src/check/rules/w610-no-telemetry.ts';
import { found } from '../found.ts';
import { namespace, service } from '../parts.ts';
import { deployment, document } from '../shop-yaml.ts';

const telemetry = (place: string) =>
  document({
    apiVersion: 'telemetry.istio.io/v1',
    kind: 'Telemetry',
    metadata: { name: 'default', namespace: place },
    spec: { accessLogging: [{ providers: [{ name: 'envoy' }] }] },
  });
const ORDERS = [service('orders'), deployment('orders')];
const told = (yaml: readonly string[]) => found(noTelemetry, yaml).map((line) => line.replace(/ *\| .*$/, ''));

test.each([
  { name: 'none', yaml: [namespace('shop'), ...ORDERS], at: ['info Namespace shop'] },
  {
    name: 'for another namespace',
    yaml: [namespace('shop'), ...ORDERS, telemetry('other')],
    at: ['info Namespace shop'],
  },
  { name: 'for the namespace', yaml: [namespace('shop'), ...ORDERS, telemetry('shop')], at: [] },
  { name: 'for the mesh', yaml: [namespace('shop'), ...ORDERS, telemetry('istio-system')], at: [] },
  { name: 'a namespace without services', yaml: [namespace('shop')], at: [] },
  { name: 'a namespace that is not among the files', yaml: ORDERS, at: [] },
])('$name', ({ yaml, at }) => expect(told(yaml)).toEqual(at));
