import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { ROOT } from './provision/locate.ts';
import { TIERS, toolsFor, type Tier } from './provision/tools.ts';
import { BIN_FOLDER, readTools } from './provision/tools-file.ts';
import { stopRunning } from './test/command.ts';
import { runOnNode } from './test/node-tier.ts';
import type { NotPassed, Outcome } from './test/outcome.ts';
import { runStatic } from './test/static-steps.ts';
import { notRun, RESULTS_FOLDER, runVitest, testFiles } from './test/vitest-tier.ts';

const USAGE = `Runs the tests, tier by tier.

  npm test [-- tier…]

  static     types, lint, format, import rules, shell scripts
  pure       unit, table, golden, property and type tests; needs Node only
  node22     the pure tests on Node 22, and every dependency imported once
  node24     the same on Node 24
  simulation the canary: thousands of runs with faults, and of verdicts on made-up traffic
  judges     kube-score, checkov and Pod Security on what is in dist/
  apiserver  level 2: a real API server with Istio's CRDs
  services   the sample services with real databases and brokers
  live       level 3: a real mesh
  package    the packed tarball in an empty project

The last line counts everything. A tier whose tools are missing is skipped, with CI=true it fails;
\`npm run provision -- --install\` installs them.`;

const MINUTE_MS = 60_000;

/** Limits against a test that hangs, far above what a tier takes. */
const TIMEOUT_MS: Readonly<Record<Tier, number>> = {
  static: 15 * MINUTE_MS,
  pure: 15 * MINUTE_MS,
  node22: 15 * MINUTE_MS,
  node24: 15 * MINUTE_MS,
  simulation: 20 * MINUTE_MS,
  judges: 10 * MINUTE_MS,
  apiserver: 20 * MINUTE_MS,
  services: 30 * MINUTE_MS,
  live: 40 * MINUTE_MS,
  package: 10 * MINUTE_MS,
};

/** The lab that plays a cluster for the live tier, unless that is given a kubeconfig. */
const labFolder = (): string => resolve(ROOT, process.env['WEFT_LAB'] || '../shared/lab');

/** Why a tier cannot run on this machine; undefined: it can. */
const whyNot = (tier: Tier): string | undefined => {
  // One step of `static` has a tool of its own and says so itself; `pure` skips single tests.
  if (tier === 'static' || tier === 'pure' || tier === 'simulation') return undefined;
  if (tier === 'live' && process.env['WEFT_LIVE_KUBECONFIG']) return undefined;
  if (tier === 'live' && !existsSync(join(labFolder(), 'meshlab.py'))) {
    return `there is no lab in ${labFolder()}. Name its folder in WEFT_LAB, or a cluster with Istio in WEFT_LIVE_KUBECONFIG`;
  }
  if (tier === 'live' && process.getuid?.() !== 0) {
    return 'the lab needs root, for network namespaces. Run as root, or name a cluster with Istio in WEFT_LIVE_KUBECONFIG';
  }
  const tools = readTools();
  const missing = toolsFor([tier]).flatMap(({ name }) => {
    const entry = tools(name);
    return 'missing' in entry ? [{ name, ...entry }] : [];
  });
  const [first] = missing;
  if (first === undefined) return undefined;
  const others =
    missing.length > 1
      ? ` (and ${missing
          .slice(1)
          .map(({ name }) => name)
          .join(', ')})`
      : '';
  return `${first.name}${others} is missing: ${first.missing}. Run: ${first.help}`;
};

const nodeOf = (tier: 'node22' | 'node24'): string => {
  const entry = readTools()(tier === 'node22' ? 'node-22' : 'node-24');
  // whyNot has looked before.
  return 'path' in entry ? entry.path : process.execPath;
};

const runTier = async (tier: Tier): Promise<Outcome> => {
  const timeoutMs = TIMEOUT_MS[tier];
  switch (tier) {
    case 'static':
      return runStatic();
    case 'pure':
      return runVitest({ tier, projects: ['pure', 'types'], node: process.execPath, timeoutMs });
    case 'node22':
    case 'node24':
      return runOnNode({ tier, node: nodeOf(tier), timeoutMs });
    case 'simulation':
    case 'judges':
    case 'apiserver':
    case 'services':
    case 'live':
    case 'package':
      return runVitest({
        tier,
        projects: [tier],
        node: process.execPath,
        timeoutMs,
        env: { PATH: `${BIN_FOLDER}${delimiter}${process.env['PATH'] ?? ''}` },
      });
  }
};

const checked = async (tier: Tier): Promise<Outcome> => {
  const project = tier === 'node22' || tier === 'node24' ? 'pure' : tier;
  const why = whyNot(tier);
  if (why !== undefined) {
    const files = notRun(testFiles(project), tier, why);
    return process.env['CI'] === 'true'
      ? { passed: 0, failed: files, skipped: [] }
      : { passed: 0, failed: [], skipped: files };
  }
  if (tier !== 'static' && testFiles(project).length === 0) {
    return { passed: 0, failed: [{ name: tier, why: 'there is no test file for it' }], skipped: [] };
  }
  const outcome = await runTier(tier);
  if (outcome.passed + outcome.failed.length > 0) return outcome;
  return { ...outcome, failed: [{ name: tier, why: 'it executed no test' }] };
};

/** Names grouped by reason, so that a tier of fifty files with one reason says it once. */
const lines = (word: string, tests: readonly NotPassed[]): readonly string[] => {
  const byReason = new Map<string, string[]>();
  for (const { name, why } of tests) byReason.set(why, [...(byReason.get(why) ?? []), name]);
  return [...byReason].map(([why, names]) => {
    const shown = names.length > 5 ? [...names.slice(0, 5), `and ${names.length - 5} more`] : names;
    return `    ${word}: ${shown.join(', ')}: ${why}`;
  });
};

const main = async (args: readonly string[]): Promise<number> => {
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  const unknown = args.filter((word) => !TIERS.some((tier) => tier === word));
  if (unknown.length > 0) {
    process.stderr.write(`"${unknown.join('", "')}" is no tier. Tiers: ${TIERS.join(', ')}.\n\n${USAGE}\n`);
    return 2;
  }
  rmSync(RESULTS_FOLDER, { recursive: true, force: true });
  mkdirSync(RESULTS_FOLDER, { recursive: true });
  const report: string[] = [];
  const total = { passed: 0, failed: 0, skipped: 0 };
  let askedForNothing = false;
  for (const tier of TIERS.filter((name) => args.length === 0 || args.includes(name))) {
    process.stdout.write(`\n== ${tier}\n`);
    const started = performance.now();
    const { passed, failed, skipped } = await checked(tier);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    const counts = `${String(passed).padStart(7)} ${String(failed.length).padStart(7)} ${String(skipped.length).padStart(8)}`;
    report.push(
      `${tier.padEnd(10)} ${counts} ${seconds.padStart(8)}`,
      ...lines('FAILED', failed),
      ...lines('skipped', skipped),
    );
    // Whoever names a tier wants it to run: that it could not is no success.
    if (args.includes(tier) && passed + failed.length === 0) askedForNothing = true;
    total.passed += passed;
    total.failed += failed.length;
    total.skipped += skipped.length;
  }
  const last = `${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`;
  writeFileSync(join(RESULTS_FOLDER, 'summary.txt'), `${last}\n`);
  process.stdout.write(
    `\nNode ${process.versions.node}\n${'tier'.padEnd(10)}  passed  failed  skipped  seconds\n${report.join('\n')}\n\n${last}\n`,
  );
  return total.failed > 0 || askedForNothing ? 1 : 0;
};

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  process.once(signal, () => {
    stopRunning();
    process.exit(code);
  });
}
process.exitCode = await main(process.argv.slice(2));
