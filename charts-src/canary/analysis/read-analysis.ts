import { re2Matches } from '../../model/re2.ts';
import { goDurationMs, validate, type Path, type Reader, type Schema, type SchemaProblem } from '../../model/schema.ts';
import { reportHeaders } from '../header-problems.ts';
import { CANDIDATES } from '../statistics/ratio-interval.ts';
import type { Analysis, Check, Metric } from './analysis.ts';
import type {
  AnalysisFile,
  CommandMetricFile,
  ErrorMetricFile,
  LatencyMetricFile,
  MetricFile,
  QueryMetricFile,
  WebMetricFile,
} from './analysis-file.ts';
import { isExpression, readExpression } from './result-expression.ts';

/** What happens with a wrong analysis. */
const READER: Reader = {
  refuses: 'no run can follow such a plan',
  unknownField: 'nothing reads it, so it would change nothing',
};

const duration: Schema = { type: 'duration', min: '0s' };
const timeout: Schema = { type: 'duration', min: '1ms' };
const part: Schema = { type: 'number', min: 0, max: 1 };
const count: Schema = { type: 'integer', min: 0 };
const text: Schema = { type: 'string', minLength: 1 };
const reporter: Schema = { type: 'enum', of: ['source', 'destination'] };
const check = { success: text, failure: text, failureLimit: count, successes: { type: 'integer', min: 1 } } as const;

/** The shape of the part; what may also be `false` is looked at by the reader. */
const analysisSchema = {
  type: 'object',
  fields: {
    interval: { type: 'duration', min: '1s' },
    initialDelay: duration,
    falseAlarm: part,
    falsePass: part,
    cleanHold: 'any',
    burst: { type: 'number', min: 1 },
    errorBudget: {
      type: 'object',
      fields: { objective: part, requests: { type: 'number', min: 1 }, share: part },
      required: ['objective', 'requests', 'share'],
    },
    bothBad: 'any',
    unattributed: 'any',
    errorLimit: { type: 'integer', min: 1 },
    inconclusiveLimit: { type: 'integer', min: 1 },
    versions: {
      type: 'object',
      fields: {
        label: { type: 'string', pattern: '^[a-zA-Z_][a-zA-Z0-9_]*$', expects: 'a label such as destination_version' },
        stable: text,
        canary: text,
      },
    },
    metrics: {
      type: 'list',
      minItems: 1,
      items: {
        type: 'object',
        fields: {
          name: text,
          dryRun: 'boolean',
          errors: {
            type: 'object',
            fields: {
              reporter,
              codes: text,
              grpcStatuses: 'any',
              toleratedRatio: 'number',
              minimum: part,
              window: { type: 'duration', min: '1s' },
              failureLimit: count,
            },
            atMostOne: [['toleratedRatio', 'minimum']],
          },
          latency: {
            type: 'object',
            fields: { reporter, toleratedShift: part, quantile: part, maximum: timeout },
            atMostOne: [['toleratedShift', ['quantile', 'maximum']]],
          },
          query: {
            type: 'object',
            fields: {
              query: text,
              range: { type: 'object', fields: { for: timeout, step: timeout }, required: ['for', 'step'] },
              ...check,
            },
            required: ['query'],
            atLeastOne: [['success', 'failure']],
          },
          web: {
            type: 'object',
            fields: {
              url: { type: 'string', schemes: ['http', 'https'] },
              method: { type: 'enum', of: ['GET', 'POST'] },
              headers: { type: 'map', values: 'string' },
              body: 'string',
              timeout,
              jsonPath: text,
              ...check,
            },
            required: ['url'],
          },
          command: {
            type: 'object',
            fields: {
              command: { type: 'list', items: text, minItems: 1 },
              timeout,
              failureLimit: check.failureLimit,
              successes: check.successes,
            },
            required: ['command'],
          },
        },
        exactlyOne: [['errors', 'latency', 'query', 'web', 'command']],
      },
    },
  },
} as const satisfies Schema;

const cleanHoldSchema: Schema = {
  type: 'object',
  fields: { requests: count, for: duration },
  required: ['requests', 'for'],
};
const bothBadSchema: Schema = {
  type: 'object',
  fields: { errorRate: part, errors: count },
  required: ['errorRate', 'errors'],
};
const unattributedSchema: Schema = {
  type: 'object',
  fields: { share: part, requests: count, then: { type: 'enum', of: ['bad', 'both-bad'] } },
  required: ['share', 'requests'],
};

/** What is left out. Statuses of gRPC that are a server's fault: UNKNOWN, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, UNIMPLEMENTED, INTERNAL, UNAVAILABLE, DATA_LOSS. */
const DEFAULTS = {
  interval: '15s',
  initialDelay: '0s',
  falseAlarm: 0.01,
  falsePass: 0.05,
  cleanHold: { requests: 300, for: '30s' },
  burst: 16,
  bothBad: { errorRate: 0.05, errors: 10 },
  unattributed: { share: 0.05, requests: 10, then: 'both-bad' },
  errorLimit: 4,
  metrics: [{ errors: {} }, { latency: {} }],
  codes: '5..',
  grpcStatuses: '2|4|8|1[2-5]',
  toleratedRatio: 2,
  window: '60s',
  failureLimit: 4,
  toleratedShift: 0.01,
  timeout: '10s',
} as const satisfies AnalysisFile & ErrorMetricFile & LatencyMetricFile & Pick<WebMetricFile, 'timeout'>;

/** The part `analysis` of a plan, or all that is wrong with it. */
export type AnalysisRead =
  | { readonly ok: true; readonly analysis: Analysis }
  | { readonly ok: false; readonly problems: readonly SchemaProblem[] };

type Report = (path: Path, what: string, fix: string) => void;

/**
 * Reads the part `analysis` of a plan and fills in what was left out: `{}` asks for all defaults.
 * @example
 * const read = readAnalysis({ interval: '30s' }, ['analysis']);
 */
export function readAnalysis(content: unknown, at: Path = ['analysis']): AnalysisRead {
  const shape = validate(analysisSchema, content, { at, reader: READER });
  if (shape.length > 0) return { ok: false, problems: shape };
  const file = content as AnalysisFile; // it fits the schema, but for what may be false, which is read next
  const problems: SchemaProblem[] = [];
  const report: Report = (path, what, fix) =>
    void problems.push({ path: [...at, ...path], what, why: READER.refuses, fix });
  const or = <T extends object>(name: 'cleanHold' | 'bothBad' | 'unattributed', schema: Schema, given: T | false) => {
    if (given === false) return null;
    problems.push(...validate(schema, given, { at: [...at, name], reader: READER }));
    return given;
  };
  const cleanHold = or('cleanHold', cleanHoldSchema, file.cleanHold ?? DEFAULTS.cleanHold);
  const unattributed = or('unattributed', unattributedSchema, file.unattributed ?? DEFAULTS.unattributed);
  for (const name of ['falseAlarm', 'falsePass'] as const)
    if (file[name] === 0 || file[name] === 1)
      report(
        [name],
        `a chance of ${file[name]} leaves nothing to decide`,
        'write a number between 0 and 1, such as 0.01',
      );
  const metrics = (file.metrics ?? DEFAULTS.metrics).map((metric, index) => readMetric(metric, index, report));
  const [first, ...others] = metrics;
  reportTwins(metrics, report);
  const bothBad = or('bothBad', bothBadSchema, file.bothBad ?? DEFAULTS.bothBad);
  if (problems.length > 0 || first === undefined) return { ok: false, problems };
  return {
    ok: true,
    analysis: {
      intervalMs: ms(file.interval ?? DEFAULTS.interval),
      initialDelayMs: ms(file.initialDelay ?? DEFAULTS.initialDelay),
      falseAlarm: file.falseAlarm ?? DEFAULTS.falseAlarm,
      falsePass: file.falsePass ?? DEFAULTS.falsePass,
      cleanHold: cleanHold && { requests: cleanHold.requests, ms: ms(cleanHold.for) },
      burst: file.burst ?? DEFAULTS.burst,
      errorBudget: file.errorBudget ?? null,
      bothBad,
      unattributed: unattributed && { ...unattributed, then: unattributed.then ?? DEFAULTS.unattributed.then },
      errorLimit: file.errorLimit ?? DEFAULTS.errorLimit,
      inconclusiveLimit: file.inconclusiveLimit ?? null,
      versions: {
        label: file.versions?.label ?? 'destination_version',
        stable: file.versions?.stable ?? null,
        canary: file.versions?.canary ?? null,
      },
      metrics: [first, ...others],
    },
  };
}

// The schema has looked at every duration: there is one.
const ms = (text: string): number => Math.round(goDurationMs(text) ?? 0);

function reportTwins(metrics: readonly Metric[], report: Report): void {
  metrics.forEach(({ name }, index) => {
    if (metrics.findIndex((other) => other.name === name) === index) return;
    report(['metrics', index, 'name'], `there are two metrics "${name}"`, 'give one of them a name of its own');
  });
}

function readMetric(metric: MetricFile, index: number, report: Report): Metric {
  const at: Path = ['metrics', index];
  const named = (name: string) => ({ name: metric.name ?? name, dryRun: metric.dryRun ?? false });
  if (metric.latency !== undefined) return { ...named('latency'), ...readLatency(metric.latency, at, report) };
  if (metric.query !== undefined) return { ...named('query'), ...readQuery(metric.query, at, report) };
  if (metric.web !== undefined) return { ...named('web'), ...readWeb(metric.web, at, report) };
  if (metric.command !== undefined) return { ...named('command'), ...readCommand(metric.command) };
  return { ...named('success-rate'), ...readErrors(metric.errors ?? {}, at, report) };
}

type Of<T extends Metric['type']> = Omit<Extract<Metric, { readonly type: T }>, 'name' | 'dryRun'>;

function readErrors(file: ErrorMetricFile, at: Path, report: Report): Of<'errors'> {
  const path = [...at, 'errors'];
  const codes = file.codes ?? DEFAULTS.codes;
  const grpcStatuses = file.grpcStatuses ?? DEFAULTS.grpcStatuses;
  for (const [field, pattern] of Object.entries({ codes, grpcStatuses })) {
    if (pattern === false && field === 'grpcStatuses') continue;
    if (typeof pattern !== 'string' || re2Matches(pattern, '') === undefined)
      report([...path, field], `${JSON.stringify(pattern)} is no pattern of RE2`, 'write a pattern such as "5.."');
  }
  const toleratedRatio = file.toleratedRatio ?? DEFAULTS.toleratedRatio;
  const tolerable = CANDIDATES.filter((candidate) => candidate > 1);
  if (!tolerable.some((candidate) => candidate === toleratedRatio))
    report(
      [...path, 'toleratedRatio'],
      `${toleratedRatio} is none of the ratios that are told apart`,
      `write one of ${tolerable.join(', ')}`,
    );
  return {
    type: 'errors',
    reporter: file.reporter ?? 'destination',
    codes,
    grpcStatuses: grpcStatuses === false ? null : grpcStatuses,
    rule:
      file.minimum === undefined
        ? { by: 'comparison', toleratedRatio }
        : {
            by: 'threshold',
            minimum: file.minimum,
            windowMs: ms(file.window ?? DEFAULTS.window),
            failureLimit: file.failureLimit ?? DEFAULTS.failureLimit,
          },
  };
}

function readLatency(file: LatencyMetricFile, at: Path, report: Report): Of<'latency'> {
  const { quantile, maximum } = file;
  const path = [...at, 'latency'];
  if ((quantile === undefined) !== (maximum === undefined))
    report(
      path,
      'a limit needs both a quantile and a maximum',
      'write both, such as quantile: 0.99 and maximum: 500ms',
    );
  if (quantile === 0 || quantile === 1)
    report(
      [...path, 'quantile'],
      `${quantile} leaves no request to count`,
      'write a number between 0 and 1, such as 0.99',
    );
  return {
    type: 'latency',
    reporter: file.reporter ?? 'destination',
    rule:
      quantile === undefined || maximum === undefined
        ? { by: 'comparison', toleratedShift: file.toleratedShift ?? DEFAULTS.toleratedShift }
        : { by: 'quantile', quantile, maximumMs: ms(maximum) },
  };
}

const readQuery = (file: QueryMetricFile, at: Path, report: Report): Of<'query'> => ({
  type: 'query',
  query: file.query,
  range: file.range === undefined ? null : { ms: ms(file.range.for), stepMs: ms(file.range.step) },
  check: readCheck(file, [...at, 'query'], report),
});

function readWeb(file: WebMetricFile, at: Path, report: Report): Of<'web'> {
  const headers = file.headers ?? {};
  reportHeaders(headers, [...at, 'web', 'headers'], report);
  return {
    type: 'web',
    url: file.url,
    method: file.method ?? 'GET',
    headers,
    body: file.body ?? null,
    timeoutMs: ms(file.timeout ?? DEFAULTS.timeout),
    jsonPath: file.jsonPath ?? null,
    check: readCheck(file, [...at, 'web'], report),
  };
}

const readCommand = (file: CommandMetricFile): Of<'command'> => ({
  type: 'command',
  command: file.command,
  timeoutMs: ms(file.timeout ?? DEFAULTS.timeout),
  check: { success: null, failure: null, failureLimit: file.failureLimit ?? 0, successes: file.successes ?? 1 },
});

function readCheck(file: QueryMetricFile | WebMetricFile, at: Path, report: Report): Check {
  for (const field of ['success', 'failure'] as const) {
    const expression = file[field];
    if (expression === undefined) continue;
    const read = readExpression(expression);
    if (!isExpression(read)) report([...at, field], read.problem, 'see the page about the analysis');
  }
  return {
    success: file.success ?? null,
    failure: file.failure ?? null,
    failureLimit: file.failureLimit ?? 0,
    successes: file.successes ?? 1,
  };
}
