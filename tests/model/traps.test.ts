import { describe, expect, test } from 'vitest';
import { acceptanceAnnotations } from '../../charts-src/model/acceptance.ts';
import { trapMessage, trapsOf, unaccepted, type RouteWishes } from '../../charts-src/model/traps.ts';

const trapNames = (wishes: RouteWishes) => trapsOf(wishes).map(({ trap }) => trap);

describe('retries-exceed-timeout', () => {
  test.each<RouteWishes>([
    { timeout: '30s' },
    { timeout: '1s', retries: { attempts: 0, perTryTimeout: '5s' } },
    // Exactly as long is no trap: the last try ends with the request.
    { timeout: '30s', retries: { attempts: 2, perTryTimeout: '10s' } },
    { timeout: '1s', retries: { attempts: 3, perTryTimeout: '250ms' } },
    // Without a time for a try each gets its share.
    { timeout: '1s', retries: { attempts: 10 } },
    { timeout: '1h', retries: { attempts: 1, perTryTimeout: '30m' } },
  ])('is not in %o', (wishes) => {
    expect(trapNames(wishes)).toEqual([]);
  });

  test.each<{ wishes: RouteWishes; says: string }>([
    {
      wishes: { timeout: '30s', retries: { attempts: 3, perTryTimeout: '10s' } },
      says: '4 tries of 10s do not fit into the timeout of 30s: only 3 can happen. Give each try at most 7500ms, or raise the timeout',
    },
    {
      wishes: { timeout: '1s', retries: { attempts: 3, perTryTimeout: '251ms' } },
      says: '4 tries of 251ms do not fit into the timeout of 1s: only 4 can happen. Give each try at most 250ms, or raise the timeout',
    },
    {
      wishes: { timeout: '2s', retries: { attempts: 1, perTryTimeout: '3s' } },
      says: '2 tries of 3s do not fit into the timeout of 2s: only 1 can happen. Give each try at most 1000ms, or raise the timeout',
    },
  ])('is in $wishes', ({ wishes, says }) => {
    expect(trapsOf(wishes)).toEqual([{ trap: 'retries-exceed-timeout', message: says }]);
  });
});

describe('few-requests-per-connection', () => {
  test.each([100, 1000])('is not in %d', (maxRequestsPerConnection) => {
    expect(trapNames({ timeout: '1s', maxRequestsPerConnection })).toEqual([]);
  });
  test.each([1, 2, 99])('is in %d', (maxRequestsPerConnection) => {
    expect(trapNames({ timeout: '1s', maxRequestsPerConnection })).toEqual(['few-requests-per-connection']);
  });
});

test('unmatched-paths-get-404 is where paths are left over', () => {
  expect(trapNames({ timeout: '1s', hasUnmatchedPaths: false })).toEqual([]);
  expect(trapNames({ timeout: '1s', hasUnmatchedPaths: true })).toEqual(['unmatched-paths-get-404']);
});

describe('accepting a trap', () => {
  const found = trapsOf({
    timeout: '30s',
    retries: { attempts: 3, perTryTimeout: '10s' },
    maxRequestsPerConnection: 2,
    hasUnmatchedPaths: true,
  });

  test('takes it away by its name and with a reason only', () => {
    expect(found).toHaveLength(3);
    expect(unaccepted(found, undefined)).toEqual(found);
    expect(unaccepted(found, { 'retries-exceed-timeout': ' ' })).toEqual(found);
    expect(unaccepted(found, { 'no-cpu-limit': 'why not' })).toEqual(found);
    expect(unaccepted(found, { 'retries-exceed-timeout': 'measured' }).map(({ trap }) => trap)).toEqual([
      'few-requests-per-connection',
      'unmatched-paths-get-404',
    ]);
  });

  test('is what a message says how to do', () => {
    for (const trap of found) expect(trapMessage(trap)).toContain(`accepts: { '${trap.trap}': '<reason>' }`);
  });

  test('is written into annotations', () => {
    expect(acceptanceAnnotations(undefined)).toEqual({});
    expect(acceptanceAnnotations({ 'no-cpu-limit': 'bursts' })).toEqual({ 'accepts.weftmesh/no-cpu-limit': 'bursts' });
  });
});
