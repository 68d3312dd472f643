import * as fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as library from '../../charts-src/check/index.ts';
import { check, checkReport, reportText, runCheck, buildGraph, readManifests } from '../../charts-src/check/index.ts';

const dist = resolve(import.meta.dirname, '../../dist');
const shop = Object.fromEntries(
  readdirSync(join(dist, 'microservices/dev')).map((file) => [
    `dist/microservices/dev/${file}`,
    readFileSync(join(dist, 'microservices/dev', file), 'utf8'),
  ]),
);

const SERVICE =
  'apiVersion: v1\nkind: Service\nmetadata: { name: orders }\nspec: { ports: [{ name: http, port: 80 }] }\n';

describe('the library', () => {
  test('judges texts, and is all that the command needs', () => {
    const result = check(shop);
    expect(result.objects).toBeGreaterThan(100);
    expect(result).toEqual(
      runCheck(
        buildGraph({
          manifests: Object.entries(shop).flatMap(([file, text]) => readManifests(file, text).manifests),
          problems: [],
        }),
      ),
    );
    const text = reportText(checkReport([result]), {
      linesOf: (file) => shop[file]?.split('\n'),
      hasColour: false,
      isPlain: false,
      showsIgnored: false,
    });
    expect(text).toContain(`in ${result.objects} objects`);
  });

  test('exports nothing that it does not say', () => {
    expect(Object.keys(library).sort()).toEqual([
      'buildGraph',
      'catalogue',
      'check',
      'checkReport',
      'readManifests',
      'reportSarif',
      'reportText',
      'runCheck',
    ]);
  });

  test('takes the namespace of objects that name none, the settings of the mesh, and rules of ones own', () => {
    const names = {
      code: 'W101',
      name: 'names',
      severity: 'info',
      summary: 'Names everything.',
      reads: ['*'],
      check: ({ manifests, settings }) =>
        manifests.map((manifest) => ({
          manifest,
          at: [],
          message: `${manifest.namespace} ${settings.trustDomain}`,
          fix: 'f',
        })),
    } as const satisfies library.Rule;
    const options = { namespace: 'shop', mesh: { trustDomain: 'acme' }, rules: [names] };
    expect(check({ 'a.yaml': SERVICE }, options).findings.map(({ message }) => message)).toEqual(['shop acme']);
    expect(check({ 'a.yaml': SERVICE }, { rules: [names] }).findings[0]?.message).toBe('default cluster.local');
  });

  test('of nothing finds nothing', () => {
    expect(check({})).toMatchObject({ objects: 0, findings: [], suppressed: [], bugs: [] });
  });
});

describe('findings do not depend on the order of files', () => {
  const inAnyOrder = (files: Readonly<Record<string, string>>, numRuns: number): void => {
    const inOrder = check(files);
    const names = Object.keys(files);
    fc.assert(
      fc.property(fc.shuffledSubarray(names, { minLength: names.length }), (shuffled) => {
        const others = Object.fromEntries(shuffled.map((name) => [name, files[name] ?? '']));
        expect(check(others)).toEqual(inOrder);
      }),
      { numRuns },
    );
  };

  test('in the shop with faults of many kinds', { timeout: 60_000 }, () => {
    const faults = Object.entries(shop).map(([file, text]) => [
      file,
      text.replaceAll('subset: v1', 'subset: v9').replaceAll('kind: PeerAuthentication', 'kind: PeerAuthentications'),
    ]);
    const files = Object.fromEntries(faults) as Readonly<Record<string, string>>; // fromEntries forgets what it was given
    expect(new Set(check(files).findings.map(({ code }) => code)).size).toBeGreaterThan(3);
    inAnyOrder(files, 5);
  });

  test('in the examples of every page, each document a file', { timeout: 60_000 }, () => {
    const folder = resolve(import.meta.dirname, '../../docs/findings');
    const pages = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'));
    const examples = pages
      .flatMap((page) => [...page.matchAll(/^```yaml (?:bad|good)\n([\s\S]*?)^```$/gm)])
      .map(([, text = '']) => text.split(/^---\n/m))
      .filter((documents) => documents.length > 1);
    expect(examples.length).toBeGreaterThan(100);
    for (const documents of examples)
      inAnyOrder(Object.fromEntries(documents.map((text, index) => [`${index}.yaml`, text])), 2);
  });
});
