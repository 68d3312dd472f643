import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderYaml } from '../../charts-src/manifest/yaml.ts';
import { startApiServer, type ApiServer, type KubernetesObject } from '../support/api-server.ts';
import { NASTY_STRINGS } from '../support/nasty-strings.ts';

const RANDOM_STRINGS = 5_000;
const STRINGS_A_CONFIG_MAP = 500;
const SEED = Number(process.env['WEFT_SEED'] || Date.now() % 2 ** 31);

/** Text that no UTF-8 can carry is no Kubernetes string. */
const isWellFormed = (text: string): boolean =>
  !/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(text);

const NEAR_NUMBERS = fc.string({ unit: fc.constantFrom(...'0123456789_.:+-eExXoObBaAfF'), minLength: 1, maxLength: 8 });
const NEAR_WORDS = fc
  .constantFrom('yes', 'no', 'on', 'off', 'true', 'false', 'null', 'nan', 'inf', '~', '.', '')
  .chain((word) =>
    fc.tuple(
      fc.constantFrom('', '.', '+', '-', ' '),
      fc.constantFrom(word, word.toUpperCase()),
      fc.constantFrom('', ' ', '.', ':'),
    ),
  )
  .map((parts) => parts.join(''));
const INDICATORS = fc.string({ unit: fc.constantFrom(...'-?:,[]{}#&*!|>\'"%@`\\ \t\n\r=~.ab1'), maxLength: 12 });
const LINES = fc
  .array(fc.string({ unit: fc.constantFrom(...'ab: -#\t'), maxLength: 8 }), { maxLength: 6 })
  .map((lines) => lines.join('\n'));
const ANY = fc.string({ unit: 'binary', maxLength: 20 });
const CONTROL = fc.string({
  unit: fc.integer({ min: 0, max: 0x2100 }).map((code) => String.fromCodePoint(code)),
  maxLength: 8,
});

const strings = [
  ...NASTY_STRINGS,
  ...fc
    .sample(fc.oneof(NEAR_NUMBERS, NEAR_WORDS, INDICATORS, LINES, ANY, CONTROL, fc.string({ unit: 'grapheme' })), {
      seed: SEED,
      numRuns: RANDOM_STRINGS,
    })
    .filter(isWellFormed),
];

/** ConfigMaps with all strings as values; their keys are in the order of the strings. */
const configMaps: readonly (KubernetesObject & { readonly data: Readonly<Record<string, string>> })[] = Array.from(
  { length: Math.ceil(strings.length / STRINGS_A_CONFIG_MAP) },
  (_, index) => {
    const part = strings.slice(index * STRINGS_A_CONFIG_MAP, (index + 1) * STRINGS_A_CONFIG_MAP);
    return {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: `strings-${index}`, namespace: 'default' },
      data: Object.fromEntries(part.map((text, at) => [`s${String(at).padStart(4, '0')}`, text])),
    };
  },
);

const wrong = (written: Readonly<Record<string, string>>, read: unknown): readonly string[] => {
  // Only looked up by key; whatever it holds is compared.
  const values = (read ?? {}) as Readonly<Record<string, unknown>>;
  return Object.entries(written)
    .filter(([key, text]) => values[key] !== text)
    .map(([key, text]) => `${JSON.stringify(text)} was read as ${JSON.stringify(values[key])}`);
};

describe(`strings printed by renderYaml (WEFT_SEED=${SEED} gives the same again)`, () => {
  let server: ApiServer;
  beforeAll(async () => {
    server = await startApiServer({ istio: false });
  });
  afterAll(async () => {
    await server?.stop();
  });

  test('there are enough of them', () => {
    expect(strings.length).toBeGreaterThan(RANDOM_STRINGS);
    expect(new Set(strings).size).toBeGreaterThan(RANDOM_STRINGS * 0.7);
  });

  test("kubectl's own parser reads every string back as it was", async () => {
    const { code, stdout, stderr } = await server.kubectl(
      ['create', '--dry-run=client', '--validate=false', '-o', 'json', '-f', '-'],
      renderYaml(configMaps),
    );
    expect(stderr).toBe('');
    expect(code).toBe(0);
    // kubectl prints one object after the other, or one List.
    const read = jsonDocuments(stdout);
    expect(read).toHaveLength(configMaps.length);
    const differences = configMaps.flatMap(({ data }, index) => wrong(data, read[index]?.['data']));
    expect(differences).toEqual([]);
  });

  test('items of a list are read back as well as values of a map', async () => {
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'strings' },
      spec: {
        containers: [{ name: 'strings', args: strings, env: strings.map((value, at) => ({ name: `S${at}`, value })) }],
      },
    };
    const { code, stdout, stderr } = await server.kubectl(
      ['create', '--dry-run=client', '--validate=false', '-o', 'json', '-f', '-'],
      renderYaml([pod]),
    );
    expect(stderr).toBe('');
    expect(code).toBe(0);
    // What kubectl read is a Pod like the one above.
    const { args, env } = (JSON.parse(stdout) as typeof pod).spec.containers[0] ?? { args: [], env: [] };
    expect(strings.filter((text, at) => args[at] !== text || (env[at]?.value ?? '') !== text)).toEqual([]);
  });

  test('the API server reads every string back as it was', async () => {
    const differences: string[] = [];
    for (const configMap of configMaps) {
      await server.apply(configMap, { text: renderYaml([configMap]) });
      differences.push(...wrong(configMap.data, (await server.read(configMap))['data']));
    }
    expect(differences).toEqual([]);
  });

  test('keys are read back as well as values', async () => {
    const labels = Object.fromEntries(
      ['y', 'no', 'on', 'true', 'null', '1', '1.0', '0x1F', '1e3', '12', 'a.b/c', '0775', '1_000', 'nan'].map((key) => [
        key,
        key === 'a.b/c' ? '' : key,
      ]),
    );
    const configMap: KubernetesObject = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'keys', namespace: 'default', labels },
    };
    const { stdout } = await server.kubectl(
      ['create', '--dry-run=client', '-o', 'json', '-f', '-'],
      renderYaml([configMap]),
    );
    expect(JSON.parse(stdout)).toMatchObject({ metadata: { labels } });
    const stored = await server.apply(configMap, { text: renderYaml([configMap]) });
    expect(stored.metadata['labels']).toEqual(labels);
  });
});

/** The JSON documents of a text that holds one after the other, each beginning with a bracket in the first column. */
const jsonDocuments = (text: string): readonly Readonly<Record<string, unknown>>[] => {
  const parts = text.split(/^(?=\{)/m).map((part) => JSON.parse(part) as Readonly<Record<string, unknown>>);
  const [first] = parts;
  // A List of what was given to kubectl: objects all of them.
  return parts.length === 1 && first?.['kind'] === 'List'
    ? (first['items'] as readonly Readonly<Record<string, unknown>>[])
    : parts;
};
