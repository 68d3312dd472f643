import { excerpt, shown } from './excerpt.ts';
import { reportedName, verdict, worst, type CheckReport, type ReportedFinding } from './report.ts';
import type { Severity } from './rule.ts';
import { SECTIONS, sectionOf } from './sections.ts';

/** How the report for people looks. */
export interface TextOptions {
  /** Lines of a file that has findings; undefined when they are not at hand. */
  readonly linesOf: (file: string) => readonly string[] | undefined;
  readonly hasColour: boolean;
  /** Words only: no symbols, no excerpts. For screen readers. */
  readonly isPlain: boolean;
  /** Whether findings that count for nothing are listed with their reasons. */
  readonly showsIgnored: boolean;
}

const ORDER: readonly Severity[] = ['error', 'warning', 'info'];
const SYMBOLS = { error: '✖', warning: '⚠', info: 'ℹ' } as const satisfies Record<Severity, string>;
const COLOURS = { error: 31, warning: 33, info: 36 } as const satisfies Record<Severity, number>;
const GREEN = 32;
const BOLD = 1;
const FAINT = 2;
/** How much of a line of TypeScript is shown. */
const CODE_WIDTH = 90;

/**
 * The report for people: a section for each hundred of codes, errors first, the verdict last.
 */
export function reportText(report: CheckReport, options: TextOptions): string {
  const style = painter(options);
  const blocks = SECTIONS.flatMap(({ title }) => {
    const own = report.findings.filter(({ code }) => sectionOf(code) === title);
    if (own.length === 0) return [];
    // Of warnings and infos the first of each code is shown in full: a hundred alike are read as a list.
    const known = new Set<string>();
    const findings = ORDER.flatMap((severity) => own.filter((finding) => finding.severity === severity));
    return [
      style(BOLD, title),
      ...alike(findings).flatMap(([first, ...others]) => {
        const isFull = first.severity === 'error' || !known.has(first.code);
        known.add(first.code);
        return [...findingLines(first, isFull, options), ...otherPlaces(others)];
      }),
    ];
  });
  if (options.showsIgnored && report.suppressed.length > 0)
    blocks.push(style(BOLD, 'Ignored'), ...ignoredLines(report));
  return `${[...blocks, lastLine(report, options)].join('\n')}\n`;
}

type Alike = readonly [ReportedFinding, ...ReportedFinding[]];

/** Findings that say the same of several places, in the order in which each is said first. */
function alike(findings: readonly ReportedFinding[]): readonly Alike[] {
  const groups = new Map<string, [ReportedFinding, ...ReportedFinding[]]>();
  for (const finding of findings) {
    const key = [finding.severity, finding.code, finding.message, finding.fix].join('\n');
    const known = groups.get(key);
    if (known) known.push(finding);
    else groups.set(key, [finding]);
  }
  return [...groups.values()];
}

const otherPlaces = (others: readonly ReportedFinding[]): readonly string[] =>
  others.length === 0
    ? []
    : [
        `      the same in ${others.length} more place${others.length === 1 ? '' : 's'}:`,
        ...others.map((finding) => `        ${place(finding)}`),
      ];

function findingLines(finding: ReportedFinding, isFull: boolean, options: TextOptions): readonly string[] {
  const style = painter(options);
  const { severity, code } = finding;
  const symbol = options.isPlain ? '' : `${SYMBOLS[severity]} `;
  return [
    `  ${style(COLOURS[severity], `${symbol}${severity}`)} ${style(BOLD, code)} ${shown(finding.message)}`,
    `      ${place(finding)}`,
    ...sourceLines(finding, options),
    ...(isFull && !options.isPlain ? excerptLines(finding, options) : []),
    `      fix: ${shown(finding.fix)}`,
  ];
}

/** The TypeScript that made the object. */
function sourceLines({ source }: ReportedFinding, { linesOf }: TextOptions): readonly string[] {
  if (source === null) return [];
  const text = linesOf(source.file)?.[source.line - 1]?.trim() ?? '';
  return [`      ${source.file}:${source.line}   ${shown(text).slice(0, CODE_WIDTH)}`.trimEnd()];
}

const place = ({ file, line, column, object, path }: ReportedFinding): string =>
  [`${shown(file)}:${line}:${column}`, object ? shown(reportedName(object)) : '', shown(path)]
    .filter((part) => part !== '')
    .join('   ');

function excerptLines({ file, line, column }: ReportedFinding, options: TextOptions): readonly string[] {
  const style = painter(options);
  const found = excerpt(options.linesOf(file) ?? [], line, column);
  if (found === undefined) return [];
  const width = String(line).length;
  return [
    ...found.lines.map(({ number, text }) =>
      style(FAINT, `      ${String(number).padStart(width)} | ${text}`.trimEnd()),
    ),
    `      ${style(FAINT, `${' '.repeat(width)} | `)}${' '.repeat(found.caret)}${style(COLOURS.error, '^')}`,
  ];
}

const ignoredLines = ({ suppressed }: CheckReport): readonly string[] =>
  suppressed.flatMap((finding) => [
    `  ${finding.severity} ${finding.code} ${shown(finding.message)}`,
    `      ${place(finding)}`,
    `      ignored (${finding.suppression.by}): ${shown(finding.suppression.reason)}`,
  ]);

function lastLine(report: CheckReport, options: TextOptions): string {
  const style = painter(options);
  const first = worst(report);
  const [symbol, colour] = first === undefined ? ['✔', GREEN] : [SYMBOLS[first.severity], COLOURS[first.severity]];
  const more = first === undefined ? '' : ` More: weft docs ${first.code}`;
  const { seconds } = report.summary;
  return `${style(colour, `${options.isPlain ? '' : `${symbol} `}${verdict(report)}`)} (${seconds} s).${more}`;
}

/** Wraps a text in an SGR code where colour is taken. */
const painter =
  ({ hasColour }: Pick<TextOptions, 'hasColour'>) =>
  (code: number, text: string): string =>
    hasColour ? `\u001b[${code}m${text}\u001b[0m` : text;
