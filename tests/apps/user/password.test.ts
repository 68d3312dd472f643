import { expect, test } from 'vitest';
import { hashPassword, isPassword } from '../../../apps/user/business/password.ts';

test('of more passwords than can be looked at in time the last are refused at once, and the others answered', async () => {
  const asked = await Promise.allSettled(Array.from({ length: 60 }, () => isPassword('secret', undefined)));
  const refused = asked.filter(({ status }) => status === 'rejected');
  expect(refused).toHaveLength(60 - 2 - 32);
  for (const one of refused) expect(one).toMatchObject({ reason: { status: 503 } });
  expect(await isPassword('secret', await hashPassword('secret'))).toBe(true);
}, 60_000);
