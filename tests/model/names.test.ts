import { describe, expect, test } from 'vitest';
import { closest, editDistance } from '../../charts-src/model/closest.ts';
import { fingerprint } from '../../charts-src/model/fingerprint.ts';
import { gatewayIdentity } from '../../charts-src/model/gateway-identity.ts';
import { dnsLabelProblem, principal, serviceHost, urlVariable } from '../../charts-src/model/names.ts';

describe('dnsLabelProblem', () => {
  test.each(['a', 'a1', 'order-service', 'a--b', `a${'b'.repeat(62)}`])('is silent about %s', (name) => {
    expect(dnsLabelProblem(name)).toBeUndefined();
  });

  const rule = 'is no DNS label: use a-z, 0-9 and "-", starting with a letter';
  test.each([
    ['', `"" ${rule}`],
    ['My_Service', `"My_Service" ${rule}, for example "my-service"`],
    ['1st', `"1st" ${rule}, for example "st"`],
    ['-a', `"-a" ${rule}, for example "a"`],
    ['a-', `"a-" ${rule}, for example "a"`],
    ['a.b', `"a.b" ${rule}, for example "a-b"`],
    ['a/b', `"a/b" ${rule}, for example "a-b"`],
    ['Ünder', `"Ünder" ${rule}, for example "nder"`],
    ['日本', `"日本" ${rule}`],
    ['a b\n', `"a b\n" ${rule}, for example "a-b"`],
    [`a${'b'.repeat(63)}`, `"a${'b'.repeat(63)}" has 64 letters: a DNS label has at most 63`],
  ])('says what is wrong with %o', (name, problem) => {
    expect(dnsLabelProblem(name)).toBe(problem);
  });

  test.each(['My_Service', '-9-a', 'A'.repeat(70), 'x'.repeat(60) + '_____'])(
    'suggests a name that is one: %s',
    (name) => {
      const suggestion = /for example "(.*)"/.exec(dnsLabelProblem(name) ?? '')?.[1];
      if (suggestion !== undefined) expect(dnsLabelProblem(suggestion)).toBeUndefined();
    },
  );
});

test('names follow from the service', () => {
  expect(serviceHost('orders', 'shop')).toBe('orders.shop.svc.cluster.local');
  expect(serviceHost('orders', 'shop', 'cluster.example')).toBe('orders.shop.svc.cluster.example');
  expect(principal('cluster.local', 'shop', 'orders')).toBe('cluster.local/ns/shop/sa/orders');
  expect(urlVariable('order-service')).toBe('ORDER_SERVICE_URL');
});

describe('closest', () => {
  const NAMES = ['getUser', 'registerUser', 'listOrders'];

  test.each([
    ['getUsers', 'getUser'],
    ['getuser', 'getUser'],
    ['gteUser', 'getUser'],
    ['resgisterUser', 'registerUser'],
    ['listOrder', 'listOrders'],
    ['deleteEverything', undefined],
    ['', undefined],
    ['x', undefined],
  ])('takes %o for %o', (name, meant) => {
    expect(closest(name, NAMES)).toBe(meant);
  });

  test('counts letters put in, left out, changed or swapped', () => {
    expect(editDistance('', 'abc')).toBe(3);
    expect(editDistance('abc', '')).toBe(3);
    expect(editDistance('abc', 'abc')).toBe(0);
    expect(editDistance('abc', 'acb')).toBe(1);
    expect(editDistance('kitten', 'sitting')).toBe(3);
  });
});

describe('fingerprint', () => {
  test('is 14 hexadecimal digits, the same for ever', () => {
    expect(fingerprint('')).toMatch(/^[0-9a-f]{14}$/);
    // Pods restart when it changes: these values may never change.
    expect(fingerprint('{"A":"1"}')).toBe('1b902f10964f91');
  });

  test('differs from text to text', () => {
    const texts = Array.from({ length: 20_000 }, (_, index) => `{"A":"${index}"}`);
    expect(new Set(texts.map(fingerprint)).size).toBe(texts.length);
  });
});

test('a gateway is who its way of installing makes it', () => {
  expect(gatewayIdentity.istioctl()).toEqual({
    name: 'istio-ingressgateway',
    namespace: 'istio-system',
    serviceAccount: 'istio-ingressgateway-service-account',
    podLabels: { istio: 'ingressgateway' },
  });
  expect(gatewayIdentity.helm()).toEqual({
    name: 'istio-ingress',
    namespace: 'istio-ingress',
    serviceAccount: 'istio-ingress',
    podLabels: { istio: 'ingress' },
  });
  expect(gatewayIdentity.helm('edge', 'gateways')).toMatchObject({
    serviceAccount: 'edge',
    podLabels: { istio: 'edge' },
  });
  expect(gatewayIdentity.gatewayApi('public', 'shop')).toEqual({
    name: 'public-istio',
    namespace: 'shop',
    serviceAccount: 'public-istio',
    podLabels: { 'gateway.networking.k8s.io/gateway-name': 'public' },
  });
});
