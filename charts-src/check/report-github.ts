import { reportedName, type CheckReport, type ReportedFinding } from './report.ts';
import type { Severity } from './rule.ts';

const COMMANDS = { error: 'error', warning: 'warning', info: 'notice' } as const satisfies Record<Severity, string>;

/**
 * The findings as commands of GitHub Actions, which shows each at its line of a pull request.
 * Source: GitHub, "Workflow commands for GitHub Actions"
 */
export const reportGithub = ({ findings }: CheckReport): string => findings.map(annotation).join('');

function annotation(finding: ReportedFinding): string {
  const { severity, file, line, column, code, title, message, fix, object, path } = finding;
  const properties = Object.entries({ file, line, col: column, title: `${code} ${title}` })
    .map(([name, value]) => `${name}=${property(String(value))}`)
    .join(',');
  const where = object ? `${[reportedName(object), path].filter((part) => part !== '').join(' ')}: ` : '';
  return `::${COMMANDS[severity]} ${properties}::${data(`${where}${message}\nfix: ${fix}`)}\n`;
}

/** What stands behind the second `::`. */
const data = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

/** A value before it, where `:` and `,` end something. */
const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
