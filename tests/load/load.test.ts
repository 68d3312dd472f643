import { spawn } from 'node:child_process';
import type { FastifyInstance } from 'fastify';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { readContract } from '../../apps/shared/http/contract.ts';
import { mockServer } from '../../scripts/dev/mock.ts';
import { arrivals, chanceOf, oneOf } from './chance.ts';
import { percentile, report, reportText, type Ended, type Seen } from './record.ts';

describe('chance', () => {
  test('is the same for the same seed, and spread over all choices', () => {
    const drawn = (seed: number) => {
      const chance = chanceOf(seed);
      return Array.from({ length: 1_000 }, () => oneOf(chance, ['a', 'b', 'c', 'd']));
    };
    expect(drawn(7)).toEqual(drawn(7));
    expect(drawn(7)).not.toEqual(drawn(8));
    for (const letter of ['a', 'b', 'c', 'd'])
      expect(drawn(7).filter((one) => one === letter).length).toBeGreaterThan(200);
  });

  test('journeys begin at the rate that was asked for, in order, until the end', () => {
    const begins = [...arrivals(chanceOf(1), { perSecond: 50, seconds: 100 })];
    expect(begins.length).toBeGreaterThan(4_700);
    expect(begins.length).toBeLessThan(5_300);
    expect(begins).toEqual([...begins].sort((one, other) => one - other));
    expect(begins.at(-1)).toBeLessThan(100_000);
  });
});

test('a percentile is a value that was seen, with that share of the values up to it', () => {
  expect(percentile([], 0.5)).toBe(0);
  fc.assert(
    fc.property(
      fc.array(fc.nat(), { minLength: 1 }),
      fc.double({ min: 0.01, max: 1, noNaN: true }),
      (values, share) => {
        const sorted = [...values].sort((one, other) => one - other);
        const found = percentile(sorted, share);
        expect(sorted).toContain(found);
        expect(sorted.filter((value) => value <= found).length / sorted.length).toBeGreaterThanOrEqual(share);
        expect(sorted.filter((value) => value < found).length / sorted.length).toBeLessThan(share);
      },
    ),
  );
});

describe('a report', () => {
  const LIMITS = { failedShare: 0, p99Ms: 1_000 };
  const DURATION = { seconds: 10, requests: 100 };
  const fine = (ms: number): Seen => ({ operation: 'getOrder', status: 200, ms, faults: [] });
  const many = (count: number): Seen[] => Array.from({ length: count }, (_, index) => fine(index));
  const paid: Ended[] = [{ as: 'kept' }, { as: 'cancelled' }];

  test('counts and says that all is well', () => {
    const seen = [...many(100), { ...fine(1), operation: 'createOrder', status: 201, version: 'v2' }];
    const result = report({ seen, ended: [...paid, { as: 'refused' }] }, DURATION, LIMITS);
    expect(result).toMatchObject({
      journeys: { kept: 1, cancelled: 1, refused: 1, failed: 0, perSecond: 0.3 },
      requests: { requests: 101, errors: 0, perSecond: 10 },
      versions: { v2: 1 },
      missed: [],
    });
    expect(result.operations.find(({ operation }) => operation === 'getOrder')).toMatchObject({
      requests: 100,
      p50: 49,
      p95: 94,
      p99: 98,
      max: 99,
    });
    expect(reportText(result)).toContain('All limits are kept.');
  });

  test.each<[string, Seen[], Ended[], RegExp]>([
    ['no order was paid', many(10), [{ as: 'refused' }], /no order was paid/],
    ['nothing happened', [], [], /no order was paid/],
    [
      'a journey failed',
      many(10),
      [...paid, { as: 'failed', why: 'an order was answered 500' }],
      /33.33 % of the journeys/,
    ],
    [
      'an answer was not of the contract',
      [{ ...fine(1), faults: ['200 /status is wrong'] }],
      paid,
      /1 requests had no answer/,
    ],
    ['it was slow', [...many(10), fine(1_001)], paid, /p99 is 1001 ms/],
  ])('says that %s', (_, seen, ended, why) => {
    const { missed, failures } = report({ seen, ended }, DURATION, LIMITS);
    expect(missed.join()).toMatch(why);
    expect(reportText(report({ seen, ended }, DURATION, LIMITS))).toContain('MISSED');
    expect(Object.values(failures).every((count) => count === 1)).toBe(true);
  });
});

describe('npm run load', () => {
  const running: FastifyInstance[] = [];
  afterEach(async () => {
    for (const app of running.splice(0)) await app.close();
  });
  const load = (...words: readonly string[]) =>
    new Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>((resolve) => {
      const child = spawn(process.execPath, ['--import', 'tsx', 'tests/load/load.ts', ...words], { timeout: 60_000 });
      let [stdout, stderr] = ['', ''];
      child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
      child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
      child.once('close', (code) => resolve({ code, stdout, stderr }));
    });

  test('believes no shop that answers with examples: it keeps the contract and tells lies', async () => {
    const app = mockServer(readContract('gateway'));
    running.push(app);
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    const { code, stderr } = await load(url, '--users', '1', '--rate', '5', '--seconds', '1');
    expect(stderr).toContain('a new user is active and has the address that was given');
    expect(code).toBe(1);
  }, 60_000);

  test.each([
    [['--rate', 'fast'], 2, '--rate is a number'],
    [['not a url'], 2, 'is no URL'],
    [['http://127.0.0.1:1', '--users', '1'], 3, 'fetch failed'],
  ])(
    '%j ends with %i',
    async (words, code, why) => {
      const ended = await load(...words);
      expect(ended.stderr).toContain(why);
      expect(ended.code).toBe(code);
    },
    60_000,
  );
});
