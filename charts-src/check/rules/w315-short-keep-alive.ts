import { CALL_KINDS, callsOf } from '../../graph/calls.ts';
import type { Setting } from '../../graph/environment.ts';
import type { MeshGraph } from '../../graph/mesh-graph.ts';
import { durationMs } from '../../model/duration.ts';
import { carriesHttp1, hostOfRule } from '../policy-layers.ts';
import { inWords } from '../retry-policy.ts';
import type { Rule } from '../rule.ts';

/** The application closes idle connections before the proxies do, just when one may be used again. */
export const shortKeepAlive = {
  code: 'W315',
  name: 'short-keep-alive',
  severity: 'warning',
  summary: 'The application closes idle connections sooner than the proxies that keep them for reuse.',
  reads: [...CALL_KINDS, 'DestinationRule'],
  *check(graph: MeshGraph) {
    const { environments } = callsOf(graph);
    for (const rule of graph.of('DestinationRule')) {
      const { http, tcp } = rule.spec.trafficPolicy?.connectionPool ?? {};
      const field = http?.idleTimeout === undefined ? 'tcp' : 'http';
      const idle = durationMs(http?.idleTimeout ?? tcp?.idleTimeout ?? '');
      const host = idle ? hostOfRule(graph, rule) : undefined;
      if (!idle || host === undefined || !carriesHttp1(host.ports)) continue;
      for (const workload of host.workloads) {
        const told = environments.of(workload).flatMap(({ settings, isInit }) => (isInit ? [] : keepAlives(settings)));
        const shorter = told.find(({ ms }) => ms < idle);
        if (shorter === undefined) continue;
        const { file, line } = workload.manifest.position(shorter.setting.at);
        yield {
          manifest: rule.manifest,
          at: ['spec', 'trafficPolicy', 'connectionPool', field, 'idleTimeout'],
          message:
            `proxies keep idle connections for ${inWords(idle)}, and ${workload.kind} ${workload.name} closes them after ${inWords(shorter.ms)} (${shorter.setting.name}, ${file}:${line}): ` +
            'a request that is sent at that moment is answered 503 (UC)',
          fix: `write an idleTimeout below ${inWords(shorter.ms)}, or let the application keep connections for longer than ${inWords(idle)}`,
        };
        break;
      }
    }
  },
} satisfies Rule;

interface KeepAlive {
  readonly setting: Setting;
  readonly ms: number;
}

/** How long a server keeps connections, as its variables and arguments say; not how often it asks whether they live. */
function keepAlives(settings: readonly Setting[]): readonly KeepAlive[] {
  return settings.flatMap((setting, index): readonly KeepAlive[] => {
    const { name, value = '', isText } = setting;
    if (!isText) return IS_VARIABLE.test(name) ? timesIn(setting, value, name) : [];
    const [flag = '', inline] = value.split('=');
    if (!IS_FLAG.test(flag)) return [];
    return timesIn(setting, inline ?? settings[index + 1]?.value ?? '', flag);
  });
}

const IS_VARIABLE =
  /^(?!.*(?:tcp|grpc|interval|probe|client|redis|db)).*keep_?alive(?:_?timeout)?(?:_?(?:ms|millis|seconds|secs?))?$/i;
const IS_FLAG = /^--(?:timeout-)?keep-?alive(?:-timeout)?$/i;

/** Numbers are seconds; those from 1000 are milliseconds, as Node.js counts. */
function timesIn(setting: Setting, text: string, name: string): readonly KeepAlive[] {
  const number = /^\d+$/.test(text) ? Number(text) : undefined;
  const isMs = /(?:ms|millis)$/i.test(name) || (number ?? 0) >= 1000;
  const ms = number === undefined ? durationMs(text) : number * (isMs ? 1 : 1000);
  return ms === undefined || ms <= 0 ? [] : [{ setting, ms }];
}
