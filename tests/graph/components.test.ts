import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { components } from '../../charts-src/graph/components.ts';

/** Components of a graph that is written as `{ a: 'bc' }`: a leads to b and c. */
const of = (graph: Readonly<Record<string, string>>) =>
  components(Object.keys(graph), (node) => [...(graph[node] ?? '')]).map((group) => [...group].sort().join(''));

describe('components', () => {
  test.each([
    { name: 'a chain', graph: { a: 'b', b: 'c', c: '' }, groups: ['c', 'b', 'a'] },
    { name: 'a circle', graph: { a: 'b', b: 'c', c: 'a' }, groups: ['abc'] },
    { name: 'two circles, one leading to the other', graph: { a: 'b', b: 'ac', c: 'd', d: 'c' }, groups: ['cd', 'ab'] },
    { name: 'two circles that share a node', graph: { a: 'b', b: 'ac', c: 'b' }, groups: ['abc'] },
    { name: 'a node that leads to itself', graph: { a: 'a' }, groups: ['a'] },
    { name: 'a way back over a node that is done', graph: { a: 'bc', b: '', c: 'ab' }, groups: ['b', 'ac'] },
    { name: 'nothing', graph: {}, groups: [] },
  ])('$name', ({ graph, groups }) => expect(of(graph)).toEqual(groups));

  test('a chain of 100,000 does not overflow', () => {
    const size = 100_000;
    const groups = components(Array.from({ length: size }).keys(), (node) => (node + 1 < size ? [node + 1] : []));
    expect(groups).toHaveLength(size);
  });

  const edges = fc.array(fc.tuple(fc.nat(9), fc.nat(9)), { maxLength: 25 });
  test('two nodes are in one component when, and only when, each leads to the other', () => {
    fc.assert(
      fc.property(edges, (pairs) => {
        const next = (node: number) => pairs.flatMap(([from, to]) => (from === node ? [to] : []));
        const reaches = (from: number, to: number): boolean => {
          const seen = new Set([from]);
          for (const node of seen) for (const other of next(node)) seen.add(other);
          return seen.has(to);
        };
        const nodes = [...Array(10).keys()];
        const groups = components(nodes, next);
        const groupOf = (node: number) => groups.findIndex((group) => group.includes(node));
        expect(groups.flat().sort()).toEqual(nodes);
        for (const one of nodes)
          for (const other of nodes) {
            expect(groupOf(one) === groupOf(other)).toBe(reaches(one, other) && reaches(other, one));
            // What a component leads to comes before it.
            if (reaches(one, other)) expect(groupOf(other)).toBeLessThanOrEqual(groupOf(one));
          }
      }),
    );
  });
});
