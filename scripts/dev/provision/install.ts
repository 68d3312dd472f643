import { spawn } from 'node:child_process';
import { chmodSync, closeSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { goProgramFolder, mavenFolder, onPath, ROOT, toolsFolder } from './locate.ts';
import type { Source, Tool } from './tools.ts';

/** How long one command of an installation may take; a cold build of the API server takes 5 minutes on 2 cores. */
const COMMAND_TIMEOUT_MS = 25 * 60_000;

/** What an installer needs: where its output goes. */
export interface InstallLog {
  /** Appends the output of every command to this file. */
  readonly file: string;
}

/** An installation that did not work, in words for a person. */
export class InstallError extends Error {
  override readonly name = 'InstallError';
}

/** Go as this project uses it: no other toolchain is fetched, binaries are static. GOFLAGS stay as the machine has them. */
const goEnvironment = (more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv => ({
  ...process.env,
  GOTOOLCHAIN: 'local',
  CGO_ENABLED: '0',
  // A workspace file above the cache would change what is built.
  GOWORK: 'off',
  ...more,
});

/** Runs a command with its output in the log; fails with the end of that output. */
const run = async (
  log: InstallLog,
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<void> => {
  const output = openSync(log.file, 'a');
  writeFileSync(output, `\n$ ${command} ${args.join(' ')}\n`);
  try {
    await new Promise<void>((resolve, reject) => {
      const child = spawn(command, args, {
        cwd: options.cwd ?? toolsFolder(),
        env: options.env ?? process.env,
        stdio: ['ignore', output, output],
        timeout: COMMAND_TIMEOUT_MS,
        killSignal: 'SIGKILL',
      });
      child.on('error', (cause) => reject(new InstallError(`${command} did not start: ${cause.message}`)));
      child.on('close', (code, signal) => {
        if (code === 0) return resolve();
        const ending = readFileSync(log.file, 'utf8').trimEnd().split('\n').slice(-12).join('\n    ');
        reject(new InstallError(`${basename(command)} ended with ${signal ?? `code ${code}`}:\n    ${ending}`));
      });
    });
  } finally {
    closeSync(output);
  }
};

const needed = (command: string, help: string): string => {
  const path = onPath(command);
  if (path === undefined) throw new InstallError(`the command ${command} is not on PATH; ${help}`);
  return path;
};

const go = (): string => needed('go', 'install Go 1.26 or newer (https://go.dev/doc/install)');

let aptIsUpdated = false;

const aptInstall = async (log: InstallLog, packageName: string): Promise<void> => {
  const apt = needed('apt-get', `install the package ${packageName} of your system by hand`);
  if (process.getuid?.() !== 0) {
    throw new InstallError(`installing Debian packages needs root; run: sudo apt-get install ${packageName}`);
  }
  // RUNLEVEL: packages of servers start no server of the system; tests start their own.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const wait = ['-o', 'DPkg::Lock::Timeout=300', '-qq'];
  if (!aptIsUpdated) {
    await run(log, apt, [...wait, 'update'], { env });
    aptIsUpdated = true;
  }
  await run(log, apt, [...wait, 'install', '-y', '--no-install-recommends', packageName], { env });
};

/** Builds into a folder beside the final one and moves the finished file: whoever looks sees the whole file or none. */
const buildInto = async (folder: string, command: string, build: (temporary: string) => Promise<void>) => {
  const temporary = join(toolsFolder(), `.building-${command}-${process.pid}`);
  mkdirSync(temporary, { recursive: true });
  try {
    await build(temporary);
    chmodSync(join(temporary, command), 0o755);
    mkdirSync(folder, { recursive: true });
    renameSync(join(temporary, command), join(folder, command));
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
};

/**
 * A module that requires k8s.io/kubernetes. Its go.mod asks for v0.0.0 of the parts that live beside it in its own
 * repository; outside of that repository they are published under the same number with 0 in place of 1.
 */
const kubernetesModule = async (log: InstallLog, folder: string, version: string): Promise<void> => {
  const download = join(folder, 'download.json');
  const output = openSync(download, 'w');
  try {
    await new Promise<void>((resolve, reject) => {
      const child = spawn(go(), ['mod', 'download', '-json', `k8s.io/kubernetes@v${version}`], {
        cwd: folder,
        env: goEnvironment(),
        stdio: ['ignore', output, 'ignore'],
        timeout: COMMAND_TIMEOUT_MS,
      });
      child.on('error', reject);
      child.on('close', () => resolve());
    });
  } finally {
    closeSync(output);
  }
  const answer: unknown = JSON.parse(readFileSync(download, 'utf8') || '{}');
  const goMod = typeof answer === 'object' && answer !== null && 'GoMod' in answer ? answer.GoMod : undefined;
  if (typeof goMod !== 'string') {
    throw new InstallError(
      `the Go module k8s.io/kubernetes@v${version} cannot be downloaded: ${JSON.stringify(answer)}`,
    );
  }
  const published = version.replace(/^1\./, 'v0.');
  const parts = [...readFileSync(goMod, 'utf8').matchAll(/^\s*(k8s\.io\/\S+) v0\.0\.0$/gm)].map(([, name]) => name);
  if (parts.length === 0) throw new InstallError(`no k8s.io/… v0.0.0 in the go.mod of k8s.io/kubernetes v${version}`);
  const goVersion = /^go (\S+)$/m.exec(readFileSync(goMod, 'utf8'))?.[1] ?? '1.24.0';
  writeFileSync(
    join(folder, 'go.mod'),
    [
      'module weft/kubernetes',
      `go ${goVersion}`,
      `require k8s.io/kubernetes v${version}`,
      ...parts.map((name) => `replace ${name} => ${name} ${published}`),
      '',
    ].join('\n'),
  );
  writeFileSync(log.file, `go.mod with ${parts.length} replace lines written\n`, { flag: 'a' });
};

const installKubernetes = async (log: InstallLog, source: Extract<Source, { how: 'kubernetes' }>): Promise<void> => {
  const [major, minor] = source.version.split('.');
  // What `kubectl version` and /version say; a build without these says v0.0.0-master.
  const stamp = ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'].flatMap((name) => [
    `-X ${name}.gitVersion=v${source.version}`,
    `-X ${name}.gitMajor=${major}`,
    `-X ${name}.gitMinor=${minor}`,
  ]);
  await buildInto(join(toolsFolder(), source.folder), source.command, async (temporary) => {
    await kubernetesModule(log, temporary, source.version);
    // -mod=mod fills go.sum; the versions come from the go.mod of k8s.io/kubernetes, so they are always the same.
    await run(
      log,
      go(),
      [
        'build',
        '-mod=mod',
        '-ldflags',
        ['-s -w', ...stamp].join(' '),
        '-o',
        join(temporary, source.command),
        `k8s.io/kubernetes/cmd/${source.command}`,
      ],
      { cwd: temporary, env: goEnvironment() },
    );
  });
};

const installWithPip = async (log: InstallLog, source: Extract<Source, { how: 'pip' }>): Promise<void> => {
  const python = needed('python3', 'install Python 3.11 or newer with its venv module');
  const environment = join(toolsFolder(), source.folder);
  // A virtual environment holds its own path, so it cannot be moved: it is complete when pip has written its RECORD.
  rmSync(environment, { recursive: true, force: true });
  try {
    await run(log, python, ['-m', 'venv', environment]);
  } catch (cause) {
    // Debian ships Python without what venv needs.
    if (onPath('apt-get') === undefined || process.getuid?.() !== 0) throw cause;
    await aptInstall(log, 'python3-venv');
    rmSync(environment, { recursive: true, force: true });
    await run(log, python, ['-m', 'venv', environment]);
  }
  await run(log, join(environment, 'bin', 'pip'), [
    'install',
    '--no-input',
    '--disable-pip-version-check',
    `${source.package}${source.extras === undefined ? '' : `[${source.extras}]`}==${source.version}`,
  ]);
};

/** A project that needs nothing but the artifact: Maven resolves what that needs, and copies all of it into one folder. */
const installWithMaven = async (log: InstallLog, source: Extract<Source, { how: 'maven' }>): Promise<void> => {
  const maven = needed('mvn', 'install Maven');
  const folder = mavenFolder(source);
  const temporary = join(toolsFolder(), `.building-${source.artifact}-${process.pid}`);
  mkdirSync(temporary, { recursive: true });
  try {
    const { group, artifact, version } = source;
    writeFileSync(
      join(temporary, 'pom.xml'),
      [
        '<project xmlns="http://maven.apache.org/POM/4.0.0">',
        '  <modelVersion>4.0.0</modelVersion>',
        '  <groupId>weft</groupId><artifactId>tool</artifactId><version>1</version>',
        '  <dependencies><dependency>',
        `    <groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version>`,
        '  </dependency></dependencies>',
        '</project>',
        '',
      ].join('\n'),
    );
    await run(
      log,
      maven,
      ['-B', '-q', 'dependency:copy-dependencies', '-DincludeScope=runtime', '-DoutputDirectory=jars'],
      { cwd: temporary },
    );
    rmSync(folder, { recursive: true, force: true });
    renameSync(join(temporary, 'jars'), folder);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
};

/** Installs one tool that is missing.
 * @throws InstallError when that does not work, with the end of the command's output */
export const install = async (tool: Tool, log: InstallLog): Promise<void> => {
  const { source } = tool;
  mkdirSync(toolsFolder(), { recursive: true });
  switch (source.how) {
    case 'apt':
      return aptInstall(log, source.package);
    case 'go-install':
      return buildInto(join(toolsFolder(), source.folder), tool.name, (temporary) =>
        run(log, go(), ['install', '-ldflags', '-s -w', `${source.package}@${source.version}`], {
          env: goEnvironment({ GOBIN: temporary }),
        }),
      );
    case 'kubernetes':
      return installKubernetes(log, source);
    case 'go-program': {
      const folder = goProgramFolder(source);
      if (folder === undefined) throw new InstallError(`${source.sources}/go.mod is not there`);
      return buildInto(folder, source.command, (temporary) =>
        run(log, go(), ['build', '-ldflags', '-s -w', '-o', join(temporary, source.command), '.'], {
          cwd: join(ROOT, source.sources),
          env: goEnvironment(),
        }),
      );
    }
    case 'go-module':
      return run(log, go(), ['mod', 'download', `${source.module}@${source.version}`], { env: goEnvironment() });
    case 'maven':
      return installWithMaven(log, source);
    case 'pip':
      return installWithPip(log, source);
  }
};
