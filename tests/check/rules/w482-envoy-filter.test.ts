import { expect, test } from 'vitest';
import { envoyFilter } from '../../../charts-src/check/rules/w482-envoy-filter.ts';
import { judged } from '../validation/judged.ts';

const patch = (one: object) => ({
  configPatches: [{ applyTo: 'HTTP_FILTER', patch: { operation: 'MERGE', value: {} }, ...one }],
});
const filter = (one: object, applyTo = 'HTTP_FILTER') =>
  patch({ applyTo, match: { listener: { filterChain: { filter: one } } } });
const manager = 'envoy.filters.network.http_connection_manager';
const at = 'spec.configPatches[0]';
const there = `${at}.match.listener.filterChain.filter`;

test.each<{ readonly name: string; readonly spec: object; readonly at: readonly string[] }>([
  { name: 'an ordinary one', spec: patch({}), at: [] },
  { name: 'to nothing', spec: patch({ applyTo: 'INVALID' }), at: [`${at}.applyTo`] },
  { name: 'no patch', spec: { configPatches: [{ applyTo: 'CLUSTER' }] }, at: [`${at}.patch`] },
  { name: 'no operation', spec: patch({ patch: { value: {} } }), at: [`${at}.patch.operation`] },
  { name: 'no value', spec: patch({ patch: { operation: 'ADD' } }), at: [`${at}.patch.value`] },
  { name: 'removing', spec: patch({ patch: { operation: 'REMOVE' } }), at: [] },
  {
    name: 'a version that is no expression',
    spec: patch({ match: { proxy: { proxyVersion: '1.(31' } } }),
    at: [`${at}.match.proxy.proxyVersion`],
  },
  {
    name: 'a cluster for a filter',
    spec: patch({ match: { cluster: { service: 'a' } } }),
    at: [`${at}.match.cluster`],
  },
  {
    name: 'a listener for a route',
    spec: patch({ applyTo: 'HTTP_ROUTE', match: { listener: {} } }),
    at: [`${at}.match.listener`],
  },
  {
    name: 'a listener for a cluster',
    spec: patch({ applyTo: 'CLUSTER', match: { listener: {} } }),
    at: [`${at}.match.listener`],
  },
  { name: 'a filter without name', spec: filter({}), at: [`${there}.name`] },
  {
    name: 'a filter of HTTP for a listener',
    spec: filter({ name: manager, subFilter: { name: 'a' } }, 'LISTENER'),
    at: [`warning: ${there}`, `${there}.subFilter`],
  },
  {
    name: 'a filter of HTTP in another one',
    spec: filter({ name: 'envoy.filters.network.tcp_proxy', subFilter: { name: 'a' } }),
    at: [`${there}.name`],
  },
  {
    name: 'a filter of HTTP without name',
    spec: filter({ name: manager, subFilter: {} }),
    at: [`${there}.subFilter.name`],
  },
  {
    name: 'an old name',
    spec: filter({ name: 'envoy.http_connection_manager', subFilter: { name: 'envoy.router' } }),
    at: [`warning: ${there}.name`, `warning: ${there}.subFilter.name`],
  },
  {
    name: 'a filter of HTTP',
    spec: filter({ name: manager, subFilter: { name: 'envoy.filters.http.router' } }),
    at: [],
  },
  { name: 'a waypoint', spec: patch({ applyTo: 'INVALID', match: { context: 'WAYPOINT', waypoint: {} } }), at: [] },
])('$name', ({ spec, at }) => {
  expect(judged(envoyFilter, 'EnvoyFilter', spec)).toEqual(at);
});
