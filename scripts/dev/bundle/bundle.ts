import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { parse } from 'yaml';
import { DUMP } from '../../../apps/monolith/dump.ts';
import { SERVICES } from '../shop-services.ts';
import { ROOT } from '../provision/locate.ts';

/** Folders of apps/ that can be bundled. */
export const BUNDLES = [
  ...(Object.keys(SERVICES) as (keyof typeof SERVICES)[]), // its keys are written out there
  'monolith',
  'image-metadata',
] as const;

/** Something that runs from a bundle. */
export type Bundle = (typeof BUNDLES)[number];

export const isBundle = (name: string): name is Bundle => BUNDLES.some((bundle) => bundle === name);

/** Packages with files that are no code, or that the bundler breaks: they come along as they are. */
const AS_THEY_ARE = ['@electric-sql/pglite', '@platformatic/kafka', 'sharp'];

/** A file of a bundle. */
export interface BundledFile {
  /** Relative to the bundle. */
  readonly path: string;
  readonly bytes: number;
}

/** Writes the bundle of a service into a folder, which holds nothing else afterwards. */
export async function bundle(service: Bundle, folder: string): Promise<readonly BundledFile[]> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: { main: `apps/${service}/main.ts` },
    outdir: folder,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    // What is only imported when it is wanted, such as telemetry, is only read then.
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    minifyWhitespace: true,
    legalComments: 'none',
    external: AS_THEY_ARE,
    // Packages of the older kind call `require` for what Node itself has.
    banner: { js: "import{createRequire as requireOf}from'node:module';const require=requireOf(import.meta.url);" },
    plugins: [contracts(service)],
    metafile: true,
    logLevel: 'error',
  });
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
  if (hasDatabase(service))
    writeFileSync(
      join(folder, 'migrate.js'),
      "process.argv.splice(2, Infinity, 'migrate');\nawait import('./main.js');\n",
    );
  if (service === 'monolith') addDatabase(folder);
  const imported = new Set(Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(({ path }) => path)));
  const copied = AS_THEY_ARE.filter((name) => imported.has(name)).flatMap((name) => withDependencies(name));
  for (const name of copied)
    cpSync(packageFolder(name), join(folder, 'node_modules', name), { recursive: true, dereference: true });
  const used = new Set([...Object.keys(metafile.inputs).flatMap(packageOf), ...copied]);
  writeFileSync(join(folder, 'THIRD-PARTY-NOTICES.txt'), notices([...used].sort()));
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => ({ path, stat: statSync(join(folder, path)) }))
    .filter(({ path, stat }) => stat.isFile() && !path.startsWith('node_modules'))
    .map(({ path, stat }) => ({ path, bytes: stat.size }))
    .sort((one, other) => one.path.localeCompare(other.path));
}

/** Whether a service has tables to bring up to date. */
export const hasDatabase = (service: Bundle): boolean =>
  service === 'monolith' || existsSync(join(ROOT, 'apps', service, 'persistence'));

/** The embedded database with its tables, where the process looks for it from its own folder. */
function addDatabase(folder: string): void {
  execFileSync(process.execPath, [join(ROOT, 'scripts/dev/shop-database.mjs')], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  cpSync(join(ROOT, DUMP), join(folder, DUMP));
}

/** Puts the contracts themselves in place of the module that reads them from disk: one file less to find, and no YAML to read. */
function contracts(service: Bundle): Plugin {
  const folders = Object.keys(SERVICES).filter((name) => name === service || service === 'monolith');
  return {
    name: 'contracts',
    setup({ onLoad }) {
      onLoad({ filter: /[\\/]contract-document\.ts$/ }, () => {
        const documents = Object.fromEntries(
          folders.map((name) => [name, parse(readFileSync(join(ROOT, `apps/${name}/contract/openapi.yaml`), 'utf8'))]),
        );
        // JSON in a string is read faster than the same as code.
        const text = JSON.stringify(JSON.stringify(documents));
        return {
          contents: `const documents=JSON.parse(${text});export const contractDocument=(service)=>documents[service];`,
        };
      });
    },
  };
}

const packageFolder = (name: string): string => join(ROOT, 'node_modules', name);

interface Manifest {
  readonly version?: string;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const manifestOf = (name: string): Manifest =>
  // npm has installed it by this very file.
  JSON.parse(readFileSync(join(packageFolder(name), 'package.json'), 'utf8')) as Manifest;

/** A package and all that it needs of what is installed; for an optional one that is for another system, nothing is. */
function withDependencies(name: string, known: readonly string[] = []): readonly string[] {
  const { dependencies = {}, optionalDependencies = {} } = manifestOf(name);
  let found = [...known, name];
  for (const needed of Object.keys({ ...dependencies, ...optionalDependencies }))
    if (!found.includes(needed) && existsSync(packageFolder(needed)))
      found = [...new Set([...found, ...withDependencies(needed, found)])];
  return found;
}

/** The package that a file came from, none for our own. */
function packageOf(path: string): readonly string[] {
  const [, inside] = /^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path.split(sep).join('/')) ?? [];
  return inside === undefined ? [] : [inside];
}

/** The licences of what others wrote: most of them want to be where their code is. */
function notices(names: readonly string[]): string {
  return names
    .map((name) => {
      const { version = '', license = 'see its package' } = manifestOf(name);
      const file = readdirSync(packageFolder(name)).find((one) => /^licen[cs]e(\.|$)/i.test(one));
      const text = file === undefined ? '' : `\n\n${readFileSync(join(packageFolder(name), file), 'utf8').trim()}`;
      return `${name} ${version} (${license})${text}\n`;
    })
    .join(`\n${'-'.repeat(80)}\n\n`);
}
