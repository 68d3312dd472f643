import { instance } from '@viz-js/viz';
import { array, assert, integer, nat, property, record } from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { comparePictures } from '../../charts-src/picture/compare-pictures.ts';
import { folded } from '../../charts-src/picture/fold.ts';
import {
  isApart,
  layoutDot,
  overlap,
  placed,
  titleBox,
  type Box,
  type GraphvizAnswer,
  type PlacedPicture,
} from '../../charts-src/picture/layout.ts';
import { edgeLabel, inOrder, type Picture } from '../../charts-src/picture/picture.ts';
import { pictureOf } from '../../charts-src/picture/picture-of.ts';
import { pictureSvg } from '../../charts-src/picture/svg.ts';
import { pictureDot, pictureMermaid, pictureTree } from '../../charts-src/picture/text-forms.ts';
import { layOut } from '../../scripts/cli/lay-out.ts';
import { routeFacts } from '../../scripts/cli/route-facts.ts';
import { SHOP_PICTURE, shopPicture } from '../../scripts/dev/shop-picture.ts';
import { largeMesh } from '../bench/mesh-folders.ts';
import { meshOf } from '../check/mesh-of.ts';
import { leafFolders } from '../support/manifest-folders.ts';
import { app, ODD_MESH } from './odd-mesh.ts';
import { wellFormed } from './well-formed.ts';

const drawn = (documents: readonly string[]): Picture => {
  const graph = meshOf(documents.join('\n---\n'));
  return pictureOf(graph, routeFacts(graph));
};

let viz: Awaited<ReturnType<typeof instance>>;
beforeAll(async () => {
  viz = await instance();
});
/** As `layOut` does, but at once. */
function laidOut(picture: Picture): PlacedPicture {
  const tried = (effort: 'careful' | 'ranked'): PlacedPicture =>
    placed(picture, JSON.parse(viz.renderString(layoutDot(picture, effort), { format: 'json0' })) as GraphvizAnswer); // its own format
  const careful = tried('careful');
  return isApart(careful) ? careful : tried('ranked');
}

/** Pairs of things that are in each other's way. */
function overlaps({ nodes, edges, groups, width, height }: PlacedPicture): readonly string[] {
  const boxes = nodes.map(({ node, box }) => ({ what: node.id, box }));
  const labels = edges.flatMap(({ edge, label }) =>
    label === undefined ? [] : [{ what: `label ${edge.from} ${edge.to} ${label.text}`, box: label.box }],
  );
  const titles = groups.map(({ name, box }) => ({ what: `title ${name}`, box: titleBox(name, box) }));
  const all = [...boxes, ...labels, ...titles];
  const found: string[] = [];
  for (const [index, one] of all.entries())
    for (const other of all.slice(index + 1))
      if (overlap(one.box, other.box)) found.push(`${one.what} | ${other.what}`);
  for (const { what, box } of all) if (!isInside(box, width, height)) found.push(`${what} sticks out`);
  for (const [index, one] of groups.entries())
    for (const other of groups.slice(index + 1))
      if (overlap(one.box, other.box))
        found.push(`groups ${one.name} ${other.name}: ${JSON.stringify([one.box, other.box])}`);
  for (const { node, box } of nodes) {
    const group = groups.find(({ name }) => name === node.group);
    if (group && Math.abs(box.x - group.box.x) * 2 + box.width > group.box.width)
      found.push(`${node.id} is not in ${group.name}`);
  }
  return found;
}

const isInside = ({ x, y, width, height }: Box, right: number, bottom: number): boolean =>
  x - width / 2 >= 0 && y - height / 2 >= 0 && x + width / 2 <= right && y + height / 2 <= bottom;

const LEAVES = leafFolders(join(import.meta.dirname, '../../dist/microservices'));
const leaf = (folder: string): readonly string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => readFileSync(join(folder, file), 'utf8'));

describe('nothing is in the way of anything else', () => {
  test.each(LEAVES.map((folder) => [folder.slice(folder.indexOf('dist'))] as const))('%s', (folder) => {
    const picture = drawn(leaf(join(import.meta.dirname, '../..', folder)));
    expect(picture.nodes.length).toBeGreaterThan(10);
    expect(overlaps(laidOut(picture))).toEqual([]);
  });

  test('in a mesh of several namespaces', () => {
    expect(overlaps(laidOut(drawn(ODD_MESH)))).toEqual([]);
  });

  interface RandomService {
    readonly namespace: number;
    readonly calls: readonly number[];
    /** Letters of its name. */
    readonly name: number;
  }
  const drawnServices = (all: readonly RandomService[]): Picture => {
    const nameOf = (index: number): string => `s${index}-${'x'.repeat(all[index]?.name ?? 1)}`;
    return drawn(
      all.flatMap(({ namespace, calls }, index) =>
        app(`ns${namespace}`, nameOf(index), {
          calls: Object.fromEntries(
            calls
              .filter((other) => other < all.length)
              .map((other) => [`C${other}_URL`, `http://${nameOf(other)}.ns${all[other]?.namespace ?? 0}`]),
          ),
        }),
      ),
    );
  };

  test('in random meshes', { timeout: 60_000 }, () => {
    const services = array(
      record({ namespace: nat(2), calls: array(nat(14), { maxLength: 4 }), name: integer({ min: 1, max: 30 }) }),
      { minLength: 1, maxLength: 14 },
    );
    assert(
      property(services, (all) => {
        const picture = drawnServices(all);
        expect(picture.nodes).toHaveLength(all.length);
        expect(overlaps(laidOut(picture))).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });

  test('in a mesh whose boxes Graphviz puts on each other at first', async () => {
    const calls = [[5], [], [5, 7], [4, 7], [0], [], [0], [], [3, 9], [3]];
    const picture = drawnServices(
      [0, 0, 0, 1, 1, 2, 1, 0, 2, 2].map((namespace, index) => ({ namespace, calls: calls[index] ?? [], name: 1 })),
    );
    expect(overlaps(await layOut(picture))).toEqual([]);
  });
});

describe('what is exceptional is seen', () => {
  const picture = drawn(ODD_MESH);
  const edge = (from: string, to: string): string | undefined => {
    const found = picture.edges.find((one) => one.from === from && one.to === to);
    return (
      found &&
      `${found.isDenied ? 'denied: ' : ''}${found.isMirror ? 'copy: ' : ''}${found.protocol} ${edgeLabel(found)}`.trim()
    );
  };
  const node = (id: string) => picture.nodes.find((one) => one.id === id);

  test.each([
    ['web/front', 'core/cart', 'requests 2× · 2s, fault 5 %'],
    ['core/cart', 'core/stock', 'gRPC 3×, no breaker'],
    ['core/stock', 'core/stock-db', 'bytes'],
    ['core/cart', 'core/pay', 'requests 3×, no breaker'],
    ['core/search', 'core/pay', 'denied: requests denied'],
    ['old/legacy', 'core/pay', 'denied: requests denied'],
    ['core/closed', 'core/cart', 'denied: requests denied'],
    ['core/search', 'core/empty', 'requests 3×, no answer, no breaker'],
    ['core/cart', 'core/shadow', 'copy: requests copy 10 %'],
    ['gateway:web/edge', 'web/front', 'requests 3×'],
  ])('%s to %s: %s', (from, to, says) => {
    expect(edge(from, to)).toBe(says);
  });

  test.each([
    ['web/front', 'service', ['plain text allowed']],
    ['old/legacy', 'service', ['no sidecar']],
    ['core/empty', 'service', ['no pods']],
    ['core/stock-db', 'database', []],
    ['gateway:web/edge', 'gateway', ['every host', 'plain HTTP']],
    ['core/bank', 'external', []],
  ])('%s is a %s: %s', (id, kind, exceptions) => {
    expect(node(id)).toMatchObject({ kind, exceptions });
  });

  test('weights of versions', () => {
    expect(node('core/cart')?.versions).toEqual([
      { name: 'v1', share: 0.7, replicas: 2 },
      { name: 'v2', share: 0.3, replicas: 2 },
    ]);
    expect(pictureSvg(laidOut(picture), { theme: 'light', title: 't' })).toContain('url(#canary)');
  });
});

describe('svg', () => {
  const svg = (documents: readonly string[], theme: 'light' | 'dark' | 'auto'): string =>
    pictureSvg(laidOut(drawn(documents)), { theme, title: 'a <mesh> & "more"' });

  test.each(['light', 'dark', 'auto'] as const)('%s is XML that screen readers can tell', (theme) => {
    const text = svg(ODD_MESH, theme);
    expect(wellFormed(text)).toEqual([]);
    expect(text).toMatch(/^<svg [^>]*role="img" aria-labelledby="title desc"/);
    expect(text).toContain('<title id="title">a &lt;mesh&gt; &amp; &quot;more&quot;</title>');
    expect(text).toContain('search may not call pay (denied)');
    expect(text.includes('prefers-color-scheme')).toBe(theme === 'auto');
    expect(text).not.toMatch(/NaN|undefined/);
  });

  test('has the same bytes whatever was read first', () => {
    // Lines of the one file are others then.
    const bytes = (documents: readonly string[]): string => svg(documents, 'light').replaceAll(/mesh\.yaml:\d+/g, '');
    const first = bytes(ODD_MESH);
    assert(
      property(array(nat(), { minLength: ODD_MESH.length, maxLength: ODD_MESH.length }), (order) => {
        const shuffled = ODD_MESH.map((text, index) => ({ text, key: order[index] ?? 0 }))
          .sort((a, b) => a.key - b.key)
          .map(({ text }) => text);
        expect(bytes(shuffled)).toBe(first);
      }),
      { numRuns: 8 },
    );
  });

  test('of a mesh with names that are markup', () => {
    const odd = ODD_MESH.map((text) => text.replaceAll('bank.example.com', '*.bank-&-more.example'));
    expect(wellFormed(svg(odd, 'auto'))).toEqual([]);
  });

  test('the one in README.md is fresh: npm run readme', async () => {
    expect(await shopPicture()).toBe(readFileSync(join(import.meta.dirname, '../..', SHOP_PICTURE), 'utf8'));
  });
});

describe('parts of a mesh', () => {
  const picture = drawn(ODD_MESH);
  const ids = (options: Parameters<typeof folded>[1]): readonly string[] => {
    const part = folded(picture, options);
    return 'problem' in part ? [part.problem.message, part.problem.fix] : part.picture.nodes.map(({ id }) => id);
  };

  test('what is near a service', () => {
    expect(ids({ focus: 'stock' })).toEqual(['core/cart', 'core/stock', 'core/stock-db']);
    expect(ids({ focus: 'core/stock', depth: 0 })).toEqual(['core/stock']);
    expect(ids({ focus: 'core/stock-db', depth: 2 })).toEqual(['core/cart', 'core/stock', 'core/stock-db']);
  });

  test('a namespace and its neighbours', () => {
    expect(ids({ namespaces: ['old'] })).toEqual(['core/pay', 'core/search', 'old/legacy']);
  });

  test('what is not there', () => {
    expect(ids({ focus: 'stok' })).toEqual(['there is no service "stok" in these manifests', 'Did you mean stock?']);
    expect(ids({ namespaces: ['cor'] })).toEqual([
      'there is no namespace "cor" in these manifests',
      'Did you mean core?',
    ]);
  });

  test('one box a namespace', () => {
    expect(ids({ fold: true })).toEqual(['core/bank', 'gateway:web/edge', 'group:core', 'group:old', 'group:web']);
  });
});

test('what changes is marked in every form', () => {
  const after = ODD_MESH.map((text) => text.replace('"timeout":"2s"', '"timeout":"3s"')).filter(
    (text) => !text.includes('"app":"shadow"'),
  );
  const picture = comparePictures(drawn(ODD_MESH), drawn([...after, ...app('core', 'fresh')]));
  expect(picture.nodes.filter(({ change }) => change !== undefined).map(({ id, change }) => `${change} ${id}`)).toEqual(
    ['added core/fresh', 'removed core/shadow'],
  );
  expect(picture.edges.filter(({ change }) => change !== undefined).map(({ to, change }) => `${change} ${to}`)).toEqual(
    ['removed core/shadow', 'changed core/cart'],
  );
  expect(pictureTree(picture)).toContain('[~ 2× · 3s, fault 5 %]');
  expect(pictureMermaid(picture)).toContain('"+ fresh<br/>');
  expect(pictureDot(picture)).toContain('"- shadow\\n');
  expect(pictureSvg(laidOut(picture), { theme: 'light', title: 't' })).toContain('>− shadow<');
});

/** Lines of a flowchart of Mermaid: what stands in them is in quotes. */
const MERMAID =
  /^ *(?:flowchart LR|end|subgraph ns_\w+\["[^"]*"\]|n\d+(?:\["[^"]*"\]|\[\("[^"]*"\)\]|\[\["[^"]*"\]\]|\{\{"[^"]*"\}\}|\(\["[^"]*"\]\))|n\d+ (?:-->|--x|-\.->)(?:\|"[^"]+"\|)? n\d+)$/;

test('every line of the Mermaid form is one of its grammar', () => {
  const lines = pictureMermaid(drawn(ODD_MESH)).trimEnd().split('\n');
  expect(lines.filter((line) => !MERMAID.test(line))).toEqual([]);
  expect(lines.length).toBeGreaterThan(20);
});

test('the dot form is one that Graphviz takes', () => {
  const { nodes } = JSON.parse(
    viz.renderString(pictureDot(drawn(ODD_MESH)), { format: 'json' }).replace('"objects"', '"nodes"'),
  ) as { readonly nodes: readonly unknown[] };
  expect(nodes.length).toBeGreaterThan(12);
});

test('a large mesh is folded', () => {
  const part = folded(drawn(largeMesh({ services: 100 }).flatMap(({ documents }) => documents)), {});
  expect(part).toMatchObject({ isFolded: true });
  expect('picture' in part && part.picture.nodes.map(({ speaks }) => speaks)).toEqual(
    Array.from({ length: 5 }, () => '20 services'),
  );
});

test('what cannot be laid out in time says what else there is', async () => {
  const id = (index: number): string => `ns/s${String(index).padStart(4, '0')}`;
  const hard: Picture = inOrder({
    nodes: Array.from({ length: 300 }, (_, index) => ({
      id: id(index),
      kind: 'service',
      name: `s${index}`,
      group: 'ns',
      speaks: '',
      versions: [],
      exceptions: [],
      by: undefined,
    })),
    edges: Array.from({ length: 2400 }, (_, index) => ({
      from: id(index % 300),
      to: id((index * 7 + Math.floor(index / 300) * 31 + 1) % 300),
      protocol: 'requests',
      calls: 1,
      timeout: null,
      tries: 1,
      exceptions: [],
      isDenied: false,
      isMirror: false,
      by: undefined,
    })),
  });
  await expect(layOut(hard, { careful: 50, ranked: 50, quick: 50 })).rejects.toThrow(
    '300 boxes and 2400 arrows are more than can be laid out in time. Draw a part with --focus',
  );
});
