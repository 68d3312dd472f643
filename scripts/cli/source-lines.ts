import { readFileSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { ObjectLines, SourceLine, SourceMap } from '../../charts-src/app/source-map.ts';
import type { Finding } from '../../charts-src/check/rule.ts';
import type { Manifest } from '../../charts-src/manifest/manifest.ts';
import { renderDocument } from '../../charts-src/manifest/yaml.ts';
import { fingerprint } from '../../charts-src/model/fingerprint.ts';
import { formatPath, type Path } from '../../charts-src/model/schema.ts';
import type { World } from './world.ts';

/** Where the map from objects to TypeScript is kept: written by `weft synth`, read by `weft check`. */
export const SOURCES_FILE = 'build/weft-sources.json';

/** The map as it is kept; paths are relative to the project. */
interface KeptSources {
  readonly version: 1;
  /** By file of manifests. */
  readonly files: Readonly<Record<string, FileSources>>;
}

interface FileSources {
  /** TypeScript with the fingerprint that it had: once it has another, its lines may have moved. */
  readonly sources: readonly (readonly [file: string, fingerprint: string])[];
  /** By the fingerprint of the object's text. */
  readonly lines: Readonly<Record<string, ObjectLines>>;
}

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
  const old = Object.entries((await keptSources(world.cwd)).files).filter(([file]) => !file.startsWith(scope));
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

/** Finds the TypeScript of an object, as long as neither has changed since the map was written. */
export function sourceLines({ cwd }: Pick<World, 'cwd'>): (manifest: Manifest, at: Path) => Finding['source'] {
  let kept: KeptSources | undefined;
  const current = new Map<string, string>();
  return (manifest, at) => {
    // Read for the first finding only: there is nothing to look up in a mesh without.
    kept ??= parsed(() => readFileSync(join(cwd, SOURCES_FILE), 'utf8'));
    const known = own(kept.files, keyOf(manifest.file, cwd));
    const lines = known && own(known.lines, textFingerprint(manifest));
    const [index, line] = (lines && lineAt(lines, at)) ?? [];
    const [file, then] = known?.sources[index ?? -1] ?? [];
    if (file === undefined || line === undefined) return null;
    const now = current.get(file) ?? fingerprintOf(join(cwd, file));
    current.set(file, now);
    return now === then ? { file, line } : null;
  };
}

/** The line of the innermost part around a field that has one of its own. */
function lineAt([source, line, parts = {}]: ObjectLines, at: Path): SourceLine {
  for (let length = at.length; length > 0; length--) {
    const part = own(parts, formatPath(at.slice(0, length)));
    if (part) return part;
  }
  return [source, line];
}

const own = <T>(record: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;

/** As `synth` writes it, whatever it looks like in the file. */
function textFingerprint({ object }: Manifest): string {
  try {
    return fingerprint(renderDocument(object));
  } catch {
    return ''; // holds what weft never writes
  }
}

function fingerprintOf(file: string): string {
  try {
    return fingerprint(readFileSync(file, 'utf8'));
  } catch {
    return 'gone';
  }
}

const keptSources = async (cwd: string): Promise<KeptSources> => {
  const text = await readFile(join(cwd, SOURCES_FILE), 'utf8').catch(() => '');
  return parsed(() => text);
};

/** Nothing where there is no map, or one that another version or a broken disk wrote. */
function parsed(read: () => string): KeptSources {
  try {
    const kept = JSON.parse(read()) as KeptSources; // judged right below
    if (kept.version === 1 && typeof kept.files === 'object' && (kept.files as object | null) !== null) return kept;
  } catch {
    // as below
  }
  return { version: 1, files: {} };
}

/** A path below the project, as it is written everywhere. */
const keyOf = (file: string, cwd: string): string => relative(cwd, resolve(cwd, file)).split(sep).join('/');
