import { userServiceClient } from '../user/contract/client.ts';
import type { UserAnswer, UserDirectory } from './business/user-directory.ts';

/** Longer than the mesh's own 2 s, which answers 504 first; without a mesh this is the limit. */
const TIMEOUT_MS = 2_500;

/** Asks user-service. Only what nobody expects is an error; everything else has its answer. */
export function userServiceDirectory(baseUrl: string): UserDirectory {
  const client = userServiceClient({ baseUrl, timeoutMs: TIMEOUT_MS });
  return {
    async statusOf(userId, { token }): Promise<UserAnswer> {
      try {
        const { data, response } = await client.GET('/users/{user_id}', {
          params: { path: { user_id: userId } },
          headers: { authorization: `Bearer ${token}` },
        });
        if (data !== undefined)
          return data.status === 'active' || data.status === 'inactive' ? data.status : 'nonsense';
        switch (response.status) {
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
      } catch (error) {
        if (error instanceof SyntaxError) return 'nonsense';
        return error instanceof Error && error.name === 'TimeoutError' ? 'too slow' : 'away';
      }
    },
  };
}
