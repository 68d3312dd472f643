import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { Problem } from '../../shared/http/problem.ts';

/** OWASP's second choice: 16 MiB a password, so that a few at a time fit into a small container. */
const COST = { N: 2 ** 14, r: 8, p: 5 } as const;
const LENGTH = 32;
const AT_A_TIME = 2;
/** More would be answered when nobody waits for them any more, and keep those from being answered who come later. */
const MOST_WAITING = 32;

/** A hash that holds its salt and its cost, so that the cost can be raised later. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await derive(password, salt, COST);
  return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

/** Whether a password is the one behind a hash. It takes as long when there is none: nobody learns who is registered. */
export async function isPassword(password: string, hash: string | undefined): Promise<boolean> {
  const [, N, r, p, salt = '', expected = ''] = (hash ?? STAND_IN).split('$');
  const found = await derive(password, Buffer.from(salt, 'base64url'), { N: Number(N), r: Number(r), p: Number(p) });
  return timingSafeEqual(found, Buffer.from(expected, 'base64url')) && hash !== undefined;
}

const STAND_IN = `scrypt$${COST.N}$${COST.r}$${COST.p}$${'A'.repeat(22)}$${'A'.repeat(43)}`;

let free = AT_A_TIME;
const waiting: (() => void)[] = [];

async function derive(password: string, salt: Buffer, cost: { N: number; r: number; p: number }): Promise<Buffer> {
  if (waiting.length >= MOST_WAITING)
    throw new Problem(503, 'Too many passwords are looked at now. Try again in 1 second.');
  if (free === 0) await new Promise<void>((resolve) => waiting.push(resolve));
  else free -= 1;
  try {
    return await new Promise((resolve, reject) =>
      // NFC: one password typed on two keyboards is one password.
      scrypt(password.normalize('NFC'), salt, LENGTH, cost, (error, key) => (error ? reject(error) : resolve(key))),
    );
  } finally {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  }
}
