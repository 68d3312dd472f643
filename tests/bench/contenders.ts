import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { readTools } from '../../scripts/dev/provision/tools-file.ts';
import { compilePrograms } from './compile.ts';

/** A program that writes manifests. */
export interface Contender {
  readonly name: string;
  /** The command line that writes the objects of so many services into a folder. */
  readonly command: (services: number, folder: string) => readonly [string, ...string[]];
  /** Most services that it is asked for; beyond, it takes minutes. */
  readonly upTo: number;
}

/** Those that make shape "five", those that make shape "full", and what is missing. */
export interface Contenders {
  readonly five: readonly Contender[];
  readonly full: readonly Contender[];
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
