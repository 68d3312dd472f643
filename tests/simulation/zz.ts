import { ANALYSIS, plan } from '../support/canary-mesh.ts';
import { keyOf, nexts, start, TICK_MS, type Budget } from './state-space.ts';
const QUICK = { drainMs: TICK_MS, acknowledgement: { rewriteAfterMs: 2 * TICK_MS, timedFallbackMs: 15_000 } };
const quick = (given: any, ...w: number[]) => plan({ ...QUICK, analysis: { ...ANALYSIS, intervalMs: TICK_MS }, ...given, steps: plan({ steps: w }).steps.map((s) => ({ ...s, holdMs: TICK_MS })) });
const NONE: Budget = { crashes: 0, takeovers: 0, edits: 0, commands: 0, metrics: 0, capacity: 0 };
for (const [name, p, b] of [
  ['none', quick({}, 10, 50), NONE],
  ['crash1', quick({}, 10, 50), { ...NONE, crashes: 1 }],
  ['takeover', quick({}, 10, 50), { ...NONE, takeovers: 1 }],
  ['edit', quick({}, 10, 50), { ...NONE, edits: 1 }],
  ['cmd', quick({}, 10, 50), { ...NONE, commands: 1 }],
  ['metrics', quick({}, 10, 50), { ...NONE, metrics: 1 }],
] as const) {
  const t = process.cpuUsage();
  const first = start(b); const seen = new Map<string, string>([[keyOf(p, first), '']]); const q: any[] = [first]; let n = 0; const wrong = new Set<string>();
  while (q.length && seen.size < 2500) { const w = q.shift(); const k0 = keyOf(p, w); for (const x of nexts(p, w)) { n++; x.wrong.forEach((y: string) => { if (!wrong.has(y)) { wrong.add(y); console.log('WRONG', y, seen.get(k0)); } }); const k = keyOf(p, x.world); if (!seen.has(k)) { seen.set(k, `${seen.get(k0)}\n   ${x.what}`); q.push(x.world); } } }
  if (name==='takeover') { const parts = [...seen.keys()].slice(-1200).map(k => JSON.parse(k)); for (let i=0;i<9;i++) console.log(i, new Set(parts.map(p=>JSON.stringify(p[i]))).size); const e=parts.map(p=>p[6]); for (let j=0;j<2;j++) for (let i=0;i<9;i++) console.log('eng',j,i,new Set(e.map(x=>JSON.stringify(x[j]&&x[j][i]))).size); console.log([...seen.values()].at(-1)) }
  const u = process.cpuUsage(t); console.log(name, seen.size, n, (u.user / 1e6).toFixed(1), 's', q.length ? 'CUT' : '');
}
