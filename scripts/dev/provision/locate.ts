import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Source, Tool } from './tools.ts';

/** The root folder of this repository. */
export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** Folder that keeps what was built, outside the repository, so that a fresh clone finds it. */
export const toolsFolder = (): string =>
  join(process.env['WEFT_CACHE'] || join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'weft'), 'tools');

/** Where a tool is on this machine, or why it is not there. */
export type Located = { readonly path: string } | { readonly missing: string };

const isExecutableFile = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
};

/** The first executable of this name on PATH; Debian keeps some in folders that only root has there. */
export const onPath = (command: string): string | undefined =>
  [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin']
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, command))
    .find(isExecutableFile);

/** The folders of `site-packages` in a virtual environment: one, named after the Python version. */
const sitePackages = (environment: string): readonly string[] => {
  const lib = join(environment, 'lib');
  if (!existsSync(lib)) return [];
  return readdirSync(lib)
    .filter((name) => name.startsWith('python3'))
    .map((name) => join(lib, name, 'site-packages'));
};

/**
 * pip writes the RECORD of the package that was asked for when everything else is in place:
 * without it an installation was interrupted, even if the executable is there already.
 */
const isInstalled = (folder: string, source: Extract<Source, { how: 'pip' }>): boolean => {
  const start = `${source.package.replaceAll('-', '_')}-${source.version.replace('*', '')}`;
  return (
    existsSync(folder) &&
    readdirSync(folder).some(
      (name) => name.startsWith(start) && name.endsWith('.dist-info') && existsSync(join(folder, name, 'RECORD')),
    )
  );
};

const locatePip = (source: Extract<Source, { how: 'pip' }>): string | undefined => {
  const environment = join(toolsFolder(), source.folder);
  const packages = sitePackages(environment).find((folder) => isInstalled(folder, source));
  if (packages === undefined) return undefined;
  const path = join(source.executable.in === 'site-packages' ? packages : environment, source.executable.path);
  return isExecutableFile(path) ? path : undefined;
};

/** The directory of a module in Go's module cache; asks Go, which knows of half-unpacked modules, and forbids downloads. */
const locateGoModule = (source: Extract<Source, { how: 'go-module' }>): string | undefined => {
  const go = onPath('go');
  if (go === undefined) return undefined;
  try {
    const answer: unknown = JSON.parse(
      execFileSync(go, ['mod', 'download', '-json', `${source.module}@${source.version}`], {
        cwd: toolsFolderOrRoot(),
        env: { ...process.env, GOPROXY: 'off', GOTOOLCHAIN: 'local' },
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }),
    );
    const found = typeof answer === 'object' && answer !== null && 'Dir' in answer ? answer.Dir : undefined;
    return typeof found === 'string' && existsSync(found) ? found : undefined;
  } catch {
    return undefined;
  }
};

/** Go looks for a go.mod in the working directory and above, so it is not asked from wherever the caller happens to be. */
const toolsFolderOrRoot = (): string => (existsSync(toolsFolder()) ? toolsFolder() : ROOT);

/** The folder in which a Go program of this repository is kept: its name changes with its sources, so it is built anew. */
export const goProgramFolder = (source: Extract<Source, { how: 'go-program' }>): string | undefined => {
  const folder = join(ROOT, source.sources);
  if (!existsSync(join(folder, 'go.mod'))) return undefined;
  const hash = createHash('sha256');
  for (const name of readdirSync(folder).sort()) {
    if (!/\.go$|^go\.(mod|sum)$/.test(name)) continue;
    hash.update(`${name}\0`).update(readFileSync(join(folder, name)));
  }
  return join(toolsFolder(), `${source.command}-${hash.digest('hex').slice(0, 12)}`);
};

/** The folder with the jars of a Maven artifact; it appears when it is complete. */
export const mavenFolder = ({ artifact, version }: Extract<Source, { how: 'maven' }>): string =>
  join(toolsFolder(), `${artifact}-${version}`);

const found = (path: string | undefined, missing: string): Located => (path === undefined ? { missing } : { path });

const existing = (path: string | undefined): string | undefined =>
  path !== undefined && isExecutableFile(path) ? path : undefined;

/** Looks where a tool is; starts nothing that is slow, downloads nothing. */
export const locate = (tool: Tool): Located => {
  const { source } = tool;
  switch (source.how) {
    case 'apt':
      if (source.folder !== undefined) {
        const path = join(source.folder, source.command);
        return found(existing(path), `${path} is not there`);
      }
      return found(onPath(source.command), `the command ${source.command} is not on PATH`);
    case 'go-install':
    case 'kubernetes':
      return found(existing(join(toolsFolder(), source.folder, tool.name)), `${tool.name} is not built yet`);
    case 'go-program': {
      const folder = goProgramFolder(source);
      if (folder === undefined) return { missing: `${source.sources}/go.mod is not there` };
      return found(existing(join(folder, source.command)), `${source.sources} is not built yet`);
    }
    case 'go-module':
      return found(
        locateGoModule(source),
        onPath('go') === undefined
          ? 'Go is not installed (the command go is not on PATH)'
          : `the Go module ${source.module}@${source.version} is not in the module cache`,
      );
    case 'maven': {
      const folder = mavenFolder(source);
      return found(
        existsSync(join(folder, `${source.artifact}-${source.version}.jar`)) ? folder : undefined,
        `${source.group}:${source.artifact}:${source.version} is not downloaded yet`,
      );
    }
    case 'pip':
      return found(
        locatePip(source),
        `${source.package} ${source.version} is not installed in its virtual environment`,
      );
  }
};
