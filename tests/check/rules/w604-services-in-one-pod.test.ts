import { expect, test } from 'vitest';
import { servicesInOnePod } from '../../../charts-src/check/rules/w604-services-in-one-pod.ts';
import { found } from '../found.ts';
import { service } from '../parts.ts';
import { deployment } from '../shop-yaml.ts';

const container = (name: string, port: number, image = `example.com/${name}:1.0.0`) => ({
  name,
  image,
  ports: [{ containerPort: port }],
});
const pod = (...containers: readonly object[]) => deployment('shop', { pod: { containers } });
const to = (name: string, targetPort: number, more = '') =>
  service(name, { selector: '{ app: shop }', ports: `[{ name: http, port: 80, targetPort: ${targetPort} }${more}]` });

const told = (yaml: readonly string[]) => found(servicesInOnePod, yaml).map((line) => line.replace(/ \| .*$/, ''));

test.each([
  {
    name: 'two Services, a container each',
    yaml: [pod(container('orders', 8080), container('billing', 8081)), to('orders', 8080), to('billing', 8081)],
    at: ['warning Deployment shop/shop spec.template.spec.containers[1]'],
  },
  {
    name: 'one Service for both containers',
    yaml: [
      pod(container('orders', 8080), container('billing', 8081)),
      to('shop', 8080, ', { name: http-more, port: 81, targetPort: 8081 }'),
    ],
    at: [],
  },
  {
    name: 'metrics beside a service',
    yaml: [pod(container('orders', 8080), container('numbers', 9090)), to('orders', 8080), to('orders-metrics', 9090)],
    at: [],
  },
  {
    name: 'a proxy beside a service',
    yaml: [pod(container('orders', 8080), container('nginx', 8443)), to('orders', 8080), to('secure', 8443)],
    at: [],
  },
  {
    name: 'two Services of one container',
    yaml: [pod(container('orders', 8080), container('helper', 8081)), to('orders', 8080), to('orders-old', 8080)],
    at: [],
  },
  {
    name: 'one program twice',
    yaml: [
      pod(container('orders', 8080, 'example.com/orders:1'), container('again', 8081, 'example.com/orders:1')),
      to('orders', 8080),
      to('again', 8081),
    ],
    at: [],
  },
  { name: 'one container', yaml: [pod(container('orders', 8080)), to('orders', 8080)], at: [] },
])('$name', ({ yaml, at }) => expect(told(yaml)).toEqual(at));
