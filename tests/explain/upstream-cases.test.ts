import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { MeshGraph } from '../../charts-src/graph/mesh-graph.ts';
import { istioModule } from '../check/istio-module.ts';
import { meshOf } from '../check/mesh-of.ts';
import { CORPORA } from './cases/corpora.ts';
import { differences } from './cases/differences.ts';
import type { Question } from './cases/upstream-case.ts';

describe.each(CORPORA)("$name: what Istio's own tests say", ({ cases }) => {
  test.each(cases.filter(({ cannot }) => cannot === undefined))(
    '$upstream',
    ({ mesh = '', settings, questions = [] }) => {
      expect(questions.length).toBeGreaterThan(0);
      const graph = meshOf(mesh, settings);
      const graphFor = ({ under }: Question): MeshGraph =>
        under === undefined ? graph : meshOf(`${mesh}\n---\n${under}`, settings);
      expect(questions.flatMap((question) => differences(graphFor(question), question)).join('\n')).toBe('');
    },
  );
});

test('every upstream case is there, and those that cannot be told say why', () => {
  const rows = CORPORA.map(({ name, count, cases }) => {
    const namesOf = (list: typeof cases): readonly string[] =>
      list.flatMap(({ upstream, also = [] }) => [upstream, ...also]);
    const told = namesOf(cases.filter(({ cannot }) => cannot === undefined)).length;
    expect({ name, cases: namesOf(cases).length }).toEqual({ name, cases: count });
    expect(new Set(namesOf(cases)).size).toBe(count);
    return `${name}: ${told} of ${count} told, ${count - told} cannot be`;
  });
  process.stdout.write(`${rows.join('\n')}\n`);
  for (const { cases } of CORPORA)
    for (const { cannot, mesh, questions } of cases)
      if (cannot !== undefined) expect({ mesh, questions, why: cannot.length > 20 }).toEqual({ why: true });
});

const source = istioModule();

test.skipIf(source === undefined).each(CORPORA)("$name: each name is one of Istio's", ({ file, cases }) => {
  const path = join(source ?? '', file);
  const text = statSync(path).isDirectory()
    ? readdirSync(path, { recursive: true }).join('\n')
    : readFileSync(path, 'utf8');
  const names = cases
    .flatMap(({ upstream, also = [] }) => [upstream, ...also])
    .flatMap((name) => name.replace(/ \(\d\)$/, '').split(/(?<=^Test\w+): /))
    .filter((name) => !text.includes(name) && !text.includes(JSON.stringify(name).slice(1, -1)));
  expect(names).toEqual([]);
});
