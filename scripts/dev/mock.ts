/** Serves a contract of the sample by its examples: `npm run mock -- order`. */
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { FastifyInstance } from 'fastify';
import { operationsOf, readContract, type Contract, type Operation } from '../../apps/shared/http/contract.ts';
import { Problem } from '../../apps/shared/http/problem.ts';
import type { AnyHandler } from '../../apps/shared/http/routes.ts';
import { createServer } from '../../apps/shared/http/server.ts';
import { createLog } from '../../apps/shared/runtime/log.ts';
import { createMetrics } from '../../apps/shared/runtime/metrics.ts';
import { SERVICES } from './shop-services.ts';

const USAGE = `Serves the contract of a service by its examples, so that whoever calls it can be built before it is there.

  npm run mock -- SERVICE [--port N]

  SERVICE    ${Object.keys(SERVICES).join(', ')}
  --port N   where to listen on 127.0.0.1 (default: 8080; 0 takes a free one)

Requests are judged as the service itself judges them: what the contract does not describe is answered with a problem. Any
token that looks like one is taken. The header "Prefer: code=404" asks for another answer of the contract.`;

/** What the mock says to every token. */
const ANYBODY = '9b1d5c1e-2a77-4f0e-8a53-5d6f1c2e7b44';

/** An answer of the contract, as its example has it. */
function exampleOf({ responses }: Operation, status: number): Awaited<ReturnType<AnyHandler>> | undefined {
  const { content = {}, headers = {} } = responses[status] ?? {};
  const [declared] = Object.entries(content);
  if (declared === undefined) return undefined;
  const [mediaType, { example }] = declared;
  return {
    status,
    body: example,
    headers: {
      ...Object.fromEntries(
        Object.entries(headers).map(([name, { example: value }]) => [name.toLowerCase(), String(value)]),
      ),
      'content-type': mediaType,
    },
  };
}

/** A server that keeps the contract of a service, with examples in place of the service. */
export function mockServer(contract: Contract): FastifyInstance {
  const handlers = Object.fromEntries(
    operationsOf(contract).map(({ operation }) => {
      const status = Number(Object.keys(operation.responses).find((code) => code.startsWith('2')));
      const answer = exampleOf(operation, status);
      if (answer === undefined) throw new Error(`${operation.operationId} has no example of what it answers`);
      return [operation.operationId, (async () => answer) satisfies AnyHandler];
    }),
  );
  const app = createServer({
    version: 'mock',
    log: createLog({ name: 'mock', version: 'mock', level: 'silent' }),
    metrics: createMetrics(),
    routes: [{ contract, handlers }],
    verify: async (token) => ({ userId: ANYBODY, roles: ['staff'], token }),
    checksAnswers: true,
  });
  app.addHook('preHandler', async (request, reply) => {
    const [, wanted] = /\bcode=(\d{3})\b/.exec(String(request.headers['prefer'] ?? '')) ?? [];
    const { operation } = request.routeOptions.config;
    if (wanted === undefined || operation === undefined) return;
    const answer = exampleOf(operation, Number(wanted));
    if (answer === undefined) throw new Problem(400, `The contract of this operation has no answer ${wanted}.`);
    return reply
      .status(answer.status)
      .headers(answer.headers ?? {})
      .serializer((body: unknown) => JSON.stringify(body)) // the route's own would write the body of its success
      .send(answer.body);
  });
  return app;
}

async function run(words: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: { port: { type: 'string', default: '8080' }, help: { type: 'boolean', short: 'h', default: false } },
  });
  if (values.help) return void process.stdout.write(`${USAGE}\n`);
  const [service, ...more] = positionals;
  const folder = Object.entries(SERVICES).find((names) => names.some((name) => name === service))?.[0];
  if (folder === undefined || more.length > 0)
    throw new Error(`which service? One of ${Object.keys(SERVICES).join(', ')}. See --help`);
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`"${values.port}" is no port`);

  const contract = readContract(folder);
  const app = mockServer(contract);
  app.addHook('onResponse', async ({ method, url }, { statusCode }) => {
    process.stderr.write(`${method} ${url} ${statusCode}\n`);
  });
  const address = await app.listen({ host: '127.0.0.1', port });
  const served = operationsOf(contract).map(
    ({ method, basePath, path, operation }) => `  ${method.padEnd(6)} ${basePath}${path}  ${operation.operationId}`,
  );
  process.stdout.write(`The examples of ${service} are at ${address}\n${served.join('\n')}\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void app.close());
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url))
  try {
    await run(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`mock: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
  }
