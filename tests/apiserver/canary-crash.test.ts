import { execFileSync } from 'node:child_process';
import { availableParallelism, loadavg } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from '../../scripts/dev/provision/locate.ts';
import { startApiProxy, type Fate } from '../support/api-proxy.ts';
import type { ApiServer, AuditEvent } from '../support/api-server.ts';
import { engineProgram, type EngineProgram } from '../support/canary-engine-process.ts';
import { runEngine } from '../support/canary-engine.ts';
import {
  ALL_STEPS,
  prepareTarget,
  promotedState,
  stateOf,
  weightsOf,
  writesOf,
  startTargetServer,
  type PlayedProxy,
  type TargetServer,
} from '../support/canary-target.ts';
import { inParallel } from '../support/in-parallel.ts';

/** Two hundred processes and runs take their time on a machine that does other things as well. */
const PATIENCE_MS = 600_000;

let targets: TargetServer;
let server: ApiServer;
let proxy: PlayedProxy;
let program: EngineProgram;
beforeAll(async () => {
  [targets, program] = await Promise.all([startTargetServer(), engineProgram()]);
  ({ server, proxy } = targets);
});
afterAll(async () => {
  await program?.stop();
  await targets?.stop();
});

test(
  'kill -9 at every call of a run, before and after it: each weight once and in order, and the same end',
  async () => {
    const measured = await prepareTarget(server, proxy, 'kill-0');
    const counting = await startApiProxy({ ...server, kubeconfig: measured.kubeconfig }, () => ({ does: 'pass' }));
    await runEngine({ ...measured, kubeconfig: counting.kubeconfig });
    await counting.stop();
    const calls = counting.calls.length;
    expect(calls).toBeGreaterThan(20);
    const points = Array.from({ length: calls }, (_, index) => index + 1).flatMap((call) =>
      (['before', 'after'] as const).map((when) => ({ call, when })),
    );
    const ended = await inParallel(4, points, async ({ call, when }) => {
      const target = await prepareTarget(server, proxy, `kill-${call}-${when}`);
      const engine = await program.start();
      const killing = await startApiProxy(
        { ...server, kubeconfig: target.kubeconfig },
        async ({ index }): Promise<Fate> => {
          if (when !== 'before' || index !== call) return { does: 'pass' };
          await engine.kill();
          return { does: 'drop' };
        },
        async ({ index }) => {
          if (when === 'after' && index === call) await engine.kill();
        },
      );
      const first = await engine.run({ ...target, kubeconfig: killing.kubeconfig });
      await engine.kill();
      // As a job is started again: it goes on with the run that is there, or begins it.
      const resume = 'canary.weftmesh/run' in (await stateOf(server, target.name)).annotations;
      const second = await runEngine({ ...target, resume });
      await killing.stop();
      return { name: target.name, point: `${when} call ${call}`, first, second };
    });
    const events = server.auditEvents();
    // The order of calls that are under way at once may differ from run to run, so their number may too.
    expect(ended.filter(({ first }) => first === 'killed').length).toBeGreaterThan(points.length - 4);
    for (const { name, point, second } of ended) {
      expect(second.ending, `${point}: ${JSON.stringify(second).slice(0, 500)}`).toBe('over');
      expect(weightsOf(events, name), point).toEqual([0, ...ALL_STEPS]);
      expect(await stateOf(server, name), point).toEqual(promotedState(name));
    }
  },
  PATIENCE_MS,
);

test('an engine takes at most 40 MB more than a process that only loads the client library', async () => {
  const only = `await import('@kubernetes/client-node'); console.log(process.resourceUsage().maxRSS / 1024);`;
  const options = { cwd: ROOT, encoding: 'utf8' } as const;
  const libraryMb = Number(execFileSync(process.execPath, ['--input-type=module', '-e', only], options));
  const whole = await engineProgram('external');
  try {
    const engine = await whole.start();
    const report = await engine.run(await prepareTarget(server, proxy, 'memory', { hold: '500ms' }));
    expect(report).toMatchObject({ ending: 'over' });
    const peakMb = report === 'killed' ? Number.POSITIVE_INFINITY : report.peakMb;
    expect(libraryMb).toBeGreaterThan(60);
    expect(peakMb - libraryMb, `${Math.round(peakMb)} MB, the library alone ${Math.round(libraryMb)} MB`).toBeLessThan(
      40,
    );
  } finally {
    await whole.stop();
  }
});

describe('two to five engines at once', () => {
  test(
    'one runs, the others say so within two seconds',
    async () => {
      const engines = await Promise.all(Array.from({ length: 5 }, () => program.start()));
      const rounds = Array.from({ length: 100 }, (_, round) => ({ round, size: 2 + (round % 4) }));
      const refusalsMs: number[] = [];
      await inParallel(2, rounds, async ({ round, size }) => {
        const target = await prepareTarget(server, proxy, `race-${round}`, { steps: [50], hold: '10m' });
        const leave = new AbortController();
        let running = size;
        const reports = await Promise.all(
          engines.slice(0, size).map(async (engine) => {
            const report = await engine.run(target, leave.signal);
            // Whoever is left drives a run that would take ten minutes.
            if (--running === 1) leave.abort();
            return report;
          }),
        );
        const endings = reports.map((report) => (report === 'killed' ? report : report.ending)).sort();
        const losers = Array.from({ length: size - 1 }, () => 'held');
        expect(endings, JSON.stringify(reports)).toEqual([...losers, 'left']);
        for (const report of reports) if (report !== 'killed' && report.ending === 'held') refusalsMs.push(report.ms);
      });
      const events = server.auditEvents();
      for (const { round } of rounds)
        expect(writesOf(events, `race-${round}`).filter(isBeginning), `round ${round}`).toHaveLength(1);
      // From the start of each engine, which is before its first answer; on a machine with more to do than it can, longer.
      const overload = Math.max(1, (loadavg()[0] ?? 0) / availableParallelism());
      expect(Math.max(...refusalsMs)).toBeLessThan(2_000 * overload);
    },
    PATIENCE_MS,
  );
});

/** Whether a write began a run. */
const isBeginning = ({ responseObject }: AuditEvent): boolean => {
  const annotations = responseObject?.metadata['annotations'] as Readonly<Record<string, string>> | undefined; // a map of texts
  return annotations?.['canary.weftmesh/revision'] === '1';
};
