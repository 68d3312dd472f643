import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Rule } from '../../charts-src/check/rule.ts';

const FOLDER = join(import.meta.dirname, '../../charts-src/check/rules');

/** Every rule that there is a file of, by code, whether the catalogue names it already or not. */
export async function allRules(): Promise<readonly Rule[]> {
  const files = readdirSync(FOLDER)
    .filter((name) => /^w\d{3}-.*\.ts$/.test(name))
    .sort();
  const modules = await Promise.all(
    files.map(async (file) => (await import(join(FOLDER, file))) as Readonly<Record<string, unknown>>),
  );
  return modules.flatMap((module) => Object.values(module).filter(isRule));
}

/** The family of a rule by its hundred: `5` for rollout and workloads. */
export const familyOf = ({ code }: Pick<Rule, 'code'>): string => code.slice(1, 2);

const isRule = (value: unknown): value is Rule =>
  typeof value === 'object' && value !== null && 'code' in value && 'check' in value && 'reads' in value;
