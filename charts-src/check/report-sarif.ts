import { reportedName, type CheckReport, type ReportedFinding } from './report.ts';
import type { Rule, Severity } from './rule.ts';
import { sectionOf } from './sections.ts';

/** What a SARIF log needs beyond the findings. */
export interface SarifOptions {
  /** Version of weft. */
  readonly version: string;
  /** Rules of which something is said: at least those of the findings. */
  readonly rules: readonly Pick<Rule, 'code' | 'name' | 'severity' | 'summary' | 'also'>[];
  /** The page of a rule, in Markdown.
   * @default - rules go without */
  readonly pageOf?: (code: string) => string | undefined;
}

const LEVELS = { error: 'error', warning: 'warning', info: 'note' } as const satisfies Record<Severity, string>;

/**
 * The report as a SARIF 2.1.0 log, which code hosts and editors read.
 * Source: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0"
 */
export function reportSarif(report: CheckReport, { version, rules, pageOf }: SarifOptions): string {
  const findings = [...report.findings, ...report.suppressed];
  const codes = new Set<string>(findings.map(({ code }) => code));
  const own = rules.filter(({ code }) => codes.has(code)).toSorted((a, b) => (a.code < b.code ? -1 : 1));
  const indexes = new Map<string, number>(own.map(({ code }, index) => [code, index]));
  const log = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'weft',
            semanticVersion: version,
            rules: own.map((rule) => ruleOf(rule, pageOf?.(rule.code))),
          },
        },
        // Lines and columns are told in the units that editors use.
        columnKind: 'utf16CodeUnits',
        invocations: [{ executionSuccessful: true }],
        results: findings.map((finding) => resultOf(finding, indexes.get(finding.code))),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function ruleOf({ code, name, severity, summary, also = [] }: SarifOptions['rules'][number], page: string | undefined) {
  const [ist] = also.filter((other) => /^IST\d{4}$/.test(other));
  const markdown = page?.trim();
  return {
    id: code,
    name: pascalCase(name),
    shortDescription: { text: summary },
    fullDescription: { text: summary },
    help: { text: `${summary} More: weft docs ${code}`, ...(markdown && { markdown }) },
    // The same case, as Istio documents it.
    ...(ist !== undefined && {
      helpUri: `https://istio.io/latest/docs/reference/config/analysis/${ist.toLowerCase()}/`,
    }),
    defaultConfiguration: { level: LEVELS[severity] },
    properties: { tags: [sectionOf(code).toLowerCase(), ...also] },
  };
}

/** `subset-not-declared` as `SubsetNotDeclared`, which is how names of SARIF rules look. */
const pascalCase = (name: string): string =>
  name
    .split('-')
    .map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`)
    .join('');

function resultOf(
  finding: ReportedFinding & Partial<Pick<CheckReport['suppressed'][number], 'suppression'>>,
  ruleIndex: number | undefined,
) {
  const { code, severity, message, fix, source, suppression } = finding;
  return {
    ruleId: code,
    ...(ruleIndex !== undefined && { ruleIndex }),
    level: LEVELS[severity],
    message: { text: `${message}. Fix: ${fix}.` },
    locations: [locationOf(finding)],
    ...(source && {
      relatedLocations: [
        {
          physicalLocation: { artifactLocation: { uri: uriOf(source.file) }, region: { startLine: source.line } },
          message: { text: 'the TypeScript that made it' },
        },
      ],
    }),
    // Tells a finding again when lines have moved.
    partialFingerprints: { 'weftFinding/v1': fingerprintText(finding) },
    suppressions: suppression
      ? [
          {
            kind: suppression.by === 'annotation' || suppression.by === 'istio annotation' ? 'inSource' : 'external',
            status: 'accepted',
            justification: suppression.reason,
          },
        ]
      : [],
  };
}

function locationOf({ file, line, column, object, path }: ReportedFinding) {
  const name = object && reportedName(object);
  return {
    physicalLocation: {
      artifactLocation: { uri: uriOf(file) },
      region: { startLine: line, startColumn: column },
    },
    ...(name !== null && {
      logicalLocations: [
        {
          name: path === '' ? name : path,
          fullyQualifiedName: path === '' ? name : `${name} ${path}`,
          kind: path === '' ? 'object' : 'property',
        },
      ],
    }),
  };
}

const fingerprintText = ({ code, object, path, file }: ReportedFinding): string =>
  [code, object ? reportedName(object) : file, path].join('|');

/** A path of a file as a reference of RFC 3986: relative ones stay so, which is what code hosts look up. */
function uriOf(file: string): string {
  if (file === '<stdin>') return 'stdin';
  const path = file
    .replaceAll('\\', '/')
    .replace(/^(?:\.\/)+/, '')
    .split('/')
    .map((part) => encodeURIComponent(part))
    .join('/');
  if (path.startsWith('/')) return `file://${path}`;
  // A drive letter of Windows is no scheme.
  return /^[A-Za-z]%3A\//.test(path) ? `file:///${path.replace('%3A', ':')}` : path;
}
