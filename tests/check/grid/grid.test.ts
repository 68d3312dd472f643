import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Rule } from '../../../charts-src/check/rule.ts';
import { runCheck } from '../../../charts-src/check/run-check.ts';
import { allRules, familyOf } from '../all-rules.ts';
import { istioModule } from '../istio-module.ts';
import { meshOf } from '../mesh-of.ts';
import type { ExpectedMessage, GridCase } from './grid-case.ts';
import { families, upstream, type Family } from './upstream.ts';

/** Hundreds of the codes of each family. */
const HUNDRED: Readonly<Record<Family, string>> = { routing: '1', security: '2', resilience: '3', rollout: '5' };

const rules = await allRules();
const cases = (await Promise.all(families.map(casesOf))).flat();

interface FamilyCase extends GridCase {
  readonly family: Family;
}

/** The cases of a family; a family without any has no file. */
async function casesOf(family: Family): Promise<readonly FamilyCase[]> {
  const file = join(import.meta.dirname, `${family}.ts`);
  if (!existsSync(file)) return [];
  const module = (await import(file)) as { readonly cases: readonly GridCase[] }; // what the file of a family exports
  return module.cases.map((one) => ({ ...one, family }));
}

/**
 * What rules say about a case in the words of istioctl: all codes of the case's own family, and of other families those
 * that the case is about.
 */
function messagesOf({ manifests, expected, silent = [], family }: FamilyCase): readonly string[] {
  const asked = new Set([...expected.map(({ code }) => code), ...silent]);
  const isOfFamily = (code: string): boolean => familyOf({ code: code as Rule['code'] }) === HUNDRED[family];
  const { findings, bugs } = runCheck(meshOf(manifests), { rules });
  expect(bugs, 'rules that fail').toEqual([]);
  return findings
    .flatMap(({ code, also, object }) =>
      also
        .filter((upstreamCode) => upstreamCode.startsWith('IST') && (isOfFamily(code) || asked.has(upstreamCode)))
        .map((upstreamCode) => told({ code: upstreamCode, object: object === null ? '' : nameOf(object) })),
    )
    .sort();
}

const nameOf = ({ kind, namespace, name }: { kind: string; namespace: string; name: string }): string =>
  `${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`;
const told = ({ code, object }: ExpectedMessage): string => `${code} ${object}`;

/** Cases with the same name, in the order of the grid. */
const named = (name: string): readonly FamilyCase[] => cases.filter((one) => one.upstream === name);

const states = new Map<string, string>();

describe('every case of the grid of Istio', () => {
  test('is listed as the pinned Istio has it', ({ skip }) => {
    const module = istioModule();
    if (module === undefined) return skip('the Go module istio.io/istio is not here: npm run provision');
    const source = readFileSync(join(module, 'pkg/config/analysis/analyzers/analyzers_test.go'), 'utf8');
    const grid = source.slice(source.indexOf('var testGrid'), source.indexOf('\n}\n', source.indexOf('var testGrid')));
    const names = [...grid.matchAll(/^\t\tname:\s*"(.*)",$/gm)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(100);
    expect(upstream.map(([name]) => name)).toEqual(names);
  });

  test.each([...new Set(upstream.map(([name]) => name))])('%s is told here', (name) => {
    const families = upstream.filter(([listed]) => listed === name).map(([, family]) => family);
    expect(named(name).map(({ family }) => family)).toEqual(families);
  });

  test('is one of those listed', () => {
    const known = new Set(upstream.map(([name]) => name));
    expect(cases.filter((one) => !known.has(one.upstream)).map((one) => one.upstream)).toEqual([]);
  });
});

describe('what rules say about it', () => {
  test.each(cases.map((one, index) => ({ ...one, index })))('$family: $upstream', (one) => {
    const key = `${one.index}`;
    states.set(key, 'FAILS');
    if (one.cannotJudge !== undefined) {
      expect(one.cannotJudge.length, 'the reason').toBeGreaterThan(10);
      states.set(key, `cannot be judged offline: ${one.cannotJudge}`);
      return;
    }
    expect(messagesOf(one)).toEqual(one.expected.map(told).sort());
    states.set(key, one.expected.length === 0 ? 'passes, silent' : `passes, ${one.expected.length} messages`);
  });
});

afterAll(() => {
  const rows = cases.map((one, index) => ({ name: one.upstream, state: states.get(`${index}`) ?? 'not run' }));
  const count = (start: string): number => rows.filter(({ state }) => state.startsWith(start)).length;
  const missing = upstream.length - rows.length;
  console.info(
    [
      ...rows.map(({ name, state }) => `${state.startsWith('passes') ? 'ok  ' : '--  '}${name}: ${state}`),
      `Istio's grid: ${upstream.length} cases; ${count('passes')} pass, ${count('cannot')} cannot be judged offline, ${count('FAILS')} fail, ${missing} missing`,
    ].join('\n'),
  );
});
