import type { Dispatcher } from 'undici';
import { connectionsTo } from '../shared/http/connections.ts';
import { onwardHeaders } from '../shared/runtime/context.ts';
import type { operations } from '../user/contract/openapi.d.ts';
import type { UserAnswer, UserDirectory } from './business/user-directory.ts';

/** Longer than the mesh's own 2 s, which answers 504 first; without a mesh this is the limit. */
const TIMEOUT_MS = 2_500;

type User = operations['getUser']['responses'][200]['content']['application/json'];

/**
 * Asks user-service. Only what nobody expects is an error; everything else has its answer. Every order asks, so this is no
 * client of the whole contract: that one's `fetch` cost more than all else that order-service does for an order.
 */
export function userServiceDirectory(baseUrl: string): UserDirectory {
  const { pool, basePath } = connectionsTo(baseUrl);
  return {
    async statusOf(userId, { token }): Promise<UserAnswer> {
      try {
        const answer = await pool.request({
          method: 'GET',
          path: `${basePath}/users/${encodeURIComponent(userId)}`,
          headers: { ...onwardHeaders(), accept: 'application/json', authorization: `Bearer ${token}` },
          signal: AbortSignal.timeout(TIMEOUT_MS),
        });
        return await read(answer);
      } catch (error) {
        if (error instanceof SyntaxError) return 'nonsense';
        return error instanceof Error && error.name === 'TimeoutError' ? 'too slow' : 'away';
      }
    },
  };
}

async function read({ statusCode, body }: Dispatcher.ResponseData): Promise<UserAnswer> {
  if (statusCode === 200) {
    const user = (await body.json()) as Partial<User> | null; // what is not as the contract says is seen below
    return user?.status === 'active' || user?.status === 'inactive' ? user.status : 'nonsense';
  }
  // Read to its end, so that its connection can be used again.
  await body.dump();
  switch (statusCode) {
    case 401:
      return 'token refused';
    case 403:
      return 'forbidden';
    case 404:
      return 'unknown';
    case 504:
      return 'too slow';
    case 429:
    case 502:
    case 503:
      return 'away';
    default:
      return 'nonsense';
  }
}
