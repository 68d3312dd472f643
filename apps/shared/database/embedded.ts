import { PGlite } from '@electric-sql/pglite';
import { embeddedParsers } from './connection.ts';

/** Opens the embedded PostgreSQL: in a folder, or in memory without one; from a dump, which is faster than from nothing. */
export const openEmbedded = ({
  folder,
  dump,
}: { readonly folder?: string; readonly dump?: Blob } = {}): Promise<PGlite> =>
  PGlite.create({
    ...(folder !== undefined && { dataDir: folder }),
    ...(dump !== undefined && { loadDataDir: dump }),
    parsers: embeddedParsers,
  });
