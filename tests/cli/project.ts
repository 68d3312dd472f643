import { mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { disk } from '../../scripts/cli/disk.ts';
import { run } from '../../scripts/cli/program.ts';
import type { World } from '../../scripts/cli/world.ts';

export const repository = resolve(import.meta.dirname, '../..');

/** What a command line did. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A project of a user in a folder of its own. */
export interface Project {
  readonly folder: string;
  /** Writes the app, as TypeScript that may use cdk8s, MeshApp and MeshChart; `app` is a new MeshApp. */
  app(source: string): void;
  file(name: string, text: string): void;
  /** Text of all files below a folder. */
  files(below?: string): Readonly<Record<string, string>>;
  /** Runs `weft` with these arguments, in this process. */
  weft(argv: readonly string[], world?: Partial<World>): Promise<Ran>;
  remove(): void;
}

export function project(): Project {
  const folder = mkdtempSync(join(tmpdir(), 'weft cli-')); // with a space, which shells and NODE_OPTIONS split at
  const file = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  const source = (path: string): string => JSON.stringify(join(repository, path));
  symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'));
  file('package.json', '{"type":"module"}');
  file('cdk8s.yaml', 'language: typescript\napp: node --import tsx main.ts\n');
  return {
    folder,
    file,
    app: (body) =>
      file(
        'main.ts',
        `import { ApiObject, App, Chart } from 'cdk8s'; import { MeshApp } from ${source('charts-src/app/mesh-app.ts')}; import { MeshChart } from ${source('charts-src/constructs/mesh-chart.ts')}; void [App, Chart]; const app = new MeshApp(); const add = (scope, kind, name) => new ApiObject(scope, kind + name, { apiVersion: 'v1', kind, metadata: { name } });\n${body}\n`,
      ),
    files: (below = 'dist') =>
      Object.fromEntries(
        filesBelow(join(folder, below))
          .sort()
          .map((path) => [relative(folder, path), readFileSync(path, 'utf8')]),
      ),
    weft: async (argv, world = {}) => {
      const said = { out: '', err: '' };
      const code = await run(
        argv,
        {
          out: (text) => void (said.out += text),
          err: (text) => void (said.err += text),
          ...disk(folder),
          stdin: () => Promise.resolve(''),
          stdinBytes: async () => new TextEncoder().encode(await (world.stdin?.() ?? '')),
          cwd: folder,
          env: withoutTestRunner(process.env),
          now: () => 0,
          signal: new AbortController().signal,
          hasColour: false,
          hasColourOut: false,
          ...world,
        },
        '1.2.3',
      );
      return { code, ...said };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Without what links lead to, all of node_modules: from Node 22 on `recursive` follows them. */
const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path);
    return entry.isFile() ? [path] : [];
  });

/** What a shell of a user has: nothing of vitest. */
export const withoutTestRunner = (env: NodeJS.ProcessEnv): Record<string, string | undefined> =>
  Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^(?:VITEST|NODE_OPTIONS|NODE_ENV|FORCE_COLOR|TINYPOOL)/.test(name)),
  );

/** An app of two topologies. */
export const TWO_TOPOLOGIES = `
for (const file of ['shop/dev/orders', 'shop/prod/orders', 'guide/dev/guide']) {
  const chart = new MeshChart(app, file.replaceAll('/', '-'), { file, namespace: 'shop' });
  add(chart, 'Service', 'orders'); add(chart, 'ConfigMap', 'urls');
}
console.log('words of the app');
app.synth();`;
