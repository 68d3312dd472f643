import { relative, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApiServer, type ApiServer, type KubernetesObject } from '../support/api-server.ts';
import { leafFolders, readLeaf } from '../support/manifest-folders.ts';
import { lostFields } from '../support/written-fields.ts';

const DIST = process.env['WEFT_DIST'] || 'dist';
const leaves = leafFolders(DIST);

const label = ({ kind, metadata }: KubernetesObject): string => `${kind} ${metadata.namespace ?? '-'}/${metadata.name}`;

test(`${DIST} holds meshes to apply`, () => {
  expect(leaves, 'run `npm start` first: it writes the manifests').not.toEqual([]);
});

// The environments share namespace names and nothing here could finish deleting a namespace: every mesh gets a new server.
describe.each(leaves.map((folder) => [relative(DIST, folder), folder] as const))('%s', (_, folder) => {
  const documents = readLeaf(folder);
  let server: ApiServer;
  const firstVersions = new Map<string, string | undefined>();

  const versions = async (): Promise<Map<string, string | undefined>> => {
    const found = new Map<string, string | undefined>();
    for (const { object } of documents) found.set(label(object), (await server.read(object)).metadata.resourceVersion);
    return found;
  };

  beforeAll(async () => {
    server = await startApiServer();
  });
  afterAll(async () => {
    await server?.stop();
  });

  test('holds documents, each object once', () => {
    expect(documents.length).toBeGreaterThan(0);
    expect(new Set(documents.map(({ object }) => `${object.apiVersion} ${label(object)}`)).size).toBe(documents.length);
  });

  test('is accepted as it is in the files, and kept as it was written', async () => {
    const refused: string[] = [];
    for (const { object, text } of documents) {
      try {
        const { metadata } = await server.apply(object, { text });
        firstVersions.set(label(object), metadata.resourceVersion);
      } catch (error) {
        refused.push(error instanceof Error ? error.message : String(error));
      }
    }
    expect(refused).toEqual([]);

    const lost: string[] = [];
    for (const { object } of documents) {
      const fields = lostFields(object, await server.read(object), {
        dropsZeroValues: !object.apiVersion.includes('istio.io/'),
      });
      lost.push(...fields.map((field) => `${label(object)}${field}`));
    }
    expect(lost).toEqual([]);

    // The second reading is another parser's: the server's answer to the text equals its answer to our reading of it.
    for (const { object } of documents) await server.apply(object);
    expect(await versions()).toEqual(firstVersions);
  });

  test('changes nothing when it is applied a second time', async () => {
    expect(firstVersions.size, 'the first apply failed').toBe(documents.length);
    for (const { object, text } of documents) await server.apply(object, { text });
    expect(await versions()).toEqual(firstVersions);
  });

  test('is read the same by kubectl, without a warning', async () => {
    expect(firstVersions.size, 'the first apply failed').toBe(documents.length);
    const { code, stderr } = await server.kubectl([
      'apply',
      '--server-side',
      '--field-manager=weft',
      '-f',
      resolve(folder),
    ]);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(await versions()).toEqual(firstVersions);
  });
});
