import { readFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import type { ObjectLines } from '../../charts-src/app/source-map.ts';

/** Where the map from objects to TypeScript is kept: written by `weft synth`, read by `weft check`. */
export const SOURCES_FILE = 'build/weft-sources.json';

/** The map as it is kept; paths are relative to the project. */
export interface KeptSources {
  readonly version: 1;
  /** By file of manifests. */
  readonly files: Readonly<Record<string, FileSources>>;
}

/** What is kept for one file of manifests. */
export interface FileSources {
  /** TypeScript with the fingerprint that it had: once it has another, its lines may have moved. */
  readonly sources: readonly (readonly [file: string, fingerprint: string])[];
  /** By the fingerprint of the object's text. */
  readonly lines: Readonly<Record<string, ObjectLines>>;
}

/** Reads the map of a project; nothing where there is none, or one that another version or a broken disk wrote. */
export function keptSources(cwd: string): KeptSources {
  try {
    const kept = JSON.parse(readFileSync(join(cwd, SOURCES_FILE), 'utf8')) as KeptSources; // judged right below
    if (kept.version === 1 && typeof kept.files === 'object' && (kept.files as object | null) !== null) return kept;
  } catch {
    // as below
  }
  return { version: 1, files: {} };
}

/** A path below the project, as it is written in the map. */
export const keyOf = (file: string, cwd: string): string => relative(cwd, resolve(cwd, file)).split(sep).join('/');
