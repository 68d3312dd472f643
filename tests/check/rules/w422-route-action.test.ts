import { expect, test } from 'vitest';
import { routeAction } from '../../../charts-src/check/rules/w422-route-action.ts';
import { judged } from '../validation/judged.ts';

const rule = (one: object, hosts: readonly string[] = ['orders']) => ({ hosts, http: [one] });
const route = [{ destination: { host: 'orders' } }];

test.each<{ readonly name: string; readonly spec: object; readonly at: readonly string[] }>([
  { name: 'nothing', spec: rule({ match: [{ uri: { prefix: '/' } }] }), at: ['spec.http[0]'] },
  { name: 'a route that is empty', spec: rule({ route: [] }), at: ['spec.http[0]'] },
  { name: 'nothing because of a slip of the pen', spec: rule({ rout: route }), at: [] },
  { name: 'a redirect and a route', spec: rule({ redirect: { uri: '/' }, route }), at: ['spec.http[0].route'] },
  {
    name: 'a redirect and a fault',
    spec: rule({ redirect: { uri: '/' }, fault: { delay: { fixedDelay: '1s' } } }),
    at: ['spec.http[0].fault'],
  },
  {
    name: 'a redirect and a rewrite',
    spec: rule({ redirect: { uri: '/' }, rewrite: { uri: '/' } }),
    at: ['spec.http[0].rewrite'],
  },
  {
    name: 'a redirect and an answer',
    spec: rule({ redirect: { uri: '/' }, directResponse: { status: 200 } }),
    at: ['spec.http[0].directResponse'],
  },
  { name: 'an answer and a route', spec: rule({ directResponse: { status: 200 }, route }), at: ['spec.http[0].route'] },
  {
    name: 'an answer and a rewrite',
    spec: rule({ directResponse: { status: 200 }, rewrite: { uri: '/' } }),
    at: ['spec.http[0].rewrite'],
  },
  {
    name: 'a route with rewrite and fault',
    spec: rule({ route, rewrite: { uri: '/' }, fault: { delay: { fixedDelay: '1s' } } }),
    at: [],
  },
  { name: 'delegating', spec: rule({ delegate: { name: 'other' } }), at: [] },
  { name: 'delegating with a route', spec: rule({ delegate: { name: 'other' }, route }), at: ['spec.http[0].route'] },
  {
    name: 'delegating with a redirect',
    spec: rule({ delegate: { name: 'other' }, redirect: { uri: '/' } }),
    at: ['spec.http[0].redirect'],
  },
  {
    name: 'a delegate that delegates',
    spec: rule({ delegate: { name: 'other' }, route }, []),
    at: ['spec.http[0].delegate'],
  },
  {
    name: 'two kinds of mirrors',
    spec: rule({ route, mirror: { host: 'a' }, mirrors: [{ destination: { host: 'b' } }] }),
    at: ['spec.http[0].mirror'],
  },
])('$name', ({ spec, at }) => {
  expect(judged(routeAction, 'VirtualService', spec)).toEqual(at);
});
