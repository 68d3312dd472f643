import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { readTools } from '../../scripts/dev/provision/tools-file.ts';
import { compilePrograms } from './compile.ts';

/** A program that writes manifests, or judges them. */
export interface Contender {
  readonly name: string;
  /** The command line that writes the objects of so many services into a folder, or judges those of so many. */
  readonly command: (services: number, folder: string) => readonly [string, ...string[]];
  /** Most services that it is asked for; beyond, it takes minutes. */
  readonly upTo: number;
  /** Exit codes besides 0 that say that it did its work.
   * @default - none */
  readonly mayEndWith?: readonly number[];
}

/** Those that make shape "five", those that make shape "full", and what is missing. */
export interface Contenders {
  readonly five: readonly Contender[];
  readonly full: readonly Contender[];
  /** Those that judge shape "five". */
  readonly check: readonly Contender[];
  readonly missing: readonly string[];
}

type Manifest = {
  readonly kind?: string;
  readonly metadata?: { readonly name?: string; readonly annotations?: unknown };
};

/** Compiles the kit's programs, and looks for the others. `work` is a folder of the caller's. */
export function contenders(root: string, work: string): Contenders {
  // Below the root, where the packages that they import are found.
  const program = compilePrograms(root, join(root, 'build', 'bench'), ['kit-five', 'kit-full', 'plain-cdk8s']);
  const node = process.execPath;
  const kitFive: Contender = {
    name: 'weft',
    command: (services, folder) => [node, program('kit-five'), String(services), folder, 'one-file'],
    upTo: 10_000,
  };
  const template = join(work, 'five.json');
  const five = objectsOf(kitFive, 1, join(work, 'template')).map(withoutReasons);
  writeFileSync(template, JSON.stringify(five));
  const tool = readTools();
  const others: Contender[] = [];
  const missing: string[] = [];
  for (const name of ['helm', 'jsonnet'] as const) {
    const found = tool(name);
    if (!('path' in found)) missing.push(`${name}: ${found.help}`);
    else others.push(name === 'helm' ? helm(root, found.path) : jsonnet(found.path, JSON.stringify(five), work));
  }
  return {
    five: [
      kitFive,
      ...others,
      {
        name: 'plain cdk8s',
        command: (services, folder) => [node, program('plain-cdk8s'), String(services), folder, template],
        upTo: 1_000,
      },
    ],
    check: checkers(kitFive, { root, work, tool, missing }),
    full: [
      {
        name: 'weft, all kinds',
        command: (services, folder) => [node, program('kit-full'), String(services), folder],
        upTo: 10_000,
      },
    ],
    missing,
  };
}

/** What judges manifests without a cluster, on the same files: five objects a service. */
function checkers(
  { command }: Contender,
  {
    root,
    work,
    tool,
    missing,
  }: {
    readonly root: string;
    readonly work: string;
    readonly tool: ReturnType<typeof readTools>;
    readonly missing: string[];
  },
): readonly Contender[] {
  const made = new Map<number, string>();
  const manifests = (services: number): string => {
    const folder = made.get(services) ?? join(work, `check-${services}`);
    if (!made.has(services)) {
      mkdirSync(folder, { recursive: true });
      const [program, ...args] = command(services, folder);
      const { status, stderr } = spawnSync(program, args, { encoding: 'utf8' });
      if (status !== 0) throw new Error(`${program} ended with ${status}: ${stderr}`);
      made.set(services, folder);
    }
    return folder;
  };
  const checkers: Contender[] = [
    {
      name: 'weft check',
      command: (services) => [process.execPath, join(root, 'build/cli/main.js'), 'check', manifests(services)],
      upTo: 10_000,
    },
    {
      name: 'weft explain',
      command: (services) => [
        ...([process.execPath, join(root, 'build/cli/main.js'), 'explain', 'GET', 'http://service-1/api'] as const),
        ...['--from', 'bench/service-0-v1', '-f', manifests(services)],
      ],
      upTo: 10_000,
    },
  ];
  const kubeScore = tool('kube-score');
  if ('path' in kubeScore)
    checkers.push({
      name: 'kube-score',
      command: (services) => [
        kubeScore.path,
        'score',
        '--output-format=ci',
        join(manifests(services), 'services.k8s.yaml'),
      ],
      upTo: 10_000,
      mayEndWith: [1],
    });
  else missing.push(`kube-score: ${kubeScore.help}`);
  return checkers;
}

const helm = (root: string, binary: string): Contender => ({
  name: 'helm template',
  command: (services, folder) => [
    binary,
    'template',
    'bench',
    join(root, 'tests/bench/helm'),
    '--kube-version=v1.34.0',
    `--set=services=${services}`,
    `--output-dir=${folder}`,
  ],
  upTo: 10_000,
});

/** The same five objects as an expression with a name in it. */
function jsonnet(binary: string, five: string, work: string): Contender {
  const file = join(work, 'services.jsonnet');
  const body = five.replaceAll(/"service-0([^"]*)"/g, (_, rest: string) => `(name + ${JSON.stringify(rest)})`);
  writeFileSync(
    file,
    `local five(name) = ${body};\nstd.flattenArrays([five('service-' + i) for i in std.range(0, std.parseInt(std.extVar('services')) - 1)])\n`,
  );
  return {
    name: 'jsonnet',
    command: (services, folder) => [
      binary,
      '-y',
      '-V',
      `services=${services}`,
      '-c',
      '-o',
      join(folder, 'all.yaml'),
      file,
    ],
    upTo: 1_000,
  };
}

/** The objects that a contender writes, sorted, so that two of them can be compared. */
export function objectsOf({ command }: Contender, services: number, folder: string): Manifest[] {
  mkdirSync(folder, { recursive: true });
  const [program, ...args] = command(services, folder);
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}: ${stderr}`);
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.yaml'))
    .flatMap((file) => parseAllDocuments(readFileSync(join(folder, file), 'utf8')))
    .map((document) => document.toJS() as Manifest) // the programs write manifests
    .filter((object) => object !== null)
    .sort((a, b) => (identity(a) < identity(b) ? -1 : 1));
}

const identity = ({ kind, metadata }: Manifest): string => `${kind ?? ''}/${metadata?.name ?? ''}`;

/** Without the annotations that say why traps are accepted: only the kit knows traps. */
export function withoutReasons(object: Manifest): Manifest {
  const { annotations, ...metadata } = object.metadata ?? {};
  void annotations;
  return { ...object, metadata };
}
