import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApiServer, type ApiServer } from '../support/api-server.ts';
import { leafFolders } from '../support/manifest-folders.ts';

let server: ApiServer;
beforeAll(async () => {
  server = await startApiServer();
}, 120_000);
afterAll(() => server?.stop());

describe('kubectl apply -f FOLDER on an empty cluster', () => {
  // One leaf: the others have the same file names, and the server is not emptied between them.
  test.each(leafFolders('dist').filter((folder) => folder.endsWith('prod')))(
    '%s needs no second try',
    async (folder) => {
      const { code, stderr } = await server.kubectl(['apply', '--server-side', '-f', resolve(folder)]);
      expect(stderr).toBe('');
      expect(code).toBe(0);
    },
    120_000,
  );
});
