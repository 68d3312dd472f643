import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { isOperational } from './operational-endpoints.ts';
import { Problem } from './problem.ts';

const faultsSchema = z.strictObject({
  /** Share of API requests that are answered with `status`. */
  errorShare: z.number().min(0).max(1).default(0),
  status: z.int().min(400).max(599).default(500),
  /** How long each API request waits first. */
  delayMs: z.int().min(0).max(60_000).default(0),
});

/**
 * Makes a service fail on purpose, so that a canary has something to find: `PUT /faults` with
 * `{"errorShare": 0.2, "delayMs": 300}`. It is there only where FAULT_INJECTION is on, which prod refuses.
 */
export function faultInjection(app: FastifyInstance, chance: () => number = Math.random): void {
  let faults = faultsSchema.parse({});
  app.get('/faults', async () => faults);
  app.put('/faults', async (request) => {
    const read = faultsSchema.safeParse(request.body);
    if (!read.success) throw new Problem(400, read.error.issues.map(({ message }) => message).join('; '));
    return (faults = read.data);
  });
  app.addHook('onRequest', async (request) => {
    if (isOperational(request)) return;
    if (faults.delayMs > 0) await sleep(faults.delayMs);
    if (chance() < faults.errorShare) throw new Problem(faults.status, 'This fault was asked for.');
  });
}
