import { buildGraph, type MeshGraph } from '../../charts-src/graph/mesh-graph.ts';
import type { MeshSettings } from '../../charts-src/graph/mesh-settings.ts';
import type { ReadManifests } from '../../charts-src/manifest/manifest.ts';
import { readManifests } from '../../charts-src/manifest/read-manifests.ts';
import { decodeText } from './decode-text.ts';
import { Failure } from './failure.ts';
import { gitFiles } from './git-files.ts';
import { readPaths } from './read-files.ts';
import { readNote } from './read-note.ts';
import type { World } from './world.ts';

/** One side of a comparison. */
export interface Side {
  readonly name: string;
  readonly graph: MeshGraph;
  /** The bytes of its files, in any order: to tell whether anything at all differs. */
  readonly text: string;
}

/** Whether a side is a commit: `git:main`. */
export const isGit = (side: string): boolean => side.startsWith('git:');

/**
 * Reads one side of a comparison: a folder, a file, stdin, or a path in a commit.
 *
 * @throws Failure when there is no such thing, or nothing in it
 */
export async function readSide(
  side: string,
  path: string,
  namespace: string,
  world: World,
  settings: Partial<MeshSettings> | undefined,
): Promise<Side> {
  const read = isGit(side) ? await readCommit(side, path, namespace, world) : await readFolder(side, namespace, world);
  if (read.manifests.length === 0)
    throw new Failure(`${side} holds no Kubernetes object, so there is nothing to compare`);
  for (const problem of read.problems) world.err(readNote(problem));
  return { name: side, graph: buildGraph(read, settings), text: read.text };
}

type ReadText = ReadManifests & { readonly text: string };

async function readFolder(side: string, namespace: string, world: World): Promise<ReadText> {
  const texts: Uint8Array[] = [];
  const noting: World = {
    ...world,
    readBytes: async (path) => {
      const bytes = await world.readBytes(path);
      texts.push(bytes);
      return bytes;
    },
  };
  const [group] = await readPaths([side], noting, { namespace });
  return { manifests: group?.manifests ?? [], problems: group?.problems ?? [], text: fingerprint(texts) };
}

async function readCommit(side: string, path: string, namespace: string, world: World): Promise<ReadText> {
  const files = await gitFiles(side.slice('git:'.length), path, world);
  const all = files.map(({ path: file, bytes }): ReadManifests => {
    const { text, problem } = decodeText(file, bytes);
    const found = text === undefined ? { manifests: [], problems: [] } : readManifests(file, text, { namespace });
    return problem === undefined ? found : { ...found, problems: [...found.problems, problem] };
  });
  return {
    manifests: all.flatMap(({ manifests }) => manifests),
    problems: all.flatMap(({ problems }) => problems),
    text: fingerprint(files.map(({ bytes }) => bytes)),
  };
}

/** The bytes of all files, in any order: to tell whether anything at all differs. */
const fingerprint = (files: readonly Uint8Array[]): string =>
  files
    .map((bytes) => Buffer.from(bytes).toString('base64'))
    .sort()
    .join(' ');
