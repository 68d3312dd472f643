import { spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Report } from '../load/record.ts';
import { createDatabase } from '../support/postgres.ts';
import { startMonolith, type Monolith } from './topologies.ts';

let shop: Monolith;

beforeAll(async () => {
  shop = await startMonolith({
    bundles: inject('bundles'),
    database: await createDatabase(inject('postgres'), 'load'),
    variables: { FAULT_INJECTION: 'on' },
  });
});

afterAll(() => shop?.stop());

/** Runs the load; how fast this machine is, is not what is judged here. */
const load = (...more: readonly string[]) =>
  new Promise<{ readonly code: number | null; readonly report: Report; readonly stderr: string }>((resolve) => {
    const words = [shop.url, '--users', '2', '--rate', '3', '--seconds', '4', '--p99', '30000', '-o', 'json', ...more];
    const child = spawn(process.execPath, ['--import', 'tsx', 'tests/load/load.ts', ...words], { timeout: 110_000 });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    // It prints one report, or nothing, and then this fails the test.
    child.once('close', (code) => resolve({ code, stderr, report: JSON.parse(stdout || '{}') as Report }));
  });
const faults = async (wanted: object): Promise<void> => {
  const { status } = await fetch(`${shop.url}/faults`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(wanted),
  });
  expect(status).toBe(200);
};

describe('npm run load on a shop that runs', () => {
  test('people order and pay, and every answer is right', async () => {
    const { code, report, stderr } = await load();
    expect(report.failures, stderr).toEqual({});
    expect(code).toBe(0);
    expect(report.journeys.failed).toBe(0);
    expect(report.journeys.kept).toBeGreaterThan(0);
    expect(report.journeys.cancelled).toBeGreaterThan(0);
    expect(report.operations.map(({ operation }) => operation)).toEqual([
      'cancelOrder',
      'createOrder',
      'createToken',
      'getOrder',
      'getProduct',
      'listOrders',
      'listPayments',
      'listProducts',
      'registerUser',
    ]);
    expect(Object.keys(report.versions)).toEqual(['v1']);
  });

  test('a shop that fails now and then, or is slow, misses its limits', async () => {
    await faults({ errorShare: 0.3, status: 503 });
    const failing = await load('--users', '1', '--seconds', '2');
    await faults({});
    // A registration may fail too, and then there is nobody who could order.
    expect(failing.code, failing.stderr).toBe(1);

    await faults({ delayMs: 300 });
    const slow = await load('--p99', '200', '--seconds', '2');
    await faults({});
    expect(slow.code, slow.stderr).toBe(1);
    expect(slow.report.missed).toEqual([expect.stringMatching(/^p99 is \d+ ms, 200 ms are allowed$/)]);
  });
});
