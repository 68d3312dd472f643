import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isOperational } from './operational-endpoints.ts';
import { Problem } from './problem.ts';
import { bearerToken, type TokenVerifier } from '../security/token.ts';

/** How much one caller may ask. */
export interface RateLimit {
  readonly requests: number;
  readonly seconds: number;
}

/** Callers that are remembered; the one that was silent longest is forgotten first. */
const REMEMBERED_CALLERS = 20_000;

/**
 * Answers 429 to a caller that asks too often. A caller is the user of a valid token; without one it is an address, for
 * IPv6 a network, so that a token that is made up does not make a new caller. Each instance of the gateway counts for
 * itself, and everything but what the mesh asks of the process.
 */
export function limitRate(app: FastifyInstance, limit: RateLimit, verify: TokenVerifier): void {
  void app
    .register(rateLimit, {
      global: false,
      max: limit.requests,
      timeWindow: limit.seconds * 1_000,
      cache: REMEMBERED_CALLERS,
    })
    .after(() => {
      const users = new WeakMap<FastifyRequest, string>();
      const byUser = app.createRateLimit({ keyGenerator: (request) => `user ${users.get(request) ?? ''}` });
      const byAddress = app.createRateLimit();
      app.addHook('onRequest', async (request) => {
        if (isOperational(request)) return;
        const user = await userOf(request, verify);
        if (user !== undefined) users.set(request, user);
        const result = await (user === undefined ? byAddress(request) : byUser(request));
        if (result.isAllowed || !result.isExceeded) return;
        const seconds = Math.max(1, result.ttlInSeconds);
        throw new Problem(429, `Try again in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.`, {
          headers: { 'retry-after': String(seconds) },
        });
      });
    });
}

/** Whose token it is; a token that is not valid is answered with 401 by the route, not here. */
async function userOf({ headers }: FastifyRequest, verify: TokenVerifier): Promise<string | undefined> {
  try {
    const token = bearerToken(headers.authorization);
    return token === undefined ? undefined : (await verify(token)).userId;
  } catch (error) {
    if (error instanceof Problem) return undefined;
    throw error;
  }
}
