import { checkReport, type CheckReport } from '../../charts-src/check/report.ts';
import { runCheck, type CheckResult, type RuleBug } from '../../charts-src/check/run-check.ts';
import type { Severity } from '../../charts-src/check/rule.ts';
import { unusedIgnores } from '../../charts-src/check/unused-ignores.ts';
import { buildGraph } from '../../charts-src/graph/mesh-graph.ts';
import { readCheckConfig } from './check-config.ts';
import { exitCode, type ExitCode } from './exit-code.ts';
import { Failure } from './failure.ts';
import { decodeText } from './decode-text.ts';
import { readPaths, STDIN } from './read-files.ts';
import { readIgnore } from './read-ignore.ts';
import { sourceLines } from './source-lines.ts';
import type { World } from './world.ts';

/** Options of `weft check`. */
export interface CheckCommandOptions {
  readonly paths: readonly string[];
  readonly failOn: Severity;
  readonly ignore: readonly string[];
  readonly showIgnored: boolean;
  readonly config: string | undefined;
  readonly namespace: string;
  readonly plain: boolean;
  readonly format: 'text' | 'json' | 'sarif' | 'github';
}

/** Judges each mesh, and prints one report of all of them. */
export async function runCheckCommand(options: CheckCommandOptions, world: World): Promise<ExitCode> {
  const start = world.now();
  const config = await readCheckConfig(options.config, world);
  const ignores = [...config.ignores, ...options.ignore.map(readIgnore)];
  const stdin = remembered(world);
  const meshes = await readPaths(options.paths, stdin.world, { namespace: options.namespace, keepsPlaces: true });
  const sourceOf = sourceLines(world);
  const listsSuppressed = options.showIgnored || ['json', 'sarif'].includes(options.format);
  const results = meshes.map((mesh) => runCheck(buildGraph(mesh, config.mesh), { ignores, listsSuppressed, sourceOf }));
  requireSomething(results, options.paths);
  const used = new Set(results.flatMap((result) => [...result.used]));
  const unused = { objects: 0, findings: unusedIgnores(ignores, used), suppressed: [] };
  const report = checkReport([...results, unused], { meshes: results.length, seconds: (world.now() - start) / 1000 });
  world.out(await printed(report, options, { ...world, read: stdin.read }));
  const bugs = results.flatMap((result) => result.bugs);
  for (const bug of bugs) world.err(bugText(bug, world));
  for (const ignore of ignores)
    if (ignore.by === 'command line' && !used.has(ignore)) world.err(`note: ${ignore.reason} ignores nothing\n`);
  return bugs.length > 0 ? exitCode.bug : isAnswerNo(report, options.failOn) ? exitCode.no : exitCode.ok;
}

/** A world whose stdin can be shown after it was read: there is no file in which a reader could look it up. */
function remembered(world: World): { readonly world: World; readonly read: World['read'] } {
  let bytes: Uint8Array = new Uint8Array();
  return {
    world: { ...world, stdinBytes: async () => (bytes = await world.stdinBytes()) },
    read: async (path) => (path === STDIN ? (decodeText(STDIN, bytes).text ?? '') : world.read(path)),
  };
}

/** A check that looked at nothing has not said that anything is right. */
function requireSomething(results: readonly CheckResult[], paths: readonly string[]): void {
  if (results.some(({ objects, findings, suppressedCount }) => objects + findings.length + suppressedCount > 0)) return;
  throw new Failure(
    `there is no Kubernetes object in ${paths.length === 0 ? 'dist' : paths.join(', ')}, so nothing was judged. Name files or folders with manifests, or pipe them in: helm template . | weft check -`,
  );
}

function isAnswerNo({ summary }: CheckReport, failOn: Severity): boolean {
  const counts = { error: summary.errors, warning: summary.warnings, info: summary.infos };
  const worse: Readonly<Record<Severity, readonly Severity[]>> = {
    error: ['error'],
    warning: ['error', 'warning'],
    info: ['error', 'warning', 'info'],
  };
  return worse[failOn].some((severity) => counts[severity] > 0);
}

/** Each form is loaded when it is asked for. */
async function printed(report: CheckReport, options: CheckCommandOptions, world: World): Promise<string> {
  switch (options.format) {
    case 'json': {
      const { reportJson } = await import('../../charts-src/check/report-json.ts');
      return reportJson(report);
    }
    case 'github': {
      const [{ reportGithub }, { verdict }] = await Promise.all([
        import('../../charts-src/check/report-github.ts'),
        import('../../charts-src/check/report.ts'),
      ]);
      world.err(`${verdict(report)}\n`);
      return reportGithub(report);
    }
    case 'sarif':
      return sarif(report);
    case 'text': {
      const { reportText } = await import('../../charts-src/check/report-text.ts');
      const lines = await linesOfFiles(report, world);
      return reportText(report, {
        linesOf: (file) => lines.get(file),
        hasColour: world.hasColourOut,
        isPlain: options.plain || world.env['WEFT_PLAIN'] === '1',
        showsIgnored: options.showIgnored,
      });
    }
  }
}

async function sarif(report: CheckReport): Promise<string> {
  const [{ reportSarif }, { catalogue }, { pageOf }, { ownPackage }] = await Promise.all([
    import('../../charts-src/check/report-sarif.ts'),
    import('../../charts-src/check/catalogue.ts'),
    import('./run-docs.ts'),
    import('./own-package.ts'),
  ]);
  const { version } = await ownPackage();
  const codes = new Set([...report.findings, ...report.suppressed].map(({ code }) => code));
  const pages = new Map<string, string | undefined>();
  for (const code of codes) pages.set(code, await pageOf(code).catch(() => undefined));
  return reportSarif(report, { version, rules: catalogue, pageOf: (code) => pages.get(code) });
}

/** The lines of files that have findings, and of the TypeScript that they lead to. */
async function linesOfFiles(report: CheckReport, world: World): Promise<ReadonlyMap<string, readonly string[]>> {
  const files = new Set(report.findings.flatMap(({ file, source }) => (source ? [file, source.file] : [file])));
  const lines = new Map<string, readonly string[]>();
  for (const file of files) {
    const text = await world.read(file).catch(() => undefined);
    if (text !== undefined) lines.set(file, text.split(/\r\n|\n|\r/));
  }
  return lines;
}

const bugText = ({ code, object, message, stack }: RuleBug, { env }: World): string =>
  `error: this is a bug in weft, not in what you wrote: ${code} failed${object === null ? '' : ` on ${object}`}: ${message}\n` +
  'Everything else was judged. Please report it with that object and what WEFT_DEBUG=1 adds here.\n' +
  (env['WEFT_DEBUG'] === '1' ? `${stack}\n` : '');
