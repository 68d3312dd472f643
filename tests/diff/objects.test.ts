import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert, constantFrom, nat, property, tuple } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments, stringify } from 'yaml';
import { diffMeshes, type MeshDiff } from '../../charts-src/diff/diff.ts';
import { diffMarkdown, diffText } from '../../charts-src/diff/report.ts';
import { buildGraph, type MeshGraph } from '../../charts-src/graph/mesh-graph.ts';
import { readManifests } from '../../charts-src/manifest/read-manifests.ts';
import { meshOf } from '../check/mesh-of.ts';
import { leafFolders } from '../support/manifest-folders.ts';
import { changed, diffOf, meshText, PARTS } from './small-mesh.ts';

const changes = ({ objects }: MeshDiff): readonly string[] =>
  objects.changes.map((change) => {
    const name = ('after' in change ? change.after : change.before).name;
    return change.change === 'renamed' ? `${change.before.name} > ${name}` : `${change.change} ${name}`;
  });

const documents = meshText().split('\n---\n');
const asJson = (text: string): string => JSON.stringify(parseAllDocuments(text)[0]?.toJS());
const backwards = (value: unknown): unknown =>
  typeof value !== 'object' || value === null
    ? value
    : Array.isArray(value)
      ? value.map(backwards)
      : Object.fromEntries(
          Object.entries(value)
            .reverse()
            .map(([key, inner]) => [key, backwards(inner)]),
        );

describe('how it is written makes no difference', () => {
  test.each([
    { name: 'the order of objects', text: documents.toReversed().join('\n---\n') },
    { name: 'comments and empty lines', text: documents.map((text) => `# a comment\n\n${text}\n\n`).join('\n---\n') },
    { name: 'JSON', text: documents.map(asJson).join('\n---\n') },
    {
      name: 'quotes and blocks',
      text: documents
        .map((text) => stringify(parseAllDocuments(text)[0]?.toJS(), { defaultStringType: 'QUOTE_DOUBLE' }))
        .join('---\n'),
    },
    {
      name: 'the order of keys',
      text: documents.map((text) => stringify(backwards(parseAllDocuments(text)[0]?.toJS()))).join('---\n'),
    },
    {
      name: 'a List',
      text: stringify({
        apiVersion: 'v1',
        kind: 'List',
        items: documents.map((text) => parseAllDocuments(text)[0]?.toJS() as unknown),
      }),
    },
    {
      name: 'another served version',
      text: meshText().replaceAll('networking.istio.io/v1\n', 'networking.istio.io/v1beta1\n'),
    },
    {
      name: 'what clusters write',
      text: documents
        .map((text) =>
          text.replace(
            'metadata: {',
            'status: { a: 1 }\nmetadata: { uid: abc, resourceVersion: "7", creationTimestamp: null,',
          ),
        )
        .join('\n---\n'),
    },
  ])('$name', ({ text }) => {
    const diff = diffMeshes(meshOf(meshText()), meshOf(text));
    expect(diff).toEqual({ security: [], traffic: [], rollout: [], objects: { changes: [], same: documents.length } });
    expect(diffText({ old: 'a', new: 'b' }, diff, { isFormattingOnly: true })).toBe(
      `only the formatting differs: ${documents.length} objects say the same in a and b\n`,
    );
    expect(diffMarkdown({ old: 'a', new: 'b' }, diff)).toBe(
      `no difference: ${documents.length} objects say the same in a and b\n`,
    );
  });

  test('but the order of rules does', () => {
    const rules = (first: string, second: string): string =>
      changed('route', [
        '  http:',
        `  http:\n    - { name: ${first}, route: [{ destination: { host: users.shop.svc.cluster.local } }] }\n    - { name: ${second}, route: [{ destination: { host: users.shop.svc.cluster.local } }] }`,
      ]).replace('    - route:', '    - name: rest\n      route:');
    expect(changes(diffOf({ route: rules('b', 'a') }, { route: rules('a', 'b') }))).toEqual(['changed users']);
  });
});

describe('a rename is recognised', () => {
  test.each([
    {
      name: 'by itself',
      after: { strict: changed('strict', ['name: default', 'name: all']) },
      says: ['default > all'],
    },
    {
      name: 'with names made of it',
      after: { orders: PARTS.orders.replaceAll('orders', 'purchases') },
      says: ['orders-v1 > purchases-v1'],
    },
    {
      name: 'with what refers to it',
      after: {
        orders: PARTS.orders.replaceAll('orders', 'purchases'),
        ordersService: PARTS.ordersService.replaceAll('orders', 'purchases'),
      },
      says: ['orders-v1 > purchases-v1', 'orders > purchases'],
    },
    {
      name: 'to another namespace',
      after: {
        rule: PARTS.rule.replaceAll('shop', 'store'),
        mail: PARTS.mail.replaceAll('namespace: shop', 'namespace: store'),
      },
      says: ['users > users', 'mail > mail'],
    },
    {
      name: 'with another field',
      after: {
        orders: PARTS.orders.replace('name: orders-v1', 'name: purchases').replace('replicas: 2', 'replicas: 3'),
      },
      says: ['orders-v1 > purchases'],
    },
    {
      name: 'not of something else',
      after: { mail: `${PARTS.strict.replace('name: default', 'name: mail')}` },
      says: ['added mail', 'removed mail'],
    },
  ])('$name', ({ after, says }) => {
    expect([...changes(diffOf(after))].sort()).toEqual([...says].sort());
  });

  test('the whole mesh under another namespace lets nobody do more', () => {
    const moved = meshText()
      .replaceAll('shop', 'store')
      .replaceAll('store.example.com', 'shop.example.com')
      .replaceAll('[store]', '[shop]')

      .replaceAll('credentialName: store', 'credentialName: shop');
    const diff = diffMeshes(meshOf(meshText()), meshOf(moved));
    expect(changes(diff).filter((line) => !line.includes(' > '))).toEqual([]);
    expect(
      diff.security.filter(({ topic }) => topic !== 'gateway' && topic !== 'egress' && topic !== 'network'),
    ).toEqual([]);
  });
});

test('a comment on a pull request holds no markup but its own', () => {
  const diff = diffOf({ policy: changed('policy', ['"/api/users/*"', '"/api/users/*", "/a|b/*_<b>@team"']) });
  const text = diffMarkdown({ old: 'a', new: 'b' }, diff);
  expect(text).toContain('/a\\|b/\\*\\_\\<b\\>&#64;team');
  for (const line of text.split('\n').filter((one) => one.startsWith('|')))
    expect(line.match(/(?<!\\)\|/g)).toHaveLength(5);
});

test('what a Secret holds is not shown', () => {
  const secret = (value: string): string =>
    `apiVersion: v1\nkind: Secret\nmetadata: { name: s, namespace: shop }\nstringData: { key: ${value} }`;
  const text = diffText(
    { old: 'a', new: 'b' },
    diffOf({ secret: secret('hidden-two') }, { secret: secret('hidden-one') }),
    { showFields: true },
  );
  expect(text).toContain('stringData.key: "(secret)" → "(secret)"');
  expect(text).not.toContain('hidden');
});

/** The shop as it is written, object by object. */
const LEAVES = leafFolders(join(import.meta.dirname, '../../dist/microservices'));
const shop = new Map(
  LEAVES.map((leaf) => [
    leaf,
    readdirSync(leaf)
      .filter((file) => file.endsWith('.yaml'))
      .flatMap((file) => parseAllDocuments(readFileSync(join(leaf, file), 'utf8')).map((one) => one.toJS() as unknown))
      .filter((one) => one !== null),
  ]),
);
const graphOf = (objects: readonly unknown[]): MeshGraph =>
  buildGraph(readManifests('mesh.json', JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects })));

/** Paths of all leaves of a value. */
const leaves = (value: unknown, path: readonly (string | number)[] = []): readonly (readonly (string | number)[])[] =>
  typeof value !== 'object' || value === null
    ? [path]
    : Object.entries(value).flatMap(([key, inner]) =>
        leaves(inner, [...path, Array.isArray(value) ? Number(key) : key]),
      );

const withLeaf = (value: unknown, [key, ...rest]: readonly (string | number)[], leaf: unknown): unknown => {
  if (key === undefined) return leaf;
  if (Array.isArray(value))
    return value.flatMap((item: unknown, index) =>
      index !== key ? [item] : leaf === undefined && rest.length === 0 ? [] : [withLeaf(item, rest, leaf)],
    );
  return Object.fromEntries(
    Object.entries(value as object).flatMap(([name, inner]: [string, unknown]) =>
      // `key` leads into an object
      name !== key
        ? [[name, inner]]
        : leaf === undefined && rest.length === 0
          ? []
          : [[name, withLeaf(inner, rest, leaf)]],
    ),
  );
};

describe('any single change of the shop', () => {
  test('compared with itself there is no difference', () => {
    expect(LEAVES.length).toBeGreaterThan(2);
    for (const objects of shop.values())
      expect(diffMeshes(graphOf(objects), graphOf(objects))).toMatchObject({
        security: [],
        traffic: [],
        rollout: [],
        objects: { changes: [] },
      });
  });

  test('is told, and what is broader is narrower the other way round', { timeout: 60_000 }, () => {
    const objects = [...shop.values()].at(-1) ?? [];
    const before = graphOf(objects);
    assert(
      property(
        tuple(nat(), nat(), constantFrom('other', '', 7, true, null, undefined, [], {})),
        ([which, where, value]) => {
          const at = which % objects.length;
          const object = objects[at] as { readonly metadata: object };
          const paths = leaves(object).filter(([first]) => !['apiVersion', 'kind', 'metadata'].includes(String(first)));
          const path = paths[where % Math.max(1, paths.length)];
          if (path === undefined) return;
          const other = withLeaf(object, path, value);
          const after = graphOf(objects.map((one, index) => (index === at ? other : one)));
          const [there, back] = [diffMeshes(before, after), diffMeshes(after, before)];
          const of = (diff: MeshDiff, direction: string): readonly string[] =>
            diff.security
              .filter((one) => one.direction === direction)
              .map(({ topic, subjects }) => `${topic} ${subjects.join()}`)
              .sort();
          expect(of(there, 'broader')).toEqual(of(back, 'narrower'));
          expect(of(there, 'narrower')).toEqual(of(back, 'broader'));
          expect(diffText({ old: 'a', new: 'b' }, there)).not.toBe('');
          const was = path.reduce<unknown>((inner, key) => (inner as Readonly<Record<string, unknown>>)[key], object); // it has this path
          if ((was ?? null) !== (value ?? null)) expect(there.objects.changes, path.join('.')).not.toEqual([]);
        },
      ),
      { numRuns: 40 },
    );
  });
});
