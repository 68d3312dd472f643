import { readFile, readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, relative, resolve, sep } from 'node:path';
import { HEADER } from '../../../charts-src/app/write-manifests.ts';
import { Failure, failureText } from '../failure.ts';
import type { OwnPackage } from '../own-package.ts';
import { readProject } from '../project.ts';
import { synthesise } from '../synthesise.ts';
import type { World } from '../world.ts';
import { failed, isInRange, note, ok, type Diagnosis } from './diagnosis.ts';

/** Whether the packages of the project fit this version of weft. */
export async function packageDiagnoses(own: OwnPackage, { cwd }: Pick<World, 'cwd'>): Promise<readonly Diagnosis[]> {
  const text = await readFile(join(cwd, 'package.json'), 'utf8').catch(() => undefined);
  if (text === undefined)
    return [
      note(
        'package',
        'there is no package.json here',
        'check, docs and explain need none; for a project: weft create my-mesh',
      ),
    ];
  const isOurs = nameIn(text) === own.name;
  const peers = Object.entries(own.peerDependencies).filter(([name]) => name !== 'cdk8s-plus-28' || isOurs);
  return [
    isOurs ? ok(own.name, `this is ${own.name} ${own.version} itself`) : libraryDiagnosis(own, cwd),
    ...peers.map(([name, range]) => peerDiagnosis(name, range, cwd)),
  ];
}

function libraryDiagnosis({ name, version }: OwnPackage, cwd: string): Diagnosis {
  const found = versionOf(name, cwd);
  if (found === undefined)
    return note(name, 'is not installed in this project', `npm install ${name}@${version}, if its mesh is TypeScript`);
  return found === version
    ? ok(name, version)
    : failed(
        name,
        `${found} is installed in this project, but this command is ${version}`,
        `run npx weft here, or npm install ${name}@${version}`,
      );
}

function peerDiagnosis(name: string, range: string, cwd: string): Diagnosis {
  const found = versionOf(name, cwd);
  if (found === undefined)
    return note(name, 'is not installed in this project', `npm install ${name}, if its mesh is TypeScript`);
  return isInRange(found, range)
    ? ok(name, found)
    : failed(name, `${found} is installed, and ${range} is needed`, `npm install ${name}@${range.replace(/^\^/, '')}`);
}

/** The version of a package as code in a folder would find it. */
function versionOf(name: string, cwd: string): string | undefined {
  const { paths } = createRequire(join(cwd, 'package.json')).resolve;
  // Not every package lets its package.json be imported, so it is looked for.
  for (const folder of paths(name) ?? []) {
    try {
      const found: unknown = createRequire(folder)(join(folder, name, 'package.json'));
      if (typeof found === 'object' && found !== null && 'version' in found) return String(found.version);
    } catch {
      // further up, perhaps
    }
  }
  return undefined;
}

function nameIn(text: string): string | undefined {
  try {
    const content: unknown = JSON.parse(text);
    return typeof content === 'object' && content !== null && 'name' in content ? String(content.name) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the output folder is what the code declares. */
export async function outputDiagnosis(world: World): Promise<Diagnosis> {
  const name = 'output';
  try {
    const { app, output = 'dist' } = await readProject(world);
    if (app === undefined)
      return note(
        name,
        'there is no cdk8s.yaml with an app here',
        'nothing, unless its mesh is TypeScript: then weft create shows one',
      );
    const { files } = await synthesise(app, { ...world, err: () => undefined });
    const folder = resolve(world.cwd, output);
    const old = await manifestsIn(folder);
    if (old === undefined) return note(name, `${output} is not there yet`, 'weft synth');
    const stale = [...files].filter(([file, text]) => old.get(file) !== withHeader(text)).map(([file]) => file);
    const left = [...old.keys()].filter((file) => !files.has(file));
    const different = [...stale, ...left].sort();
    const [first] = different;
    return first === undefined
      ? ok(name, `${output} is what the code declares (${files.size} files)`)
      : failed(
          name,
          `${output} is not what the code declares: ${different.length} of its files differ, the first is ${first}`,
          'weft synth',
        );
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return failed(name, failureText(error).trimEnd(), 'correct that, then weft synth');
  }
}

const withHeader = (text: string): string => (text.startsWith(HEADER) ? text : `${HEADER}\n${text}`);

async function manifestsIn(folder: string): Promise<ReadonlyMap<string, string> | undefined> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) return undefined;
  const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.yaml'));
  return new Map(
    await Promise.all(
      files.map(async ({ parentPath, name }): Promise<[string, string]> => {
        const file = join(parentPath, name);
        return [relative(folder, file).split(sep).join('/'), await readFile(file, 'utf8')];
      }),
    ),
  );
}
