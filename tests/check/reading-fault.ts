import { expect, test } from 'vitest';
import { check } from '../../charts-src/check/check.ts';
import type { Rule } from '../../charts-src/check/rule.ts';
import { buildGraph } from '../../charts-src/graph/mesh-graph.ts';
import type { ReadFault, ReadProblem } from '../../charts-src/manifest/manifest.ts';

export const SERVICE =
  'apiVersion: v1\nkind: Service\nmetadata: { name: orders, namespace: shop }\nspec: { ports: [{ name: http, port: 80 }] }\n';

/** The codes and lines that a text is found fault with while it is read. */
export const faultsIn = (text: string): readonly string[] =>
  check({ 'mesh.yaml': text })
    .findings.filter(({ code }) => code >= 'W400' && code <= 'W405')
    .map(({ code, line }) => `${code} line ${line}`);

/** A rule for reading passes on the faults of its own kind, as they are, and nothing else. */
export function testPassesOn(rule: Rule, own: ReadFault): void {
  const faults = ['syntax', 'encoding', 'duplicate-key', 'too-large', 'not-an-object', 'unreadable'] as const;
  test.each(faults)(`of all faults only ${own} is ${rule.code}: %s`, (fault) => {
    const problem: ReadProblem = { fault, at: { file: 'a.yaml', line: 3, column: 7 }, message: 'what', fix: 'how' };
    expect([...rule.check(buildGraph({ manifests: [], problems: [problem] }))]).toEqual(
      fault === own ? [{ place: problem.at, message: 'what', fix: 'how' }] : [],
    );
  });
}
