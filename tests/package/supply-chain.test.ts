import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { repository } from './user-machine.ts';

interface Locked {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly dev?: boolean;
  readonly inBundle?: boolean;
  readonly hasInstallScript?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** Why a package of a lock file is not what a registry gave, by hash. */
function problemsOf(path: string, { version, resolved, integrity, link, inBundle }: Locked): string[] {
  const problems: string[] = [];
  if (link === true) problems.push('is a link to a folder');
  if (version === undefined || !/^\d+\.\d+\.\d+/.test(version)) problems.push(`has the version ${String(version)}`);
  // A lock file without addresses leaves them to the registry that is configured.
  if (resolved !== undefined && !/^https:\/\/[^/]+\/(?:[^/]+\/)*-\/[^/]+\.tgz$/.test(resolved))
    problems.push(`comes from ${resolved}`);
  if (inBundle !== true && !/^sha512-[A-Za-z0-9+/]{86}==/.test(integrity ?? '')) problems.push('has no sha512');
  return problems.map((problem) => `${path} ${problem}`);
}

const manifest = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as Readonly<
  Record<'dependencies' | 'devDependencies' | 'peerDependencies', Readonly<Record<string, string>>>
>; // npm reads it as one
const { packages } = JSON.parse(readFileSync(join(repository, 'package-lock.json'), 'utf8')) as {
  readonly packages: Readonly<Record<string, Locked>>;
}; // npm wrote it
const locked = Object.entries(packages).filter(([path]) => path !== '');

test('every package of the lock file comes from a registry, by hash', () => {
  expect(locked.length).toBeGreaterThan(100);
  expect(locked.flatMap(([path, entry]) => problemsOf(path, entry))).toEqual([]);
});

test.each<{ readonly entry: Locked; readonly says: string }>([
  { entry: { version: '1.0.0', resolved: 'git+ssh://git@example.com/a/b.git#0123' }, says: 'comes from git' },
  { entry: { version: '1.0.0', resolved: 'https://example.com/b.zip' }, says: 'comes from https' },
  { entry: { version: '1.0.0', resolved: 'http://example.com/b/-/b-1.0.0.tgz' }, says: 'comes from http' },
  { entry: { version: '1.0.0', resolved: 'file:../b.tgz' }, says: 'comes from file' },
  { entry: { version: '1.0.0', integrity: 'sha1-abc' }, says: 'has no sha512' },
  { entry: { resolved: '../b', link: true }, says: 'is a link' },
])('$entry would be refused', ({ entry, says }) => {
  expect(problemsOf('node_modules/b', entry).join()).toContain(says);
});

test('every range in package.json is a range of versions', () => {
  const all = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies, ...manifest.peerDependencies });
  expect(all.length).toBeGreaterThan(10);
  expect(all.filter(([, range]) => !/^[~^]?\d+(?:\.\d+){0,2}$/.test(range))).toEqual([]);
});

test('nothing that is installed with the package runs a script; esbuild and protobufjs do, for development only', () => {
  const withScript = locked.filter(([, { hasInstallScript }]) => hasInstallScript);
  const names = withScript.map(([path]) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length));
  expect([...new Set(names)]).toEqual(['esbuild', 'protobufjs']);
  expect(withScript.filter(([, { dev }]) => dev !== true).map(([path]) => path)).toEqual([]);
  expect(withScript.filter(([path]) => production().has(path)).map(([path]) => path)).toEqual([]);
  expect(production().size).toBeGreaterThan(4);
});

/** What a user of the package gets: dependencies and peers, and all that these need. */
function production(): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (name: string, from: string): void => {
    // As Node looks for it: in the package itself, then in each folder above.
    for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
      const path = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
      const entry = packages[path];
      if (entry !== undefined) {
        if (found.has(path)) return;
        found.add(path);
        for (const dependency of Object.keys(entry.dependencies ?? {})) visit(dependency, path);
        return;
      }
      if (folder === '') throw new Error(`${name} is not in package-lock.json`);
    }
  };
  for (const name of Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })) visit(name, '');
  return found;
}
