import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { filesBelow, freshClone, pack, remove, repository, scratchFolder, succeed } from './user-machine.ts';

/** All that may be in the tarball. */
const ALLOWED: readonly RegExp[] = [
  /^(?:package\.json|README\.md|LICENSE)$/,
  /^build\/charts-src\/index\.(?:js|d\.ts)$/,
  /^build\/charts-src\/(?:app|canary|check|constructs|diff|envoy|explain|graph|manifest|model|picture)\/(?:rules\/|validation\/|analysis\/)?[a-z0-9-]+\.(?:js|d\.ts)$/,
  /^build\/charts-src\/imports\/istio(?:-[a-z]+)?\.(?:js|d\.ts)$/,
  /^build\/cli\/(?:main\.js|(?:weft|check|explain)\.cjs|package\.json|record-failure\.cjs|licences\/\w+\.txt)$/,
  /^build\/cli\/starter\/(?:package\.json|tsconfig\.json|cdk8s\.yaml|gitignore|README\.md|[a-z]+(?:\.test)?\.ts|contracts\/[a-z.]+\.(?:ts|yaml))$/,
  /^docs\/(?:[\w-]+\/)*[\w.-]+\.(?:md|json|svg)$/,
];

/** Far above what it is, far below what a source map, a picture or a bundled dependency would make of it. */
const MAX_PACKED_KB = 2_000;
const MAX_UNPACKED_KB = 8_000;

let scratch: string;
let clones: readonly string[];
let tarballs: readonly string[];
let files: readonly string[];
const textOf = (file: string): string => readFileSync(join(scratch, 'package', file), 'utf8');

beforeAll(() => {
  scratch = scratchFolder();
  clones = [join(scratch, 'clone'), join(scratch, 'clone of another name')];
  clones.forEach(freshClone);
  tarballs = clones.map((clone, index) => pack(clone, join(scratch, `packed-${index}`)));
  succeed(scratch, 'tar', ['-xzf', tarballs[0] ?? '']);
  files = filesBelow(join(scratch, 'package'));
});
afterAll(() => {
  remove(scratch);
});

describe('the tarball', () => {
  test('holds what is used and nothing else', () => {
    expect(files.filter((file) => !ALLOWED.some((pattern) => pattern.test(file)))).toEqual([]);
    for (const pattern of ALLOWED) expect(files.some((file) => pattern.test(file))).toBe(true);
    // What the repository has and nobody should install: would the list above let it in?
    for (const file of [
      'tests/package/tarball.test.ts',
      'charts-src/index.ts',
      'dist/guide/dev/x.k8s.yaml',
      'environments/dev.yaml',
      'build/charts-src/charts/shop.js',
      'build/charts-src/main.js',
      'build/charts-src/imports/contracts/user-service.js',
      'build/tools.json',
      'build/cli/main.js.map',
    ])
      expect(
        ALLOWED.some((pattern) => pattern.test(file)),
        file,
      ).toBe(false);
  });

  test('holds every file that package.json names, and the licence', () => {
    const manifest = JSON.parse(textOf('package.json')) as {
      readonly bin: Readonly<Record<string, string>>;
      readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
      readonly license: string;
      readonly scripts: Readonly<Record<string, string>>;
    }; // our own, and the assertions below fail where it is not
    const named = [
      ...Object.values(manifest.bin),
      ...Object.values(manifest.exports).flatMap((target) =>
        typeof target === 'string' ? target : Object.values(target),
      ),
    ].map((path) => path.replace(/^\.\//, ''));
    expect(named.length).toBeGreaterThan(4);
    expect(named.filter((file) => !files.includes(file))).toEqual([]);
    expect(statSync(join(scratch, 'package', manifest.bin['weft'] ?? '')).mode & 0o111).toBe(0o111);
    expect(manifest.license).toBe('Apache-2.0');
    expect(textOf('LICENSE')).toBe(readFileSync(join(repository, 'LICENSE'), 'utf8'));
    expect(textOf('LICENSE')).toContain('Apache License');
    // `prepare` runs for whoever installs from a repository, never for whoever installs the tarball.
    expect(Object.keys(manifest.scripts).filter((name) => /^(?:pre|post)?(?:install|uninstall)$/.test(name))).toEqual(
      [],
    );
  });

  test('has types for every module, and for nothing else', () => {
    const of = (pattern: RegExp): string[] =>
      files
        .filter((file) => file.startsWith('build/charts-src/') && pattern.test(file))
        .map((file) => file.replace(pattern, ''));
    expect(of(/\.js$/)).toEqual(of(/\.d\.ts$/));
    expect(of(/\.js$/).length).toBeGreaterThan(30);
  });

  test('names no path of the machine that built it', () => {
    const paths = [repository, scratch, homedir(), ...clones];
    const found = files.flatMap((file) =>
      [...paths, ...(/\.(?:js|ts)$/.test(file) ? ['node_modules/'] : [])]
        .filter((path) => textOf(file).includes(path))
        .map((path) => `${file}: ${path}`),
    );
    expect(found).toEqual([]);
  });

  test('is small', () => {
    const packed = statSync(tarballs[0] ?? '').size / 1024;
    const unpacked = files.reduce((sum, file) => sum + statSync(join(scratch, 'package', file)).size, 0) / 1024;
    process.stdout.write(
      `tarball: ${files.length} files, ${packed.toFixed(0)} kB packed, ${unpacked.toFixed(0)} kB unpacked\n`,
    );
    expect(packed).toBeLessThan(MAX_PACKED_KB);
    expect(unpacked).toBeLessThan(MAX_UNPACKED_KB);
    expect(packed).toBeGreaterThan(50);
  });

  test('is the same, byte for byte, wherever it is built', () => {
    const [first, second] = tarballs.map((tarball) => readFileSync(tarball));
    expect(first?.length).toBeGreaterThan(0);
    expect(second?.equals(first ?? Buffer.alloc(0))).toBe(true);
  });
});
