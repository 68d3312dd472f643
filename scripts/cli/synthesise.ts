import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import type { SourceMap } from '../../charts-src/app/source-map.ts';
import { Failure } from './failure.ts';
import { runApp } from './run-app.ts';
import type { World } from './world.ts';

/** What an app made. */
export interface Synthesised {
  /** Manifests by path below the output folder. */
  readonly files: ReadonlyMap<string, string>;
  /** The TypeScript that declared its objects, where it says so. */
  readonly sources: readonly SourceMap[];
}

/** Runs an app into a folder of its own, which is gone afterwards. */
export async function synthesise(app: string, world: World): Promise<Synthesised> {
  const work = await mkdtemp(join(tmpdir(), 'weft-synth-')).catch((error: unknown) => {
    throw noScratch(error);
  });
  try {
    const outdir = join(work, 'out');
    const sources = await runInto(outdir, app, world);
    const found = (await readdir(outdir, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
    const files = new Map<string, string>();
    for (const entry of found) {
      const absolute = join(entry.parentPath, entry.name);
      const file = relative(outdir, absolute).split(sep).join('/');
      if (entry.name.endsWith('.yaml')) files.set(file, await readFile(absolute, 'utf8'));
      else if (file !== 'construct-metadata.json') world.err(`note: ${file} is no .yaml file and was left out\n`);
    }
    if (files.size === 0)
      throw new Failure(
        `the app wrote no manifests, nothing was changed: \`${app}\` must write to the folder that CDK8S_OUTDIR names. Does it pass \`outdir\` to new App(), make no chart, or forget app.synth()?`,
      );
    return { files, sources };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function runInto(outdir: string, app: string, world: World): Promise<readonly SourceMap[]> {
  try {
    await mkdir(outdir);
    return await runApp(app, outdir, world);
  } catch (error) {
    // An app that cannot write there says so of a folder that its user has never heard of, or cannot even say so.
    const problem = error instanceof Failure ? error.problems.find(({ path }) => path === outdir) : undefined;
    const why: unknown =
      problem?.message ?? (await writeFile(join(outdir, '.probe'), 'x'.repeat(4096)).catch((no: unknown) => no));
    throw why === undefined ? error : noScratch(why);
  }
}

const noScratch = (why: unknown): Failure =>
  new Failure(
    `the folder for temporary files, ${tmpdir()}, cannot be written, nothing was changed: ${why instanceof Error ? why.message : String(why)}. Make room there, or name another folder in TMPDIR`,
  );
