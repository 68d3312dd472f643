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
  const bundle = await bundled({
    entryPoint: 'scripts/cli/main.ts',
    outfile: join(outdir, 'weft.cjs'),
    // scripts/cli/installed.ts compiles and calls it as Node does with a module: it needs no copy of the text for that.
    banner: `(function (require, __filename, __dirname) { "use strict"; const FILE_URL = require('node:url').pathToFileURL(__filename).href;`,
    footer: '})',
  });
  // Read as what it is, and not decoded: two bytes a character take twice the time to read and to keep.
  const [odd] = /.{0,40}[^\0-\x7f].{0,40}/.exec(bundle) ?? [];
  if (odd !== undefined) fail(`the command line must be ASCII, but holds ${JSON.stringify(odd)}: write it as \\u….`);
  await bundled({
    entryPoint: 'scripts/cli/installed.ts',
    outfile: join(outdir, 'main.js'),
    define: { BUNDLE_HASH: JSON.stringify(createHash('sha256').update(bundle).digest('hex').slice(0, 16)) },
    banner: '#!/usr/bin/env node',
  });
  chmodSync(join(outdir, 'main.js'), 0o755);
  writeFileSync(join(outdir, 'package.json'), '{ "type": "commonjs" }\n');
  for (const name of BUNDLED)
    cpSync(join(root, 'node_modules', name, 'LICENSE'), join(outdir, 'licences', `${name}.txt`));
  copyFileSync(join(root, 'scripts/cli/record-failure.cjs'), join(outdir, 'record-failure.cjs'));
  cpSync(join(root, 'scripts/cli/starter'), join(outdir, 'starter'), { recursive: true });
}

/** One CommonJS file, because the compiled form of one can be kept (scripts/cli/code-cache.ts). Returns its text. */
async function bundled({ entryPoint, outfile, define = {}, banner, footer = '' }) {
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
    plugins: [{ name: 'child-process-when-used', setup: childProcessWhenUsed }],
    // Less text is read sooner; names stay, for stack traces.
    minifySyntax: true,
    minifyWhitespace: true,
    // What others wrote stays an ordinary dependency where it can, with its licence beside it.
    external: Object.keys({ ...dependencies, ...peerDependencies }).filter((name) => !BUNDLED.includes(name)),
    logLevel: 'warning',
  });
  return readFileSync(outfile, 'utf8');
}

/** commander starts commands that are programs of their own, of which weft has none: that part of Node waits for it. */
function childProcessWhenUsed(builder) {
  builder.onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
    importer.includes(`${sep}commander${sep}`) ? { path: 'child_process', namespace: 'when-used' } : undefined,
  );
  builder.onLoad({ filter: /^child_process$/, namespace: 'when-used' }, () => ({
    contents: "module.exports = { get spawn() { return require('node:child_process').spawn; } };",
  }));
}

function fail(message) {
  process.stderr.write(`build: ${message}\n`);
  process.exit(1);
}
