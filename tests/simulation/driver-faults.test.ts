import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { FAULTS, type Fault, type FaultAt } from './faulty-ports.ts';
import { SCENARIOS } from './scenarios.ts';
import { simulate, violations, type Scenario } from './simulated-run.ts';

// A run is named by its scenario and its faults, and is the same whenever it is played:
//   WEFT_REPLAY='metrics turn bad|12 lost-answer' npx vitest run --project simulation tests/simulation/driver-faults.test.ts
const REPLAY = process.env['WEFT_REPLAY'];
/** Seeds of the runs with many faults, the first one given by WEFT_SEED. */
const FIRST_SEED = Number(process.env['WEFT_SEED'] ?? 1);
const SEEDS = Number(process.env['WEFT_SEEDS'] ?? 850);
/** In a long scenario not every call gets every fault: so many, evenly spread. */
const MOST_CALLS = 30;

let runs = 0;
const struck = new Map<string, number>();

const nameOf = ({ name }: Scenario, faults: ReadonlyMap<number, Fault>): string =>
  [name, ...[...faults].map(([call, fault]) => `${call} ${fault}`)].join('|');

/** Plays a run, and gives its name with all that was wrong. */
async function wrong(scenario: Scenario, faults: ReadonlyMap<number, Fault>): Promise<readonly string[]> {
  runs += 1;
  const played = await simulate(scenario, (call) => faults.get(call)).catch((error: unknown) => String(error));
  if (typeof played === 'string') return [`WEFT_REPLAY='${nameOf(scenario, faults)}': ${played}`];
  for (const one of played.count.struck) {
    const kind = one.slice(one.indexOf(' ') + 1);
    struck.set(kind, (struck.get(kind) ?? 0) + 1);
  }
  return violations(scenario, played).map((what) => `WEFT_REPLAY='${nameOf(scenario, faults)}': ${what}`);
}

const none: FaultAt = () => undefined;

if (REPLAY !== undefined)
  test(`replays ${REPLAY}`, async () => {
    const [name, ...faults] = REPLAY.split('|');
    const scenario = SCENARIOS.find((one) => one.name === name);
    if (scenario === undefined) throw new Error(`there is no scenario "${name}"`);
    const given = faults.map((text): [number, Fault] => {
      const [call = '', fault = ''] = text.split(' ');
      return [Number(call), FAULTS.find((one) => one === fault) ?? 'slow'];
    });
    const played = await simulate(scenario, (call) => new Map(given).get(call));
    const ways = played.endings.map((ending) => JSON.stringify(ending).slice(0, 400));
    process.stdout.write(
      `${played.count.struck.join('\n')}\n${ways.join('\n')}\n${JSON.stringify(played.rollout?.history, null, 1)}\n`,
    );
    expect(violations(scenario, played)).toEqual([]);
  });
else {
  describe.each(SCENARIOS)('$name', (scenario: Scenario) => {
    test('ends as it should with one fault at any call', async () => {
      const { count } = await simulate(scenario, none);
      const stride = Math.max(1, Math.ceil(count.calls / MOST_CALLS));
      const found: string[] = [...(await wrong(scenario, new Map()))];
      for (const [index, fault] of FAULTS.entries())
        for (let call = index % stride; call < count.calls; call += stride)
          found.push(...(await wrong(scenario, new Map([[call, fault]]))));
      expect(found).toEqual([]);
    });
  });

  test(`ends as it should with many faults, seeds ${FIRST_SEED} to ${FIRST_SEED + SEEDS - 1}`, async () => {
    const found: string[] = [];
    for (let seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
      const [pick] = fc.sample(
        fc.record({
          scenario: fc.constantFrom(...SCENARIOS),
          faults: fc.uniqueArray(fc.tuple(fc.nat(60), fc.constantFrom(...FAULTS)), {
            selector: ([call]) => call,
            minLength: 2,
            maxLength: 8,
          }),
        }),
        { seed, numRuns: 1 },
      );
      if (pick !== undefined) found.push(...(await wrong(pick.scenario, new Map(pick.faults))));
    }
    expect(found).toEqual([]);
  });

  afterAll(() => {
    const kinds = [...struck].sort(([a], [b]) => (a < b ? -1 : 1)).map(([kind, times]) => `  ${kind}: ${times}`);
    process.stdout.write(`${runs} runs of the driver, faults that struck:\n${kinds.join('\n')}\n`);
    // A gate that looked at too little is no gate.
    expect(runs).toBeGreaterThanOrEqual(SEEDS < 1_000 ? 1 : 5_000);
  });
}
