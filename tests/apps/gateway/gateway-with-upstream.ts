import { once } from 'node:events';
import { createServer as createHttpServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWTPayload } from 'jose';
import { gateway } from '../../../apps/gateway/module.ts';
import { limitRate, type RateLimit } from '../../../apps/shared/http/rate-limit.ts';
import { UPSTREAMS, type Collection } from '../../../apps/gateway/upstreams.ts';
import { operationalEndpoints } from '../../../apps/shared/http/operational-endpoints.ts';
import { createServer } from '../../../apps/shared/http/server.ts';
import { createLog } from '../../../apps/shared/runtime/log.ts';
import { createMetrics } from '../../../apps/shared/runtime/metrics.ts';
import { keySet } from '../../../apps/shared/security/key-set.ts';
import { tokenVerifier } from '../../../apps/shared/security/token.ts';

export const USER = '9b1d5c1e-2a77-4f0e-8a53-5d6f1c2e7b44';
export const OTHER_USER = '1c2f6d0e-9b58-4f0c-8d2e-0a7b6c5d4e3f';
export const ISSUER = 'https://shop.localhost';
export const AUDIENCE = 'shop';

/** A request as the service behind the gateway got it. */
export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A gateway and one server that plays all services behind it. */
export interface GatewayWithUpstream {
  readonly app: FastifyInstance;
  readonly asked: Asked[];
  /** Forgets what was asked so far, and answers otherwise from now on. */
  readonly answerWith: (answer: RequestListener) => void;
  /** A token that is valid, but for what `claims` change. */
  readonly token: (claims?: JWTPayload & { readonly signedBy?: CryptoKey }) => Promise<string>;
  readonly publicKey: CryptoKey;
  readonly stop: () => Promise<void>;
}

const json =
  (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): RequestListener =>
  (_, response) =>
    void response
      .writeHead(status, {
        'content-type': status >= 400 ? 'application/problem+json' : 'application/json',
        ...headers,
      })
      .end(JSON.stringify(body));
export const answers = { json };

/** Starts a gateway. The services are away when `answer` is null. */
export async function startGateway(
  answer: RequestListener | null = json(200, {}),
  options: { readonly limit?: RateLimit; readonly trustedProxies?: number; readonly timeoutMs?: number } = {},
): Promise<GatewayWithUpstream> {
  const asked: Asked[] = [];
  let current = answer;
  const upstream = createHttpServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer); // no encoding is set, so these are bytes
    const { method = '', url = '', headers } = request;
    asked.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
    current?.(request, response);
  });
  upstream.listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  const { port } = upstream.address() as AddressInfo; // it listens on a port, not on a pipe
  if (answer === null) upstream.close();

  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const keys = { keys: [{ ...(await exportJWK(publicKey)), kid: 'test', alg: 'ES256', use: 'sig' }] };
  const verify = tokenVerifier({ issuer: ISSUER, audience: AUDIENCE, keys: keySet(keys) });
  const url = `http://127.0.0.1:${port}/api`;
  const { timeoutMs } = options;
  const module = gateway(
    {
      ORDER_SERVICE_URL: url,
      USER_SERVICE_URL: url,
      PAYMENT_SERVICE_URL: url,
      INVENTORY_SERVICE_URL: url,
      NOTIFICATION_SERVICE_URL: url,
    },
    timeoutMs === undefined
      ? UPSTREAMS
      : (Object.fromEntries(
          Object.entries(UPSTREAMS).map(([name, value]) => [name, { ...value, timeoutMs }]),
        ) as Readonly<Record<Collection, (typeof UPSTREAMS)[Collection]>>), // the same names
  );
  const metrics = createMetrics();
  const app = createServer({
    version: 'v1',
    log: createLog({ name: 'api-gateway', version: 'v1', level: 'silent' }),
    metrics,
    routes: module.routes,
    verify,
    ...(options.trustedProxies !== undefined && { trustedProxies: options.trustedProxies }),
  });
  const readiness = operationalEndpoints(app, { name: 'api-gateway', version: 'v1', metrics, check: async () => {} });
  module.closeWith(app);
  limitRate(app, options.limit ?? { requests: 1_000, seconds: 10 }, verify);
  await app.ready();
  return {
    app,
    asked,
    answerWith: (next) => {
      asked.length = 0;
      current = next;
    },
    publicKey,
    token: ({ signedBy = privateKey, ...claims } = {}) =>
      new SignJWT({ iss: ISSUER, aud: AUDIENCE, sub: USER, exp: Math.floor(Date.now() / 1000) + 900, ...claims })
        .setProtectedHeader({ alg: 'ES256', kid: 'test' })
        .sign(signedBy),
    stop: async () => {
      readiness.turnOff();
      await app.close();
      upstream.closeAllConnections();
      upstream.close();
    },
  };
}
