import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  emptyProject,
  filesBelow,
  freshClone,
  pack,
  remove,
  repository,
  run,
  scratchFolder,
  succeed,
} from './user-machine.ts';

const MAIN = `import { Mesh, MeshApp, MeshService, seconds } from 'weftmesh';
const users = { protocol: 'http', name: 'users', basePath: '/api', operations: { getUser: { method: 'GET', path: '/users/{id}' } } };
const app = new MeshApp();
const shop = new Mesh(app, 'shop', { images: { byTag: 'a test' } });
const user = new MeshService(shop, 'users', { contract: users, versions: { v1: { image: 'users:1' }, v2: { image: 'users:2' } }, weights: { v1: 90, v2: 10 } });
const web = new MeshService(shop, 'web', { contract: { ...users, name: 'web' }, versions: { v1: { image: 'web:1' } } });
web.calls(user, { operations: ['getUser'], timeout: seconds(2) });
app.synth();
`;

/** What must compile, and what must not: were the types missing, the expected errors would be too. */
const PROGRAM = `import { type HttpContract, Mesh, MeshApp, MeshService, seconds, VirtualService } from 'weftmesh';
import { check } from 'weftmesh/check';
import { checkApp, manifests, objects } from 'weftmesh/testing';
const users = { protocol: 'http', name: 'users', basePath: '/api', operations: { getUser: { method: 'GET', path: '/users/{id}' } } } as const satisfies HttpContract;
const app = new MeshApp();
const shop = new Mesh(app, 'shop');
const v1 = { image: 'users:1' };
const v2 = { image: 'users:2' };
const user = new MeshService(shop, 'users', { contract: users, versions: { v1, v2 }, weights: { v1: 90, v2: 10 } });
const web = new MeshService(shop, 'web', { contract: users, versions: { v1 } });
web.calls(user, { operations: ['getUser'], timeout: seconds(2) });
new VirtualService(shop, 'route', { metadata: { name: 'route' }, spec: { hosts: ['users'] } });
const texts: Readonly<Record<string, string>> = manifests(app);
const name: string = objects(app).find('Service', 'users').metadata.name;
const codes: readonly string[] = check(texts).findings.map(({ code }) => code);
void [texts, name, codes, checkApp(app)];
// @ts-expect-error weights that do not total 100
new MeshService(shop, 'a', { contract: users, versions: { v1, v2 }, weights: { v1: 90, v2: 20 } });
// @ts-expect-error an operation that the contract does not have
web.calls(user, { operations: ['getUsr'] });
// @ts-expect-error a duration without unit
web.calls(user, { operations: ['getUser'], timeout: 2 });
// @ts-expect-error nothing of this name is exported
import { Msh } from 'weftmesh';
`;

const TSCONFIG = {
  compilerOptions: {
    target: 'es2023',
    lib: ['es2023'],
    module: 'nodenext',
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false, // the types of cdk8s and of this package are judged too
    noEmit: true,
    types: [],
  },
  files: ['program.ts'],
};

interface Installed {
  readonly version: string;
  readonly license?: string;
  readonly resolved?: string;
  readonly hasInstallScript?: boolean;
  readonly inBundle?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
}

let scratch: string;
let project: string;
const tsc = join(repository, 'node_modules/typescript/bin/tsc');
const node = process.execPath;

beforeAll(() => {
  scratch = scratchFolder();
  freshClone(join(scratch, 'clone'));
  const tarball = pack(join(scratch, 'clone'), join(scratch, 'packed'));
  project = join(scratch, 'a project');
  emptyProject(project, {
    'main.js': MAIN,
    'program.ts': PROGRAM,
    'tsconfig.json': JSON.stringify(TSCONFIG),
    'cdk8s.yaml': 'language: typescript\napp: node main.js\noutput: manifests\n',
  });
  succeed(project, 'npm', ['install', tarball]);
  remove(join(scratch, 'clone')); // nothing of it may be needed from here on
});
afterAll(() => {
  remove(scratch);
});

const installed = (): readonly (readonly [string, Installed])[] => {
  const lock = JSON.parse(readFileSync(join(project, 'node_modules/.package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, Installed>>;
  }; // npm has just written it
  return Object.entries(lock.packages);
};

/** The name of a package, whatever folder it was put into. */
const nameOf = (path: string): string => path.replace(/^.*node_modules\//, '');

/** What a package needs, and what that needs, without the package itself. */
const broughtBy = (root: string, all: ReturnType<typeof installed>): ReadonlySet<string> => {
  const found = new Set<string>();
  const visit = (name: string): void => {
    for (const [path, { dependencies = {} }] of all)
      if (nameOf(path) === name)
        for (const next of Object.keys(dependencies))
          if (!found.has(next)) {
            found.add(next);
            visit(next);
          }
  };
  visit(root);
  return found;
};

describe('installed in an empty project, the package', () => {
  test('brings few dependencies, none of which runs anything when it is installed', () => {
    const all = installed();
    const own = all.filter(([path, { inBundle }]) => path !== 'node_modules/weftmesh' && inBundle !== true);
    const bundled = all.filter(([, { inBundle }]) => inBundle === true);
    process.stdout.write(
      `runtime dependencies: ${own.length} (${own.map(([path, { version }]) => `${path.slice('node_modules/'.length)} ${version}`).join(', ')}), and ${bundled.length} that come inside them\n`,
    );
    const ofClient = broughtBy('@kubernetes/client-node', all);
    const names = own.map(([path]) => path.slice('node_modules/'.length)).filter((name) => !ofClient.has(nameOf(name)));
    expect(names.sort()).toEqual([
      '@kubernetes/client-node',
      '@viz-js/viz',
      'cdk8s',
      'cdk8s-plus-28',
      'commander',
      'constructs',
      're2js',
      'yaml',
    ]);
    expect(all.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => path)).toEqual([]);
    const scripts = all.flatMap(([path]) => {
      const manifest = JSON.parse(readFileSync(join(project, path, 'package.json'), 'utf8')) as {
        readonly scripts?: object;
      }; // npm reads it as one
      return Object.keys(manifest.scripts ?? {})
        .filter((name) => /^(?:pre|post)?install$/.test(name))
        .map((name) => `${path}: ${name}`);
    });
    expect(scripts).toEqual([]);
    expect(all.filter(([path]) => existsSync(join(project, path, 'binding.gyp'))).map(([path]) => path)).toEqual([]);
  });

  test('brings licences that ask for nothing but their text', () => {
    const licences = installed().map(([path, { license }]) => `${path}: ${license ?? 'none'}`);
    expect(licences.length).toBeGreaterThan(5);
    expect(
      licences.filter((line) => !/: (?:Apache-2\.0|MIT|ISC|BSD-[23]-Clause|0BSD|Python-2\.0|Unlicense)$/.test(line)),
    ).toEqual([]);
  });

  test('has a bill of materials with purl, licence and hash of every dependency', () => {
    const sbom = JSON.parse(succeed(project, 'npm', ['sbom', '--sbom-format', 'cyclonedx', '--omit', 'dev']).out) as {
      readonly components: readonly {
        readonly name: string;
        readonly purl?: string;
        readonly licenses?: unknown[];
        readonly hashes?: unknown[];
      }[];
    }; // the format npm was asked for
    const names = sbom.components.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining(['weftmesh', 'cdk8s', 'cdk8s-plus-28', 'constructs', 'commander', 'yaml']),
    );
    const lacking = sbom.components.filter(
      ({ purl, licenses, hashes }) => !purl?.startsWith('pkg:npm/') || !licenses?.length || !hashes?.length,
    );
    // What comes inside another package is hashed with it.
    const inside = new Set(
      installed()
        .filter(([, { inBundle }]) => inBundle === true)
        .map(([path]) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)),
    );
    expect(lacking.map(({ name }) => name).filter((name) => !inside.has(name))).toEqual([]);
  });

  test('is imported by plain Node, all its entries, and nothing behind them', () => {
    const load = (what: string, how = 'await import'): ReturnType<typeof run> =>
      run(project, node, [
        '--input-type=module',
        '-e',
        `console.log(Object.keys(${how}(${JSON.stringify(what)})).length)`,
      ]);
    const { exports: entries } = JSON.parse(
      readFileSync(join(project, 'node_modules/weftmesh/package.json'), 'utf8'),
    ) as { readonly exports: object }; // a test of the tarball looks at it
    const modules = Object.keys(entries)
      .filter((entry) => entry !== './package.json')
      .map((entry) => entry.replace(/^\./, 'weftmesh'));
    expect(modules).toEqual(['weftmesh', 'weftmesh/check', 'weftmesh/testing']);
    for (const name of modules) {
      const { code, out, err } = load(name);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(Number(out)).toBeGreaterThan(1);
    }
    const behind = load('weftmesh/build/charts-src/model/weights.js');
    expect(behind.code).not.toBe(0);
    expect(behind.err).toContain('ERR_PACKAGE_PATH_NOT_EXPORTED');
    const common = succeed(project, node, ['-p', "typeof require('weftmesh').MeshApp"]); // from Node 20.19 on
    expect(common.out).toBe('function\n');
  });

  test('has types that compile strictly, its own and those it needs, and refuse what they should', () => {
    const { code, out } = run(project, node, [tsc, '-p', '.']);
    expect({ code, out }).toEqual({ code: 0, out: '' });
    // Each expected error is really there: without the comments there are four.
    writeFileSync(join(project, 'bare.ts'), PROGRAM.replaceAll(/^\/\/ @ts-expect-error.*$/gm, ''));
    writeFileSync(join(project, 'tsconfig.bare.json'), JSON.stringify({ ...TSCONFIG, files: ['bare.ts'] }));
    const bare = run(project, node, [tsc, '-p', 'tsconfig.bare.json']);
    expect(bare.out.match(/^bare\.ts\(\d+,\d+\): error/gm)).toHaveLength(4);
    expect(bare.out).toContain('these weights do not total 100');
  });

  test('synthesises with node alone, and with weft, to the same bytes', () => {
    succeed(project, node, ['main.js']);
    const files = filesBelow(join(project, 'dist'));
    expect(files).toEqual(expect.arrayContaining(['shop/users.k8s.yaml', 'shop/web.k8s.yaml']));
    const { out, err } = succeed(project, 'npx', ['--no-install', 'weft', 'synth']);
    expect(out).toContain(`${files.length} files in manifests: ${files.length} written`);
    expect(err).toMatch(/^Next: /);
    expect(filesBelow(join(project, 'manifests'))).toEqual(files);
    for (const file of files)
      expect(readFileSync(join(project, 'manifests', file), 'utf8')).toBe(
        readFileSync(join(project, 'dist', file), 'utf8'),
      );
    expect(readFileSync(join(project, 'dist/shop/users.k8s.yaml'), 'utf8')).toContain('weight: 90');
  });

  test('judges what was synthesised, as a command and as a plugin of the cdk8s command', () => {
    succeed(project, 'npx', ['--no-install', 'weft', 'synth']);
    const checked = run(project, 'npx', ['--no-install', 'weft', 'check', '-o', 'json']);
    expect(checked.err).toBe('');
    const { kind, summary } = JSON.parse(checked.out) as {
      readonly kind: string;
      readonly summary: { readonly objects: number };
    }; // its schema says so
    expect(kind).toBe('CheckReport');
    expect(summary.objects).toBeGreaterThan(10);
    expect(succeed(project, 'npx', ['--no-install', 'weft', 'docs', 'W402']).out).toMatch(/^# W402 /);
    const { version } = JSON.parse(readFileSync(join(project, 'node_modules/weftmesh/package.json'), 'utf8')) as {
      readonly version: string;
    }; // a test of the tarball looks at it
    const cdk8s = join(repository, 'node_modules/cdk8s-cli/bin/cdk8s');
    writeFileSync(
      join(project, 'plugin.yaml'),
      'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata: { a: "1", a: "2" }\n',
    );
    const configuration = readFileSync(join(project, 'cdk8s.yaml'), 'utf8');
    try {
      writeFileSync(
        join(project, 'cdk8s.yaml'),
        `language: typescript\napp: mkdir -p $CDK8S_OUTDIR && cp plugin.yaml $CDK8S_OUTDIR\noutput: plugged\nvalidations:\n  - { package: ./node_modules/weftmesh, version: ${version}, class: WeftValidation }\n`,
      );
      const { code, out } = run(project, node, [cdk8s, 'synth']);
      expect(out).toContain('error W402');
      expect(code).toBe(2);
    } finally {
      writeFileSync(join(project, 'cdk8s.yaml'), configuration);
    }
  });

  test('has the command under both names, at its version', () => {
    const { version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
      readonly version: string;
    }; // ours has one
    expect(succeed(project, 'npx', ['--no-install', 'weft', '--version']).out).toBe(`${version}\n`);
    expect(succeed(project, 'npx', ['--no-install', 'kubectl-weft', '--version']).out).toBe(`${version}\n`);
  });

  test('refuses wrong code there with the same words and exit code', () => {
    writeFileSync(join(project, 'wrong.js'), MAIN.replace('v2: 10', 'v2: 20'));
    const before = filesBelow(join(project, 'manifests'));
    const { code, out, err } = run(project, 'npx', ['--no-install', 'weft', 'synth', '--app', 'node wrong.js']);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^error: 1 problem, nothing was written\n {2}shop\/users\n {4}weights: .*110, not 100/);
    expect(filesBelow(join(project, 'manifests'))).toEqual(before);
  });
});
