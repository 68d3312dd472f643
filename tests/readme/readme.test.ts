import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { isGroup } from '../../scripts/cli/command.ts';
import { commands } from '../../scripts/cli/commands.ts';
import { regenerated } from '../../scripts/dev/readme.ts';

const readme = readFileSync('README.md', 'utf8');

describe('README.md', () => {
  test('shows code and YAML as they are', { timeout: 60_000 }, () => {
    const { text, blocks } = regenerated(readme);
    expect(blocks).toBeGreaterThanOrEqual(2);
    expect(readme, 'stale: run `npm run readme`').toBe(text);
  });

  test('docs/canary.md shows plans as they are', () => {
    const guide = readFileSync('docs/canary.md', 'utf8');
    const { text, blocks } = regenerated(guide);
    expect(blocks).toBeGreaterThan(0);
    expect(guide).toBe(text);
  });

  test.each(['README.md', 'docs/canary.md'])('%s names commands of weft canary that exist', (file) => {
    const lines = [...readFileSync(file, 'utf8').matchAll(/weft canary ([a-z|]+)/g)].map(([, name]) => name ?? '');
    const group = commands.filter(isGroup).find(({ name }) => name === 'canary');
    const named = [...new Set(lines.flatMap((name) => name.split('|')))];
    expect(named.length).toBeGreaterThan(3);
    expect(named.filter((name) => !group?.commands.some((command) => command.name === name))).toEqual([]);
  });

  test('links to files that exist', () => {
    const links = [...readme.matchAll(/\]\((?!https?:|#)([^)#]+)\)/g)].map(([, link]) => link ?? '');
    expect(links.length).toBeGreaterThan(5);
    expect(links.filter((link) => !existsSync(link))).toEqual([]);
  });

  test('names npm scripts that exist', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
    const named = [...readme.matchAll(/npm run ([\w:-]+)/g)].map(([, name]) => name ?? '');
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  test('names commands of weft that exist, and the package where npx has none yet', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    const named = [...readme.matchAll(/\bnpx (?:--yes --package (\S+) )?weft (\w+)/g)];
    expect(named.map(([, , name]) => name)).toContain('synth');
    expect(named.filter(([, , name]) => !commands.some((command) => command.name === name))).toEqual([]);
    // In a folder without the package `npx weft` would run somebody else's package of that name.
    const create = named.filter(([, , name]) => name === 'create').map(([, from]) => from);
    expect(create).toEqual(['weftmesh', `./weftmesh-${version}.tgz`]);
  });
});
