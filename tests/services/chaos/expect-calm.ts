import { expect } from 'vitest';
import type { ChaosReport } from './chaos.ts';

/** Nothing was lost and nothing done twice; and enough was done to say so. */
export const expectCalm = ({ faults, done, story }: ChaosReport): void => {
  process.stdout.write(`chaos: ${story}\n`);
  expect(faults).toEqual([]);
  expect(done.brokerKills).toBeGreaterThanOrEqual(2);
  expect(done.databaseKills).toBeGreaterThanOrEqual(1);
  expect(Object.values(done.consumerKills).filter((kills) => kills < 2)).toEqual([]);
  expect(done.doubled).toBeGreaterThan(100);
};
