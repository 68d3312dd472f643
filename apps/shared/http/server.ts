import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import {
  fastify,
  LogController,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import type { Logger } from 'pino';
import { readContext, withContext, type Context } from '../runtime/context.ts';
import type { Metrics } from '../runtime/metrics.ts';
import { traced } from '../runtime/telemetry.ts';
import { bearerToken, type Identity, type TokenVerifier } from '../security/token.ts';
import { METHODS, type Operation, type Parameter } from './contract.ts';
import { jsonDepth } from './json-depth.ts';
import { Problem, PROBLEM_JSON } from './problem.ts';
import { problemOf } from './problem-of.ts';
import type { ApiRequest, Routes } from './routes.ts';
import { compileValidator, responseFaults } from './validation.ts';

/** The contracts' limit on bodies. */
const BODY_LIMIT = 64 * 1024;
const DEEPEST_JSON = 32;
/** Envoy keeps an idle connection for an hour. Whoever closes first must be the proxy, or it sends into a closing door. */
const KEEP_ALIVE_MS = 3_660_000;
const REQUEST_TIMEOUT_MS = 30_000;

export interface ServerOptions {
  readonly version: string;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly routes: readonly Routes[];
  readonly verify: TokenVerifier;
  /** Proxies in front that each add the address of their caller to X-Forwarded-For. @default 0 */
  readonly trustedProxies?: number;
  /** Answers that are not what the contract says become 500; for tests. @default false */
  readonly checksAnswers?: boolean;
}

declare module 'fastify' {
  interface FastifyRequest {
    identity: Identity | undefined;
  }
  interface FastifyContextConfig {
    operation?: Operation;
  }
}

/** An HTTP server that keeps contracts: what they do not describe is refused, and every refusal is a Problem. */
export function createServer({
  version,
  log,
  metrics,
  routes,
  verify,
  trustedProxies = 0,
  checksAnswers = false,
}: ServerOptions): FastifyInstance {
  const contexts = new WeakMap<IncomingMessage, Context>();
  const app = fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    // The log knows by itself which request it is at, and a request has one name: that of the caller.
    childLoggerFactory: (logger) => logger,
    genReqId: (request) => {
      const context = readContext(request.headers);
      contexts.set(request, context);
      return context.requestId;
    },
    bodyLimit: BODY_LIMIT,
    keepAliveTimeout: KEEP_ALIVE_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    // A server that drains still answers what reaches it.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    exposeHeadRoutes: false,
    // Node's own refusal is no Problem; ours is, below.
    http: { requireHostHeader: false },
    trustProxy: (_address: string, hop: number) => hop < trustedProxies,
    routerOptions: { maxParamLength: 200, ignoreTrailingSlash: false },
    frameworkErrors: (error, request, reply) => void answerProblem(error, request, reply),
    clientErrorHandler: answerBrokenRequest,
  }) as unknown as FastifyInstance; // with pino for a logger, which is more than its own

  app.server.on('checkExpectation', answerExpectation);
  app.decorateRequest('identity', undefined);
  app.setValidatorCompiler(compileValidator as Parameters<FastifyInstance['setValidatorCompiler']>[0]); // of JSON Schemas
  app.removeContentTypeParser(['text/plain', 'application/json']);
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (jsonDepth(body as string) > DEEPEST_JSON) return done(new Problem(400, 'The JSON is nested too deeply.'));
    parseJson(request, body as string, done);
  });

  app.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-service-version', version);
    withContext(contexts.get(request.raw) ?? readContext(request.headers), () => traced.request(request, done));
  });
  app.addHook('onRequest', async ({ headers }) => {
    // Nothing after a request that is none is believed: the connection ends.
    if (headers.host === undefined)
      throw new Problem(400, 'The request names no host.', {
        type: 'invalid-request',
        headers: { connection: 'close' },
      });
  });
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    metrics.httpRequest({
      method: request.method,
      route,
      status: reply.statusCode,
      seconds: reply.elapsedTime / 1_000,
    });
    if (route.startsWith('/api') || reply.statusCode >= 400)
      request.log.info(
        { method: request.method, route, status: reply.statusCode, ms: Math.round(reply.elapsedTime) },
        'answered',
      );
    traced.response(request, reply.statusCode);
    done();
  });
  app.setErrorHandler(answerProblem);

  const known = new Map<string, { readonly path: RegExp; readonly methods: string[] }>();
  // Every route, also those that are no API's: whoever adds them need not think of this.
  app.addHook('onRoute', ({ url, method }) => {
    const path = new RegExp(`^${url.replace(/:\w+/g, '[^/]+')}$`);
    const { methods } = known.get(url) ?? { methods: [] };
    known.set(url, { path, methods: [...methods, ...(Array.isArray(method) ? method : [method])] });
  });
  // Before a body is read: what nobody takes is not refused for its media type.
  app.addHook('preParsing', async (request) => {
    if (!request.is404) {
      const coding = request.headers['content-encoding'] ?? 'identity';
      if (coding !== 'identity') throw new Problem(415, 'Send application/json, not compressed.');
      return;
    }
    const path = request.url.split('?', 1)[0] ?? '';
    const allowed = [...known.values()].filter((route) => route.path.test(path)).flatMap(({ methods }) => methods);
    if (allowed.length === 0) throw new Problem(404, 'There is nothing at this address.');
    throw new Problem(405, `Use ${allowed.join(' or ')}.`, { headers: { allow: allowed.join(', ') } });
  });

  for (const { contract, handlers } of routes)
    for (const [template, path] of Object.entries(contract.paths)) {
      const base = contract.servers[0]?.url ?? '';
      const methods = METHODS.filter((method) => path[method] !== undefined);
      for (const method of methods) {
        const operation = path[method];
        if (operation === undefined) continue;
        const handler = handlers[operation.operationId];
        if (handler === undefined) throw new Error(`Nobody handles ${operation.operationId}.`);
        const security = operation.security ?? contract.security ?? [];
        const faults = checksAnswers ? answerFaults(operation) : undefined;
        app.route({
          method: method.toUpperCase(),
          url: `${base}${template.replace(/\{(\w+)\}/g, ':$1')}`,
          schema: schemaOf(operation, path.parameters ?? []),
          config: { operation },
          onRequest: async (request) => {
            request.identity = await identify(request, security, verify);
          },
          handler: async (request, reply) => {
            const { status, body, headers = {} } = await handler(apiRequest(request));
            const wrong = faults?.(status, body) ?? [];
            if (wrong.length > 0) throw new Error(`${operation.operationId} broke its contract: ${wrong.join('; ')}`);
            return reply.status(status).headers(headers).send(body);
          },
        });
      }
    }
  return app;
}

/** The scheme `userToken` is satisfied by any valid token; its scopes are roles that the token must have. */
async function identify(
  request: FastifyRequest,
  security: NonNullable<Operation['security']>,
  verify: TokenVerifier,
): Promise<Identity | undefined> {
  const token = bearerToken(request.headers.authorization);
  const identity = token === undefined ? undefined : await verify(token);
  if (security.length === 0) return identity;
  if (identity === undefined)
    throw new Problem(401, 'This needs a token.', { type: 'token-missing', headers: { 'www-authenticate': 'Bearer' } });
  const hasRoles = security.some(({ userToken }) => userToken?.every((role) => identity.roles.includes(role)) ?? true);
  if (!hasRoles) throw new Problem(403, 'The token does not have the role that this needs.', { type: 'role-missing' });
  return identity;
}

const apiRequest = (request: FastifyRequest): ApiRequest<never> =>
  ({
    path: request.params,
    query: request.query,
    body: request.body,
    idempotencyKey: request.headers['idempotency-key'],
    caller: () => {
      if (request.identity === undefined) throw new Problem(401, 'This needs a token.', { type: 'token-missing' });
      return request.identity;
    },
  }) as ApiRequest<never>; // the schemas of this very operation have just been applied

/** What of an operation is checked by whom: the request by ajv, the answer by the serialiser, which lets out nothing else. */
function schemaOf(operation: Operation, shared: readonly Parameter[]): Record<string, unknown> {
  const parameters = [...shared, ...(operation.parameters ?? [])];
  const of = (place: Parameter['in']): Record<string, unknown> => {
    const those = parameters.filter((parameter) => parameter.in === place);
    return {
      type: 'object',
      // Node writes the names of headers in small letters.
      properties: Object.fromEntries(
        those.map(({ name, schema }) => [place === 'header' ? name.toLowerCase() : name, schema]),
      ),
      required: those
        .filter(({ required }) => required)
        .map(({ name }) => (place === 'header' ? name.toLowerCase() : name)),
      // A header may be anybody's; a parameter that nobody described is a mistake.
      additionalProperties: place === 'header',
    };
  };
  const body = operation.requestBody?.content['application/json']?.schema;
  return {
    params: of('path'),
    querystring: of('query'),
    headers: of('header'),
    ...(body !== undefined && { body }),
    response: Object.fromEntries(
      Object.entries(operation.responses).flatMap(([status, { content }]) => {
        const schema = content?.['application/json']?.schema;
        return schema === undefined ? [] : [[status, schema]];
      }),
    ),
  };
}

function answerFaults({ responses }: Operation): (status: number, body: unknown) => readonly string[] {
  const checks = new Map(
    Object.entries(responses).map(([status, { content }]) => {
      const schema = content?.['application/json']?.schema;
      return [Number(status), schema === undefined ? () => [] : responseFaults(schema)] as const;
    }),
  );
  return (status, body) => checks.get(status)?.(body) ?? [`${status} is not declared`];
}

function answerProblem(error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = problemOf(error);
  if (problem.status >= 500) request.log.error({ err: error, cause: error.cause }, 'a request failed');
  return reply
    .status(problem.status)
    .headers({ ...problem.headers, 'content-type': PROBLEM_JSON })
    .serializer((body: unknown) => JSON.stringify(body))
    .send(problem.body(`/requests/${request.id}`));
}

/** Node answers what it does not understand by itself, but without a word. */
function answerExpectation(_request: IncomingMessage, response: ServerResponse): void {
  const body = JSON.stringify(new Problem(417, 'Expect 100-continue, or nothing.').body());
  response
    .writeHead(417, {
      'content-type': PROBLEM_JSON,
      'content-length': Buffer.byteLength(body),
      connection: 'close',
    })
    .end(body);
}

/** What Node could not even read as a request. */
function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const problem =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? new Problem(431, 'The headers are larger than 16 KiB.')
      : new Problem(error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400, 'This is not a request that can be read.');
  const body = JSON.stringify(problem.body());
  socket.end(
    `HTTP/1.1 ${problem.status} ${problem.body().title}\r\ncontent-type: ${PROBLEM_JSON}\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}
