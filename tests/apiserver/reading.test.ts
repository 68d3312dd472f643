import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '../../charts-src/imports/istio.ts';
import type { ReadProblem } from '../../charts-src/manifest/manifest.ts';
import { readManifests } from '../../charts-src/manifest/read-manifests.ts';
import { toolPath } from '../../scripts/dev/provision/tools-file.ts';
import { MANIFEST, mutationsOf, yamlSoup } from '../support/yaml-texts.ts';

const TEXTS = 6_000;
const SEED = Number(process.env['WEFT_SEED'] || Date.now() % 2 ** 31);

/** Values as they stand behind a colon, so that what is around them is an object whatever they are. */
const scalars = fc
  .string({ unit: fc.constantFrom(...'0123456789_.:+-eExXoObBaAfFnNyY~iI'), minLength: 1, maxLength: 8 })
  .chain((text) =>
    fc.constantFrom(`spec: ${text}\n`, `spec: {"a": ${text}}\n`, `spec:\n  - ${text}\n`, `spec: {? ${text} : a}\n`),
  );
const HEAD = 'apiVersion: example.com/v1\nkind: Example\nmetadata: {name: a}\n';
const texts = fc.oneof(
  { weight: 2, arbitrary: mutationsOf(MANIFEST) },
  { weight: 2, arbitrary: yamlSoup.map((soup) => `${HEAD}spec: ${soup}\n`) },
  { weight: 2, arbitrary: yamlSoup.map((soup) => `${HEAD}spec:\n  ${soup.replaceAll('\n', '\n  ')}\n`) },
  { weight: 2, arbitrary: scalars.map((spec) => HEAD + spec) },
  { weight: 1, arbitrary: yamlSoup.map((soup) => `${soup}\n---\n${HEAD}`) },
  {
    weight: 1,
    arbitrary: mutationsOf(
      `${JSON.stringify({ apiVersion: 'v1', kind: 'A', metadata: { name: 'a' }, spec: [1, { b: null }, 'c\n'] })}\n`,
    ),
  },
);

/** What kubectl makes of a file. `refused`: no object comes out for another reason, such as a name that is missing. */
type Outcome = { readonly objects: readonly JsonObject[] } | 'no YAML' | 'refused';

const FILES_A_CALL = 300;
const END = 'EndOfFile';

/** One call a file would take minutes, so each takes a few hundred, with an object between them that tells them apart. */
async function readByKubectl(files: readonly string[], folder: string): Promise<readonly Outcome[]> {
  mkdirSync(folder);
  const name = (at: number): string => String(at).padStart(4, '0');
  files.forEach((text, at) => {
    writeFileSync(join(folder, `${name(at)}.yaml`), text);
    writeFileSync(join(folder, `${name(at)}.yaml.z.yaml`), `apiVersion: v1\nkind: ${END}\nmetadata: {name: z${at}}\n`);
  });
  const { stdout, stderr } = await kubectl([
    'patch',
    '--local',
    '--type=merge',
    '-p',
    '{}',
    '-o',
    'json',
    '-f',
    folder,
  ]);
  const named = (pattern: RegExp): ReadonlySet<number> =>
    new Set([...stderr.matchAll(pattern)].map(([, at]) => Number(at)));
  const [noYaml, refused] = [named(/error parsing \S*(\d{4})\.yaml:/g), named(/(\d{4})\.yaml(?!\.z)/g)];
  const found: JsonObject[][] = files.map(() => []);
  let file = 0;
  for (const object of objectsIn(stdout))
    if (object['kind'] === END)
      file = Number(String((object['metadata'] as JsonObject)['name']).slice(1)) + 1; // as it was written above
    else found[file]?.push(object);
  return found.map((objects, at) => (noYaml.has(at) ? 'no YAML' : refused.has(at) ? 'refused' : { objects }));
}

const kubectl = (args: readonly string[]): Promise<{ readonly stdout: string; readonly stderr: string }> =>
  new Promise((resolve) => {
    execFile(
      toolPath('kubectl'),
      [...args],
      { env: { KUBECONFIG: '/dev/null' }, maxBuffer: 2 ** 28 },
      // It ends with 1 when any file was broken.
      (_, stdout, stderr) => resolve({ stdout, stderr }),
    );
  });

const objectsIn = (stdout: string): readonly JsonObject[] =>
  stdout
    .split(/^(?=\{)/m)
    .filter((text) => text.trim() !== '')
    .map((text) => JSON.parse(text) as JsonObject);

/** Faults that kubectl has nothing against: it drops what they are about without a word. */
const isUntold = ({ message }: ReadProblem): boolean =>
  /^kubectl reads|kubectl takes (?:the later|that) one/.test(message);

/** What differs, undefined when nothing does, or when it is not comparable. */
function difference(text: string, theirs: Outcome): unknown {
  const { manifests, problems } = readManifests('f', text);
  const objects = manifests.map(({ object }) => object);
  // Behind a document end kubectl does not look any more, and we do.
  const unread = problems.findIndex(({ message }) => message.startsWith('kubectl reads one document'));
  const told = problems.filter((problem, at) => !isUntold(problem) && (unread === -1 || at < unread));
  const hasNames = manifests.every(({ name, object }) => name !== '' && typeof object['metadata'] === 'object');
  if (theirs === 'refused' || isQuirk(text)) return undefined;
  if (theirs === 'no YAML') return told.length > 0 || unread !== -1 ? undefined : { text, theirs, objects };
  if (told.some(({ fault }) => fault === 'not-an-object') || !hasNames) return undefined;
  const expected = theirs.objects.filter(({ apiVersion, kind }) => Boolean(apiVersion) && Boolean(kind));
  return told.length === 0 && isEqual(objects, expected) ? undefined : { text, theirs, objects, told };
}

describe(`what kubectl reads (WEFT_SEED=${SEED} gives the same again)`, () => {
  let samples: readonly string[];
  let theirs: readonly Outcome[];
  beforeAll(async () => {
    samples = fc.sample(texts, { seed: SEED, numRuns: TEXTS });
    const folder = mkdtempSync(join(tmpdir(), 'weft-reading-'));
    const all: Outcome[] = [];
    for (let start = 0; start < TEXTS; start += FILES_A_CALL)
      all.push(...(await readByKubectl(samples.slice(start, start + FILES_A_CALL), join(folder, String(start)))));
    theirs = all;
    rmSync(folder, { recursive: true, force: true });
  });

  test('there is enough of it', () => {
    expect(theirs).toHaveLength(TEXTS);
    const objects = theirs.flatMap((one) => (typeof one === 'object' ? one.objects : []));
    expect(objects.length).toBeGreaterThan(TEXTS / 10);
    expect(theirs.filter((one) => one === 'no YAML').length).toBeGreaterThan(TEXTS / 10);
  });

  test('is read the same, and what is no YAML for it is a problem', () => {
    const differences = samples.map((text, at) => difference(text, theirs[at] ?? 'refused'));
    expect(differences.filter((one) => one !== undefined).map((one) => JSON.stringify(one))).toEqual([]);
  });
});

const isEqual = (ours: readonly JsonValue[], theirs: readonly JsonValue[]): boolean =>
  ours.length >= theirs.length &&
  theirs.every((object, at) => JSON.stringify(sorted(object)) === JSON.stringify(sorted(ours[at] ?? null)));
/** With keys in one order, and without an empty namespace, which kubectl takes away. */
const sorted = (value: JsonValue): JsonValue =>
  Array.isArray(value)
    ? value.map(sorted)
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .filter(([key, inner]) => key !== 'namespace' || (inner !== null && inner !== ''))
            .sort()
            .map(([key, inner]) => [key, sorted(inner)]),
        )
      : value;

/**
 * Slips of kubectl that are not worth copying: `[]` or `{}` as a key, a JSON object with something else behind it in its
 * line, or with less than 4 bytes behind it. And templates are told as such wherever they are broken.
 */
const isQuirk = (text: string): boolean =>
  /(?:\[\s*\]|\{\s*\})[^\n]*:|\{[{%]/.test(text) || /^\s*\{[^\n]*\}[^\n,\]}]|^\s*\{[^]*\}\s*\S{1,3}\s*$/.test(text);
