// Builds what the package ships: the library as JavaScript with types, and the command line as one bundle. Runs in
// plain Node, because `prepare` runs it right after `npm ci`. Types are checked elsewhere (`npm run lint`).
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, cpSync, existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import ts from 'typescript';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
/** What every command needs to start: compiled with our own code, it is ready sooner by a tenth. */
const BUNDLED = ['commander', 're2js'];

/**
 * Modules that few runs need, each with what is taken from it: they are loaded when that is first asked for.
 * commander starts commands that are programs of their own, of which weft has none; patterns of RE2 stand in few meshes.
 */
const WHEN_USED = [
  { module: 'node:child_process', by: `${sep}commander${sep}`, member: 'spawn' },
  { module: 're2js', by: `${sep}model${sep}re2.ts`, member: 'RE2JS' },
];

/** Commands that people wait for many times a day: each also has a bundle of just what it runs, which is ready sooner. */
const QUICK = ['check', 'explain'];

const only = process.argv[2]; // `cli` or `library`; both without

if (only !== undefined && !['cli', 'library'].includes(only))
  fail(`there is no part "${only}": name cli or library, or none for both`);
if (only === undefined || only === 'library') buildLibrary();
if (only === undefined || only === 'cli') await buildCommandLine();

function buildLibrary() {
  const source = join(root, 'charts-src');
  const index = join(source, 'index.ts');
  // The sample shop is no part of the library: it reads ../environments.
  const isSample = (file) => /^(?:main\.ts$|charts[\\/])/.test(relative(source, file));
  const rootNames = existsSync(index)
    ? [index, join(source, 'app', 'testing.ts'), join(source, 'check', 'index.ts')]
    : readdirSync(source, { recursive: true })
        .map((name) => join(source, name))
        .filter((file) => file.endsWith('.ts') && !isSample(file));
  const outDir = join(root, 'build');
  const configFile = join(root, 'tsconfig.json');
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(configFile, ts.sys.readFile).config,
    ts.sys,
    root,
  );
  const program = ts.createProgram(rootNames, {
    ...options,
    noEmit: false,
    noCheck: true,
    declaration: true,
    rootDir: root,
    outDir,
    types: ['node'],
  });
  const outside = program
    .getSourceFiles()
    .map(({ fileName }) => relative(root, fileName))
    .filter((file) => !file.startsWith(`charts-src${sep}`) && !file.includes('node_modules') && !file.startsWith('..'));
  const samples = program
    .getSourceFiles()
    .filter(({ fileName }) => !fileName.includes('node_modules') && isSample(fileName));
  if (outside.length > 0 || samples.length > 0)
    fail(
      `the library must hold charts-src without the sample shop, but imports ${[...outside, ...samples.map(({ fileName }) => relative(root, fileName))].join(', ')}`,
    );
  rmSync(join(outDir, 'charts-src'), { recursive: true, force: true });
  const { diagnostics } = program.emit();
  const problems = [...program.getSyntacticDiagnostics(), ...diagnostics];
  if (problems.length > 0)
    fail(
      ts.formatDiagnostics(problems, {
        getCanonicalFileName: (name) => name,
        getCurrentDirectory: () => root,
        getNewLine: () => '\n',
      }),
    );
}

async function buildCommandLine() {
  const outdir = join(root, 'build', 'cli');
  rmSync(outdir, { recursive: true, force: true });
  const hashes = { weft: await bundledCommands(join(outdir, 'weft.cjs')) };
  for (const name of QUICK) hashes[name] = await bundledCommands(join(outdir, `${name}.cjs`), name);
  await bundled({
    entryPoint: 'scripts/cli/installed.ts',
    outfile: join(outdir, 'main.js'),
    define: { BUNDLES: JSON.stringify(hashes) },
    banner: '#!/usr/bin/env node',
  });
  chmodSync(join(outdir, 'main.js'), 0o755);
  writeFileSync(join(outdir, 'package.json'), '{ "type": "commonjs" }\n');
  for (const name of BUNDLED)
    cpSync(join(root, 'node_modules', name, 'LICENSE'), join(outdir, 'licences', `${name}.txt`));
  copyFileSync(join(root, 'scripts/cli/record-failure.cjs'), join(outdir, 'record-failure.cjs'));
  cpSync(join(root, 'scripts/cli/starter'), join(outdir, 'starter'), { recursive: true });
}

/** A bundle of all commands, or of one. Returns its fingerprint. */
async function bundledCommands(outfile, onlyCommand) {
  const text = await bundled({
    entryPoint: 'scripts/cli/main.ts',
    outfile,
    // scripts/cli/installed.ts compiles and calls it as Node does with a module: it needs no copy of the text for that.
    banner: `(function (require, __filename, __dirname) { "use strict"; const FILE_URL = require('node:url').pathToFileURL(__filename).href;`,
    footer: '})',
    onlyCommand,
  });
  // Read as what it is, and not decoded: two bytes a character take twice the time to read and to keep.
  const [odd] = /.{0,40}[^\0-\x7f].{0,40}/.exec(text) ?? [];
  if (odd !== undefined) fail(`the command line must be ASCII, but holds ${JSON.stringify(odd)}: write it as \\u….`);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** One CommonJS file, because the compiled form of one can be kept (scripts/cli/code-cache.ts). Returns its text. */
async function bundled({ entryPoint, outfile, define = {}, banner, footer = '', onlyCommand }) {
  const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  await build({
    absWorkingDir: root,
    entryPoints: [entryPoint],
    outfile,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    // A linked node_modules is named as it is here, not by where it lies.
    preserveSymlinks: true,
    define: { 'import.meta.url': 'FILE_URL', ...define },
    banner: { js: banner },
    footer: { js: footer },
    plugins: [
      { name: 'when-used', setup: whenUsed },
      ...(onlyCommand === undefined
        ? []
        : [{ name: 'only-command', setup: (builder) => withoutOthers(onlyCommand, builder) }]),
    ],
    // Less text is read sooner. Names stay where all commands are, for stack traces: WEFT_DEBUG=1 runs that bundle.
    minifySyntax: true,
    minifyWhitespace: true,
    minifyIdentifiers: onlyCommand !== undefined,
    // What others wrote stays an ordinary dependency where it can, with its licence beside it.
    external: Object.keys({ ...dependencies, ...peerDependencies }).filter((name) => !BUNDLED.includes(name)),
    logLevel: 'warning',
  });
  return readFileSync(outfile, 'utf8');
}

function whenUsed(builder) {
  for (const { module, by, member } of WHEN_USED) {
    const filter = new RegExp(`^${module}$`);
    builder.onResolve({ filter }, ({ importer }) =>
      importer.includes(by) ? { path: module, namespace: 'when-used' } : undefined,
    );
    builder.onLoad({ filter, namespace: 'when-used' }, () => ({
      contents: `module.exports = { get ${member}() { return require('${module}').${member}; } };`,
      resolveDir: root,
    }));
  }
}

/** Leaves out what other commands run; that there are such commands stays known. */
function withoutOthers(command, builder) {
  const declarations = join(root, 'scripts', 'cli', 'commands') + sep;
  builder.onResolve({ filter: /^\./ }, ({ kind, importer, path }) =>
    kind === 'dynamic-import' && importer.startsWith(declarations) && importer !== `${declarations}${command}.ts`
      ? { path, namespace: 'other-command' }
      : undefined,
  );
  builder.onLoad({ filter: /^/, namespace: 'other-command' }, () => ({
    contents: 'throw new Error("this bundle has another command only");',
  }));
}

function fail(message) {
  process.stderr.write(`build: ${message}\n`);
  process.exit(1);
}
