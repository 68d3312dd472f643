import { expect, test } from 'vitest';
import { routeHeaders } from '../../../charts-src/check/rules/w426-route-headers.ts';
import { judged } from '../validation/judged.ts';

const rule = (one: object) => ({ hosts: ['orders'], http: [{ route: [{ destination: { host: 'orders' } }], ...one }] });
const request = (operations: object) => rule({ headers: { request: operations } });
const response = (operations: object) => rule({ headers: { response: operations } });

test.each<{ readonly name: string; readonly spec: object; readonly at: readonly string[] }>([
  { name: 'the host of a request', spec: request({ set: { Host: 'a.example.com' } }), at: [] },
  {
    name: 'the path of a request',
    spec: request({ set: { ':path': '/a' } }),
    at: ['spec.http[0].headers.request.set[":path"]'],
  },
  {
    name: 'the host of a request taken away',
    spec: request({ remove: ['host'] }),
    at: ['spec.http[0].headers.request.remove[0]'],
  },
  {
    name: 'the host of a response',
    spec: response({ add: { host: 'a' } }),
    at: ['spec.http[0].headers.response.add.host'],
  },
  {
    name: 'the status of a response',
    spec: response({ set: { ':status': '200' } }),
    at: ['spec.http[0].headers.response.set[":status"]'],
  },
  { name: 'no name', spec: request({ add: { '': 'a' } }), at: ['spec.http[0].headers.request.add[""]'] },
  {
    name: 'a single per cent sign',
    spec: request({ set: { 'x-a': '10%' } }),
    at: ['spec.http[0].headers.request.set.x-a'],
  },
  {
    name: 'a variable without end',
    spec: request({ set: { 'x-a': '%REQ(x-b' } }),
    at: ['spec.http[0].headers.request.set.x-a'],
  },
  { name: 'a line break', spec: request({ set: { 'x-a': 'a\nb' } }), at: ['spec.http[0].headers.request.set.x-a'] },
  { name: 'a variable', spec: request({ set: { 'x-a': '%REQ(x-b)% and 10%%' } }), at: [] },
  { name: 'a list of arguments', spec: request({ set: { 'x-a': '%PER_REQUEST_STATE(["a", "b"])%' } }), at: [] },
  {
    name: 'a list without quotes',
    spec: request({ set: { 'x-a': '%PER_REQUEST_STATE([a])%' } }),
    at: ['spec.http[0].headers.request.set.x-a'],
  },
  {
    name: 'the host in two places',
    spec: rule({ rewrite: { authority: 'a' }, headers: { request: { set: { ':authority': 'b' } } } }),
    at: ['spec.http[0].headers.request.set[":authority"]'],
  },
  {
    name: 'the host in one place',
    spec: rule({ rewrite: { authority: 'a' }, headers: { request: { set: { 'x-a': 'b' } } } }),
    at: [],
  },
  {
    name: 'a destination',
    spec: rule({ route: [{ destination: { host: 'orders' }, headers: { response: { remove: [':status'] } } }] }),
    at: ['spec.http[0].route[0].headers.response.remove[0]'],
  },
])('$name', ({ spec, at }) => {
  expect(judged(routeHeaders, 'VirtualService', spec)).toEqual(at);
});
