import { randomBytes } from 'node:crypto';
import type { RunIds } from '../../../charts-src/canary/ports/process.ts';

/** Without letters that look alike, so that a name can be read aloud. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';
const LENGTH = 8;

/** Names of runs by chance: 31 to the power of 8 of them. */
export const runIds = (): RunIds => ({
  next: () => [...randomBytes(LENGTH)].map((byte) => LETTERS[byte % LETTERS.length]).join(''),
});
