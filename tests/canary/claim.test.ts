import { expect, test } from 'vitest';
import { standingOf } from '../../charts-src/canary/adopt.ts';
import { claimOf, SILENCE_MS, type HolderSigns } from '../../charts-src/canary/claim.ts';
import { desiredVirtualService } from '../../charts-src/canary/desired.ts';
import { begin, evolve } from '../../charts-src/canary/evolve.ts';
import { plan, virtualService } from '../support/canary-mesh.ts';

const at = '2026-01-01T00:00:00Z';
const holder = { host: 'laptop', pid: 1, startedAt: 'x' };
const other = { host: 'job', pid: 1, startedAt: 'y' };
const run = begin({ run: 'r1', plan: plan(), holder, at, stableReady: 4 });
const signs: HolderSigns = { life: 'unknown', ageMs: 1_000, silentMs: 0, takeOver: false };

test.each([
  { name: 'a heartbeat of a second ago', signs, claim: 'held' },
  {
    name: 'a process of this machine that lives',
    signs: { ...signs, life: 'alive', ageMs: SILENCE_MS * 9 },
    claim: 'held',
  },
  { name: 'a process of this machine that is gone', signs: { ...signs, life: 'dead' }, claim: 'take' },
  {
    name: 'a heartbeat from the future: clocks differ, and say nothing',
    signs: { ...signs, ageMs: -SILENCE_MS * 9 },
    claim: 'watch',
  },
  { name: 'one that is a little early', signs: { ...signs, ageMs: -5_000 }, claim: 'held' },
  {
    name: 'a heartbeat from the future, watched for long',
    signs: { ...signs, ageMs: -SILENCE_MS * 9, silentMs: 90_000 },
    claim: 'take',
  },
  { name: 'a heartbeat whose age nobody can tell', signs: { ...signs, ageMs: null }, claim: 'held' },
  { name: 'an old heartbeat, not watched yet', signs: { ...signs, ageMs: SILENCE_MS * 9 }, claim: 'watch' },
  {
    name: 'an old heartbeat, watched for long',
    signs: { ...signs, ageMs: SILENCE_MS * 9, silentMs: 90_000 },
    claim: 'take',
  },
  { name: 'somebody who knows better', signs: { ...signs, life: 'alive', takeOver: true }, claim: 'take' },
] as const)('$name: $claim', ({ signs: seen, claim }) => {
  expect(claimOf(run, seen).claim).toBe(claim);
});

test('nobody holds it: it is free', () => {
  expect(claimOf({ holder: null }, signs).claim).toBe('take');
});

// What stands in the other fields does not matter to whoever looks.
const over = { ...run, revision: 9, holder: null, phase: 'Promoted', scaling: null } as typeof run;
const written = (rollout: typeof run) => desiredVirtualService(virtualService(), rollout, 0);

test.each([
  { name: 'as we wrote it', object: written(run), standing: 'ours' },
  { name: 'a command wrote', object: written(evolve(run, { type: 'pause', at })), standing: 'changed' },
  { name: 'annotations are gone', object: virtualService(), standing: 'wiped' },
  {
    name: 'somebody else took it',
    object: written(evolve(run, { type: 'taken-over', at, holder: other, why: 'so' })),
    standing: 'lost',
  },
  { name: 'another run', object: written({ ...run, run: 'r2' }), standing: 'lost' },
  { name: 'it is over, and so nobody holds it', object: written(over), standing: 'changed' },
])('$name: $standing', ({ object, standing }) => {
  expect(standingOf(run, object).standing).toBe(standing);
});

test('an older copy of our own state that came back is no takeover', () => {
  const taken = evolve(run, { type: 'taken-over', at, holder: other, why: 'so' });
  expect(standingOf(taken, written(run)).standing).toBe('wiped');
});
