import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ObjectLines, SourceLine, SourceMap } from '../../charts-src/app/source-map.ts';
import { fingerprint } from '../../charts-src/model/fingerprint.ts';
import { keptSources, keyOf, SOURCES_FILE, type FileSources, type KeptSources } from './kept-sources.ts';
import type { World } from './world.ts';

/** What was written, and where. */
export interface Written {
  readonly maps: readonly SourceMap[];
  readonly output: string;
  /** The only folder of the output that was written.
   * @default - all of it */
  readonly topology?: string | undefined;
}

/** Keeps where objects were declared; what is known of other folders stays. */
export async function keepSources(
  { maps, output, topology }: Written,
  world: Pick<World, 'cwd' | 'err'>,
): Promise<void> {
  if (maps.length === 0) return;
  const scope = `${keyOf(topology === undefined ? output : join(output, topology), world.cwd)}/`;
  const old = Object.entries(keptSources(world.cwd).files).filter(([file]) => !file.startsWith(scope));
  const known = new Map<string, string>();
  const fresh: [string, FileSources][] = [];
  for (const { sources, files } of maps) {
    for (const file of sources)
      known.set(file, known.get(file) ?? fingerprint(await readFile(file, 'utf8').catch(() => '')));
    for (const [file, lines] of Object.entries(files)) {
      const key = keyOf(join(output, file), world.cwd);
      if (key.startsWith(scope)) fresh.push([key, usedSources(sources, lines, known, world.cwd)]);
    }
  }
  const kept: KeptSources = { version: 1, files: Object.fromEntries([...old, ...fresh]) };
  try {
    const file = join(world.cwd, SOURCES_FILE);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(`${file}.${process.pid}`, JSON.stringify(kept));
    await rename(`${file}.${process.pid}`, file); // whoever reads it meanwhile gets one of both
  } catch (error) {
    world.err(`note: ${SOURCES_FILE} cannot be written, so findings will name no TypeScript: ${String(error)}\n`);
  }
}

/** The lines of one file, with only those sources that they name. */
function usedSources(
  all: SourceMap['sources'],
  lines: SourceMap['files'][string],
  fingerprints: ReadonlyMap<string, string>,
  cwd: string,
): FileSources {
  const used = [
    ...new Set(
      Object.values(lines).flatMap(([source, , parts = {}]) => [
        source,
        ...Object.values(parts).map(([other]) => other),
      ]),
    ),
  ];
  const renumbered = ([source, line]: SourceLine): SourceLine => [used.indexOf(source), line];
  return {
    sources: used.map((source) => {
      const file = all[source] ?? '';
      return [keyOf(file, cwd), fingerprints.get(file) ?? ''];
    }),
    lines: Object.fromEntries(
      Object.entries(lines).map(([text, [source, line, parts]]): [string, ObjectLines] => {
        const whole = renumbered([source, line]);
        if (parts === undefined) return [text, whole];
        return [
          text,
          [...whole, Object.fromEntries(Object.entries(parts).map(([path, part]) => [path, renumbered(part)]))],
        ];
      }),
    ),
  };
}
