import type { Case, Corpus } from './corpus.ts';

const ports = { ports: { 9000: 9000 } };
const entries: readonly Case[] = [
  ['valid', 'valid', { address: '10.4.5.6' }],
  ['missing address', 'invalid', {}],
  ['missing address with network', 'warned', { network: 'east' }],
  ['valid unix endpoint', 'valid', { address: 'unix:///run/ledger.sock' }],
  ['invalid unix endpoint', 'invalid', { address: 'unix:///run/ledger.sock', ...ports }],
  ['valid FQDN', 'valid', { address: 'ledger.example.com', ...ports }],
  ['invalid FQDN', 'invalid', { address: 'ledger.example.com:9000', ...ports }],
  ['valid IP', 'valid', { address: '10.4.5.6', ...ports }],
];

const probe = (one: object) => ({ template: {}, probe: one });
const groups: readonly Case[] = [
  ['valid', 'valid', { template: {} }],
  ['invalid', 'invalid', { template: {}, metadata: { labels: { '-': '?' } } }],
  ['probe missing method', 'invalid', probe({})],
  ['probe nil', 'invalid', probe({ httpGet: null })],
  ['probe http empty', 'invalid', probe({ httpGet: {} })],
  ['probe http valid', 'valid', probe({ httpGet: { port: 9000 } })],
  ['probe tcp invalid', 'invalid', probe({ tcpSocket: {} })],
  ['probe tcp valid', 'valid', probe({ tcpSocket: { port: 9000 } })],
  ['probe exec invalid', 'invalid', probe({ exec: {} })],
  ['probe exec valid', 'valid', probe({ exec: { command: ['true'] } })],
];

const remove = { patch: { operation: 'REMOVE' } };
const patch = (applyTo: string, match: object, more: object = remove) => ({
  configPatches: [{ applyTo, match, ...more }],
});
const filter = (applyTo: string, one: object) => patch(applyTo, { listener: { filterChain: { filter: one } } });
const manager = 'envoy.filters.network.http_connection_manager';
const payload = { notJudged: 'whether a patch holds what Envoy knows takes the whole API of Envoy' };
const filters: readonly Case[] = [
  ['empty filters', 'valid', {}],
  ['labels not defined in workload selector', 'warned', { workloadSelector: {} }],
  ['invalid applyTo', 'invalid', { configPatches: [{ applyTo: 'INVALID' }] }],
  ['nil patch', 'invalid', { configPatches: [{ applyTo: 'CLUSTER' }] }],
  ['invalid patch operation', 'invalid', { configPatches: [{ applyTo: 'CLUSTER', patch: {} }] }],
  ['nil patch value', 'invalid', { configPatches: [{ applyTo: 'CLUSTER', patch: { operation: 'MERGE' } }] }],
  ['match with invalid regex', 'invalid', patch('CLUSTER', { proxy: { proxyVersion: '1**' } })],
  ['match with valid regex', 'valid', patch('CLUSTER', { proxy: { proxyVersion: '^1\\.31' } })],
  [
    'match with proxy version regex too long',
    'warned',
    patch('CLUSTER', { proxy: { proxyVersion: '1.31|'.repeat(300) } }),
  ],
  ['listener with invalid match', 'invalid', patch('FILTER_CHAIN', { cluster: {} })],
  ['listener with invalid filter match', 'invalid', filter('NETWORK_FILTER', {})],
  [
    'listener with sub filter match and invalid applyTo',
    'invalid',
    filter('NETWORK_FILTER', { name: 'audit', subFilter: {} }),
  ],
  [
    'listener with sub filter match and invalid filter name',
    'invalid',
    filter('HTTP_FILTER', { name: 'audit', subFilter: {} }),
  ],
  [
    'listener with sub filter match and no sub filter name',
    'invalid',
    filter('HTTP_FILTER', { name: manager, subFilter: {} }),
  ],
  ['route configuration with invalid match', 'invalid', patch('HTTP_ROUTE', { cluster: {} })],
  ['cluster with invalid match', 'invalid', patch('CLUSTER', { routeConfiguration: {} })],
  ['invalid patch value', payload],
  [
    'happy config',
    'valid',
    patch('CLUSTER', { cluster: {} }, { patch: { operation: 'ADD', value: { lb_policy: 'RANDOM' } } }),
  ],
  ['deprecated config', payload],
  ['deprecated type', 'warned', filter('HTTP_FILTER', { name: 'envoy.http_connection_manager' })],
  [
    'duration marshal',
    'valid',
    patch('CLUSTER', {}, { patch: { operation: 'ADD', value: { connect_timeout: '250ms' } } }),
  ],
];

export const workloads: readonly Corpus[] = [
  { of: 'TestValidateWorkloadEntry', kind: 'WorkloadEntry', cases: entries },
  { of: 'TestValidateWorkloadGroup', kind: 'WorkloadGroup', cases: groups },
  { of: 'TestValidateEnvoyFilter', kind: 'EnvoyFilter', cases: filters },
];
