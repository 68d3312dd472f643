import type { RequestListener } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import type { Metric } from '../../charts-src/canary/analysis/analysis.ts';
import { readAnalysis } from '../../charts-src/canary/analysis/read-analysis.ts';
import { commandCheck } from '../../scripts/metrics/command-check.ts';
import { webCheck } from '../../scripts/metrics/web-check.ts';
import { faultyServer, type FaultyServer } from './faulty-server.ts';
import { NEVER } from './series-source-contract.ts';

const servers: FaultyServer[] = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())));

function metricOf<Type extends Metric['type']>(type: Type, file: object): Extract<Metric, { readonly type: Type }> {
  const read = readAnalysis({ metrics: [{ [type]: file }] });
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const [metric] = read.analysis.metrics;
  if (metric.type !== type) throw new Error(`${metric.type} is not ${type}`);
  return metric as Extract<Metric, { readonly type: Type }>; // its type was compared
}

async function web(answer: RequestListener, file: object | ((url: string) => object) = {}) {
  const server = await faultyServer(answer);
  servers.push(server);
  const own = typeof file === 'function' ? file(server.url.href) : file;
  return webCheck(metricOf('web', { url: server.url.href, timeout: '300ms', ...own }), NEVER);
}

const says =
  (text: string, status = 200): RequestListener =>
  (_, response) =>
    void response.writeHead(status).end(text);

describe('a web check', () => {
  test.each<{ name: string; text: string; file?: object; gives: object }>([
    { name: 'any 2xx passes', text: 'fine', gives: { type: 'answer', answer: 'passed' } },
    { name: 'false fails', text: 'false', gives: { type: 'answer', answer: 'failed' } },
    {
      name: 'a place in the answer',
      text: '{"data":{"ok":false}}',
      file: { jsonPath: 'data.ok' },
      gives: { type: 'answer', answer: 'failed' },
    },
    {
      name: 'a number',
      text: '{"data":[{"ratio":0.97}]}',
      file: { jsonPath: '$.data[0].ratio', success: 'result[0] > 0.9' },
      gives: { type: 'values', values: [0.97] },
    },
    {
      name: 'a number in quotes',
      text: '"12"',
      file: { success: 'result[0] > 0.9' },
      gives: { type: 'values', values: [12] },
    },
    { name: 'a list', text: '[1, 2]', file: { success: 'all(result) > 0' }, gives: { type: 'values', values: [1, 2] } },
    { name: 'an empty list', text: '[]', file: { success: 'all(result) > 0' }, gives: { type: 'values', values: [] } },
    { name: 'NaN', text: '"NaN"', file: { success: 'result[0] > 0.9' }, gives: { type: 'values', values: [NaN] } },
    {
      name: 'a text where a number is needed',
      text: '"many"',
      file: { success: 'result[0] > 0.9' },
      gives: { type: 'failed', failure: { type: 'unintelligible' } },
    },
    {
      name: 'HTML where a number is needed',
      text: '<h1>Hi</h1>',
      file: { success: 'result[0] > 0.9' },
      gives: {
        type: 'failed',
        failure: { type: 'unintelligible', message: expect.stringContaining('the answer is not JSON: Hi') as string },
      },
    },
    {
      name: 'a place that is not there',
      text: '{}',
      file: { jsonPath: 'data.ok' },
      gives: { type: 'failed', failure: { type: 'unintelligible' } },
    },
  ])('$name', async ({ text, file, gives }) => {
    expect(await web(says(text), file)).toMatchObject(gives);
  });

  test.each<{ name: string; answer: RequestListener; type: string; says: RegExp }>([
    { name: 'a broken server', answer: says('oops', 500), type: 'failing', says: /answered 500: oops$/ },
    {
      name: 'a redirect',
      answer: (_, response) => void response.writeHead(307, { location: '/there' }).end(),
      type: 'unintelligible',
      says: /redirect \(307\) to \/there/,
    },
    { name: 'silence', answer: () => undefined, type: 'timed-out', says: /did not answer within 0\.3 s$/ },
  ])('$name is no verdict', async ({ answer, type, says }) => {
    const exchange = {
      asked: expect.stringMatching(/^GET http:\/\/127\.0\.0\.1:\d+\/check$/) as unknown,
      answered: expect.stringMatching(says) as unknown,
      fix: expect.stringMatching(/[.?]$/) as unknown,
    };
    // Neither a password nor a token in the address is ever said.
    const secret = (url: string): object => ({ url: `${url.replace('://', '://user:hush@')}check?token=hush` });
    expect(await web(answer, secret)).toMatchObject({ type: 'failed', failure: { type, exchange } });
  });

  test('sends what the plan says', async () => {
    const seen: unknown[] = [];
    await web(
      (request, response) => {
        request.on('data', (chunk: Buffer) => seen.push(request.method, request.headers['x-team'], chunk.toString()));
        request.on('end', () => response.end('true'));
      },
      { method: 'POST', headers: { 'x-team': 'shop' }, body: '{"run":1}' },
    );
    expect(seen).toEqual(['POST', 'shop', '{"run":1}']);
  });
});

describe('a command check', () => {
  const run = (script: string, file: object = {}, signal: AbortSignal = NEVER) =>
    commandCheck(
      metricOf('command', { command: [process.execPath, '-e', script], ...file }),
      { WEFT_RUN: 'r1' },
      signal,
    );

  test.each<{ script: string; gives: object }>([
    { script: 'console.log("ok " + process.env.WEFT_RUN)', gives: { type: 'answer', answer: 'passed', said: 'ok r1' } },
    { script: 'console.error("no"); process.exit(1)', gives: { type: 'answer', answer: 'failed', said: 'no' } },
    { script: 'process.exit(2)', gives: { type: 'failed', failure: { type: 'unintelligible' } } },
    { script: 'process.kill(process.pid, "SIGTERM")', gives: { type: 'failed', failure: { type: 'unintelligible' } } },
  ])('$script', async ({ script, gives }) => {
    expect(await run(script)).toMatchObject(gives);
  });

  test('that does not end is ended, with what it started', async () => {
    const started = Date.now();
    const reading = await run(
      'require("node:child_process").spawn(process.execPath, ["-e", "setTimeout(() => {}, 60000)"], { stdio: "inherit" }); setTimeout(() => {}, 60000)',
      { timeout: '500ms' },
    );
    expect(reading).toMatchObject({ type: 'failed', failure: { type: 'timed-out' } });
    expect(Date.now() - started).toBeLessThan(10_000);
  });

  test('that is not there, or taken back', async () => {
    const absent = metricOf('command', { command: ['/nowhere/at-all'] });
    expect(await commandCheck(absent, {}, NEVER)).toMatchObject({ type: 'failed', failure: { type: 'unreachable' } });
    // What is kept of it lies on the VirtualService.
    const long = metricOf('command', { command: ['./no-such-program', 'x'.repeat(50_000)] });
    expect(JSON.stringify(await commandCheck(long, {}, NEVER)).length).toBeLessThan(2_500);
    const controller = new AbortController();
    const reading = run('setTimeout(() => {}, 60000)', {}, controller.signal);
    controller.abort();
    expect(await reading).toMatchObject({ type: 'failed', failure: { type: 'cancelled' } });
  });
});
