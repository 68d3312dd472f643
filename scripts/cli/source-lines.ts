import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ObjectLines, SourceLine } from '../../charts-src/app/source-map.ts';
import type { Finding } from '../../charts-src/check/rule.ts';
import type { Manifest } from '../../charts-src/manifest/manifest.ts';
import { renderDocument } from '../../charts-src/manifest/yaml.ts';
import { fingerprint } from '../../charts-src/model/fingerprint.ts';
import { formatPath, type Path } from '../../charts-src/model/schema.ts';
import { keptSources, keyOf, type KeptSources } from './kept-sources.ts';
import type { World } from './world.ts';

/** Finds the TypeScript of an object, as long as neither has changed since the map was written. */
export function sourceLines({ cwd }: Pick<World, 'cwd'>): (manifest: Manifest, at: Path) => Finding['source'] {
  let kept: KeptSources | undefined;
  const current = new Map<string, string>();
  const knownOf = lastOf((manifest) => {
    // Read for the first finding only: there is nothing to look up in a mesh without.
    kept ??= keptSources(cwd);
    const known = own(kept.files, keyOf(manifest.file, cwd));
    const lines = known && own(known.lines, textFingerprint(manifest));
    return lines && { lines, sources: known.sources };
  });
  return (manifest, at) => {
    const { lines, sources = [] } = knownOf(manifest) ?? {};
    const [index, line] = (lines && lineAt(lines, at)) ?? [];
    const [file, then] = sources[index ?? -1] ?? [];
    if (file === undefined || line === undefined) return null;
    const now = current.get(file) ?? fingerprintOf(join(cwd, file));
    current.set(file, now);
    return now === then ? { file, line } : null;
  };
}

/** What was looked up for an object, until another is asked for: findings come object by object. */
function lastOf<T>(lookUp: (manifest: Manifest) => T): (manifest: Manifest) => T {
  let last: { readonly manifest: Manifest; readonly found: T } | undefined;
  return (manifest) => {
    if (last?.manifest !== manifest) last = { manifest, found: lookUp(manifest) };
    return last.found;
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
