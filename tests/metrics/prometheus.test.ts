import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { credentialsFrom } from '../../scripts/metrics/credentials.ts';
import { prometheus } from '../../scripts/metrics/prometheus.ts';
import { faultyServer, type FaultyServer } from './faulty-server.ts';
import { NEVER } from './series-source-contract.ts';

const servers: FaultyServer[] = [];
const folders: string[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

async function ask(answer: RequestListener, promql = 'up') {
  const server = await faultyServer(answer);
  servers.push(server);
  return prometheus({ url: server.url, timeoutMs: 300 }).values({ promql, range: null }, 1_000, NEVER);
}

const says =
  (body: unknown, status = 200): RequestListener =>
  (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };

const success = (resultType: string, result: unknown, more = {}) =>
  says({ status: 'success', data: { resultType, result }, ...more });

test('a time that is no number is none', async () => {
  const server = await faultyServer(success('scalar', [1, 'NaN']));
  servers.push(server);
  expect(await prometheus({ url: server.url }).now(NEVER)).toMatchObject({
    ok: false,
    failure: { type: 'unintelligible', message: expect.stringContaining('time() gave NaN, not a time') as unknown },
  });
});

describe('answers that are none', () => {
  test.each<{ name: string; answer: RequestListener; type: string; words: RegExp }>([
    {
      name: 'HTML',
      answer: says('<html><h1>Welcome to  Grafana</h1></html>'),
      type: 'unintelligible',
      words: /not as Prometheus does: Welcome to Grafana\. Is this the right address/,
    },
    { name: 'nothing', answer: says(''), type: 'unintelligible', words: /not as Prometheus does/ },
    {
      name: 'half an answer',
      answer: says('{"status":"success","data":{"resultType":"vec'),
      type: 'unintelligible',
      words: /not as Prometheus/,
    },
    { name: 'JSON of somebody else', answer: says({ ok: true }), type: 'unintelligible', words: /not as Prometheus/ },
    { name: 'a list', answer: says([1, 2]), type: 'unintelligible', words: /not as Prometheus/ },
    {
      name: 'an unknown type of result',
      answer: success('streams', []),
      type: 'unintelligible',
      words: /not as Prometheus/,
    },
    {
      name: 'a vector without values',
      answer: success('vector', [{ metric: {} }]),
      type: 'unintelligible',
      words: /not as Prometheus/,
    },
    {
      name: 'a value that is no number',
      answer: success('vector', [{ metric: {}, value: [1, 'many'] }]),
      type: 'unintelligible',
      words: /not as Prometheus/,
    },
    {
      name: 'an empty value',
      answer: success('vector', [{ metric: {}, value: [1, ''] }]),
      type: 'unintelligible',
      words: /not as Prometheus/,
    },
    {
      name: 'samples where a value is needed',
      answer: success('matrix', [{ metric: {}, values: [[1, '2']] }]),
      type: 'unintelligible',
      words: /take rate\(\) or last_over_time/,
    },
    {
      name: 'a part of the answer',
      answer: success('vector', [], { warnings: ['store a: timeout'] }),
      type: 'unintelligible',
      words: /the answer is not whole: store a: timeout/,
    },
    {
      name: 'a redirect',
      answer: (_, response) => void response.writeHead(302, { location: 'https://login.example/' }).end(),
      type: 'unintelligible',
      words: /redirect \(302\) to https:\/\/login\.example\/.*not followed/,
    },
    {
      name: 'a query that is wrong',
      answer: says({ status: 'error', errorType: 'bad_data', error: 'parse error' }, 400),
      type: 'rejected',
      words: /bad_data: parse error/,
    },
    {
      name: 'a query that takes too long',
      answer: says({ status: 'error', errorType: 'timeout', error: 'query timed out' }, 503),
      type: 'timed-out',
      words: /query timed out/,
    },
    { name: 'too many queries', answer: says('slow down', 429), type: 'throttled', words: /slow down/ },
    {
      name: 'nobody we know',
      answer: says('Unauthorized', 401),
      type: 'unauthenticated',
      words: /token or a password/,
    },
    { name: 'not for us', answer: says('no', 403), type: 'forbidden', words: /403: no/ },
    {
      name: 'no such address',
      answer: says('404 page not found', 404),
      type: 'unintelligible',
      words: /404.*right address/,
    },
    { name: 'a broken server', answer: says('oops', 500), type: 'failing', words: /500: oops/ },
    { name: 'a broken proxy', answer: says('<h1>Bad Gateway</h1>', 502), type: 'failing', words: /502: Bad Gateway/ },
    {
      name: 'a broken connection',
      answer: (request) => void request.socket.destroy(),
      type: 'unreachable',
      words: /no answer of 127/,
    },
    {
      name: 'an answer that breaks off',
      answer: (_, response) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('{"status"');
        setTimeout(() => response.destroy(), 20);
      },
      type: 'unreachable',
      words: /no answer/,
    },
    { name: 'silence', answer: () => undefined, type: 'timed-out', words: /did not answer within 0.3 s/ },
    {
      name: 'an answer that never ends',
      answer: (_, response) => void response.write('{"status":"success",'),
      type: 'timed-out',
      words: /within 0.3 s/,
    },
  ])('$name: $type', async ({ answer, type, words }) => {
    const result = await ask(answer);
    expect(result).toMatchObject({ ok: false, failure: { type } });
    expect(result.ok ? '' : result.failure.message).toMatch(words);
    expect(result.ok ? '' : result.failure.message).toMatch(/^ask Prometheus: /);
    // The same in parts: what was asked of whom, what came back, what to do.
    const exchange = result.ok ? undefined : result.failure.exchange;
    expect(exchange?.asked).toMatch(/^POST http:\/\/127\.0\.0\.1:\d+\/api\/v1\/query: up$/);
    expect(`${exchange?.answered}. ${exchange?.fix}`).toMatch(words);
    expect(exchange?.fix).toMatch(/[.?]$/);
  });

  test('nobody listens', async () => {
    const server = await faultyServer(() => undefined);
    await server.close();
    const result = await prometheus({ url: server.url }).now(NEVER);
    expect(result).toMatchObject({ ok: false, failure: { type: 'unreachable', retryable: true, uncertain: false } });
    expect(result.ok ? '' : result.failure.message).toContain('Is the address right, and a port-forward open?');
  });

  test('a question can be taken back', async () => {
    const server = await faultyServer(() => undefined);
    servers.push(server);
    const controller = new AbortController();
    const asked = prometheus({ url: server.url }).now(controller.signal);
    controller.abort();
    expect(await asked).toMatchObject({ ok: false, failure: { type: 'cancelled' } });
    expect(await prometheus({ url: server.url }).now(controller.signal)).toMatchObject({
      failure: { type: 'cancelled' },
    });
  });

  test('time() that is no time', async () => {
    const server = await faultyServer(success('scalar', [1, 'NaN']));
    servers.push(server);
    expect(await prometheus({ url: server.url }).now(NEVER)).toMatchObject({ failure: { type: 'unintelligible' } });
  });

  test('a selection that does not give samples', async () => {
    const server = await faultyServer(success('vector', []));
    servers.push(server);
    const window = { fromMs: 0, untilMs: 1_000 };
    const result = await prometheus({ url: server.url }).counters({ metric: 'a', labels: {} }, window, NEVER);
    expect(result).toMatchObject({ ok: false, failure: { type: 'unintelligible' } });
  });
});

describe('answers that are', () => {
  test('numbers that are none stay what they are', async () => {
    const values = ['NaN', '+Inf', '-Inf', '1e-3'].map((value) => ({ metric: {}, value: [1, value] }));
    expect(await ask(success('vector', values))).toEqual({ ok: true, value: [NaN, Infinity, -Infinity, 0.001] });
  });

  test('the path of a proxy stays before the path of the API', async () => {
    const paths: (string | undefined)[] = [];
    const server = await faultyServer((request, response) => {
      paths.push(request.url);
      success('scalar', [1, '1'])(request, response);
    });
    servers.push(server);
    await prometheus({ url: new URL('/prometheus/', server.url) }).now(NEVER);
    await prometheus({ url: server.url }).now(NEVER);
    expect(paths).toEqual(['/prometheus/api/v1/query', '/api/v1/query']);
  });

  test.each([
    { twice: 'that two jobs scrape', labels: (one: string) => ({ job: one, instance: `${one}:1` }) },
    { twice: 'of two Prometheis that nobody joins', labels: (one: string) => ({ prometheus_replica: one }) },
    { twice: 'behind two shards of the operator', labels: (one: string) => ({ prometheus: one, replica: one }) },
  ])('a pod $twice counts once', async ({ labels }) => {
    const series = (one: string, values: unknown) => ({ metric: { __name__: 'a', ...labels(one), pod: 'p' }, values });
    const server = await faultyServer(
      success('matrix', [
        series('one', [[1, '1']]),
        series('two', [
          [1, '1'],
          [2, '2'],
        ]),
      ]),
    );
    servers.push(server);
    const window = { fromMs: 0, untilMs: 5_000 };
    const result = await prometheus({ url: server.url }).counters({ metric: 'a', labels: {} }, window, NEVER);
    expect(result.ok ? result.value.map(({ samples }) => samples.length) : result).toEqual([2]);
  });
});

describe('who we are', () => {
  const seen = async (
    files: Readonly<Record<string, string>>,
    read: (path: (name: string) => string) => Parameters<typeof credentialsFrom>[0],
  ) => {
    const folder = mkdtempSync(join(tmpdir(), 'weft-metrics-'));
    folders.push(folder);
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const headers: (string | undefined)[] = [];
    const server = await faultyServer((request, response) => {
      headers.push(request.headers.authorization);
      success('scalar', [1, '1'])(request, response);
    });
    servers.push(server);
    const credentials = credentialsFrom(read((name) => join(folder, name)));
    const result = await prometheus({ url: server.url, credentials }).now(NEVER);
    return { result, headers };
  };

  test('a token of a file, without the line end', async () => {
    const { headers } = await seen({ token: 'secret\n' }, (path) => ({ bearerTokenFile: path('token') }));
    expect(headers).toEqual(['Bearer secret']);
  });

  test('a user with a password of a file', async () => {
    const { headers } = await seen({ password: 'p:w\n' }, (path) => ({
      basic: { user: 'reader', passwordFile: path('password') },
    }));
    expect(headers).toEqual([`Basic ${Buffer.from('reader:p:w').toString('base64')}`]);
  });

  test('a file that holds something else: nothing is sent, and nothing breaks', async () => {
    const { result, headers } = await seen({ token: 'one\ntwo\n' }, (path) => ({ bearerTokenFile: path('token') }));
    expect(headers).toEqual([]);
    expect(result).toMatchObject({
      ok: false,
      failure: {
        type: 'rejected',
        message: expect.stringMatching(/it cannot be asked: Invalid character.*PROMETHEUS_TOKEN_FILE/) as unknown,
      },
    });
    expect(JSON.stringify(result)).not.toContain('two');
  });

  test('a file that is not there: nothing is sent', async () => {
    const { result, headers } = await seen({}, (path) => ({ bearerTokenFile: path('token') }));
    expect(result).toMatchObject({ ok: false, failure: { type: 'unauthenticated' } });
    expect(headers).toEqual([]);
  });
});
