import { readFile } from 'node:fs/promises';
import { catalogue } from '../../charts-src/check/catalogue.ts';
import type { Rule } from '../../charts-src/check/rule.ts';
import { sectionOf, SECTIONS } from '../../charts-src/check/sections.ts';
import { closest } from '../../charts-src/model/closest.ts';
import { exitCode, type ExitCode } from './exit-code.ts';
import { Failure } from './failure.ts';
import type { World } from './world.ts';

/** Options of `weft docs`. */
export interface DocsOptions {
  readonly code: string | undefined;
  readonly format: 'text' | 'json';
}

/** The document that `weft docs -o json` prints. */
export interface DocsReport {
  readonly schemaVersion: 1;
  readonly kind: 'DocsReport';
  readonly findings: readonly {
    readonly code: string;
    readonly name: string;
    readonly severity: Rule['severity'];
    readonly section: string;
    readonly title: string;
    /** Codes of istioctl analyze and Kiali that it answers to. */
    readonly also: readonly string[];
    /** Its page as Markdown, where one finding was asked for. */
    readonly page: string | null;
  }[];
}

/** Prints one page, or a list. */
export async function runDocs({ code, format }: DocsOptions, world: World): Promise<ExitCode> {
  const rules = code === undefined ? catalogue : rulesOf(code);
  const [only, ...others] = rules;
  const page = only && others.length === 0 ? await pageOf(only.code) : null;
  if (format === 'json') world.out(`${JSON.stringify(report(rules, page), null, 2)}\n`);
  else world.out(page ?? list(rules));
  return exitCode.ok;
}

/** The page of a finding, which the package brings along. */
export const pageOf = (code: string): Promise<string> =>
  // Two folders above this file, in the source and in the build.
  readFile(new URL(`../../docs/findings/${code}.md`, import.meta.url), 'utf8');

/** The rules that a code means: one of ours, or those that answer to one of istioctl or Kiali. */
function rulesOf(given: string): readonly Rule[] {
  const code = given.toUpperCase();
  const found = catalogue.filter((rule) => rule.code === code || rule.also?.includes(code));
  if (found.length > 0) return found;
  if (/^(?:IST|KIA)\d/.test(code))
    throw new Failure(
      `no finding answers to ${code}: it cannot be judged from manifests alone. All findings: weft docs`,
    );
  const codes = catalogue.map((rule) => rule.code);
  const named = new Map(catalogue.map((rule) => [rule.name, rule.code]));
  const name = closest(given.toLowerCase(), [...named.keys()]);
  const meant = closest(code, codes) ?? (name === undefined ? undefined : named.get(name));
  throw new Failure(
    `there is no finding ${given}. ${meant === undefined ? 'All findings: weft docs' : `Did you mean ${meant}? All findings: weft docs`}`,
  );
}

const report = (rules: readonly Rule[], page: string | null): DocsReport => ({
  schemaVersion: 1,
  kind: 'DocsReport',
  findings: rules.map(({ code, name, severity, summary, also = [] }) => ({
    code,
    name,
    severity,
    section: sectionOf(code),
    title: summary,
    also,
    page,
  })),
});

function list(rules: readonly Rule[]): string {
  const lines = SECTIONS.flatMap(({ title }) => {
    const own = rules.filter(({ code }) => sectionOf(code) === title);
    return own.length === 0 ? [] : [title, ...own.map(line)];
  });
  return `${lines.join('\n')}\n`;
}

const line = ({ code, severity, summary, also = [] }: Rule): string =>
  `  ${code}  ${severity.padEnd(7)}  ${summary}${also.length === 0 ? '' : ` (${also.join(', ')})`}`;
