import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { describeVerdict, judgeAll, objectsOf, workloadsOf, type Verdict } from './judge.ts';
import { judgeTools } from './tools.ts';

// What synth wrote for staging and prod is beyond reproach by public judges; dev only with exemptions that it names.

const DIST = fileURLToPath(new URL('../../dist/', import.meta.url));

/** Each leaf folder of dist is one mesh. The shop's own three are named here, so that none can be missing. */
const LEAVES = [
  ...new Set([
    ...['dev', 'staging', 'prod'].map((environment) => `microservices/${environment}`),
    ...(existsSync(DIST) ? readdirSync(DIST) : [])
      .flatMap((topology) => ['staging', 'prod'].map((environment) => `${topology}/${environment}`))
      .filter((leaf) => existsSync(join(DIST, leaf))),
  ]),
].sort();

/** In dev, images are loaded into kind by tag and every workload may be one pod; staging and prod have no such excuse. */
const DEV_EXEMPTIONS = ['CKV_K8S_15', 'CKV_K8S_43', 'container-image-pull-policy', 'deployment-replicas'];

const read = (leaf: string): string =>
  readdirSync(join(DIST, leaf))
    .filter((file) => file.endsWith('.k8s.yaml'))
    .sort()
    .map((file) => readFileSync(join(DIST, leaf, file), 'utf8'))
    .join('\n---\n');

const tools = judgeTools();

describe.skipIf('missing' in tools && process.env['CI'] !== 'true')('the manifests in dist', () => {
  const judged = new Map<string, readonly Verdict[]>();

  test.each(LEAVES)('%s: kube-score, checkov and Pod Security restricted have nothing to say', (leaf) => {
    if ('missing' in tools) throw new Error(tools.missing);
    expect(existsSync(join(DIST, leaf)), `dist/${leaf} is not there: run "npm start"`).toBe(true);
    const yaml = read(leaf);
    const workloads = workloadsOf(yaml);
    const verdicts = judgeAll(tools, yaml);
    judged.set(leaf, verdicts);
    process.stdout.write(`${leaf}: ${objectsOf(yaml).length} objects\n${verdicts.map(describeVerdict).join('\n')}\n`);
    for (const verdict of verdicts) {
      expect(verdict.findings, `${leaf}: ${verdict.judge}`).toEqual([]);
      expect(verdict.workloads, `${leaf}: ${verdict.judge} has not looked at every workload`).toEqual(workloads);
    }
    const exemptions = verdicts.flatMap((verdict) => verdict.exemptions);
    expect(
      exemptions.filter(({ reason }) => reason === ''),
      `${leaf}: exemptions without a reason`,
    ).toEqual([]);
    if (leaf.endsWith('/dev')) {
      expect(
        exemptions.filter(({ check }) => !DEV_EXEMPTIONS.includes(check)),
        'exemptions that dev has no need of',
      ).toEqual([]);
    }
    if (leaf.startsWith('microservices/')) expect(workloads.length, `${leaf} has no workloads`).toBeGreaterThan(0);
  });

  afterAll(() => {
    const all = [...judged.values()].flat();
    const sum = (count: (verdict: Verdict) => number): number =>
      all.reduce((total, verdict) => total + count(verdict), 0);
    process.stdout.write(
      `judged ${judged.size} leaf folders: ${sum(({ workloads }) => workloads.length)} workloads (each judge counted), ` +
        `${sum(({ checks }) => checks)} checks, ${sum(({ findings }) => findings.length)} findings\n`,
    );
  });
});
