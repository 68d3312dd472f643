import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { meshOf } from '../check/mesh-of.ts';
import { readRecording, recordedCases, type RecordedAnswer } from '../explain/recording.ts';
import { startLab, type Lab } from '../support/lab.ts';
import { differences, explained, sent } from './explain/compare.ts';
import { limitDifferences, proxyLimits, proxyRoutes, routeDifferences } from './explain/proxy-routes.ts';
import { GATEWAY, INGRESS, Playground, PLAYGROUND } from './explain/playground.ts';
import { applyCertificate, placesOf, record } from './explain/record-case.ts';
import { randomCase, type RandomCase } from './explain/random-manifests.ts';

const MINUTE_MS = 60_000;
/** How many manifests, with 20 requests each; a long run is `WEFT_EXPLAIN_ROUNDS=60 npm test -- live`. */
const ROUNDS = Number(process.env['WEFT_EXPLAIN_ROUNDS'] ?? 6);
const REQUESTS = 20;
/** How often a request is sent again before a difference counts. */
const LOOKS = 6;
const SEED = Number(process.env['WEFT_EXPLAIN_SEED'] ?? 20_261);

/** Recorded cases that are recorded again: all of them would take too long. */
const SAMPLE = ['gateway', 'policies', 'tokens', 'patience'];

/** Without what is another time every time. */
const settled = ({ milliseconds, who, ...rest }: RecordedAnswer) => ({
  ...rest,
  // Which of two versions answers one request is chance.
  who: [...new Set(Object.keys(who).map((name) => name.replace(/-[^-]*$/, '')))],
  isTimed: milliseconds !== undefined,
});

describe('what explain says is what the mesh does', () => {
  let lab: Lab;
  let playground: Playground;

  beforeAll(async () => {
    lab = await startLab([]);
    playground = await Playground.in(lab);
  }, 5 * MINUTE_MS);

  afterAll(() => lab.stop(), 2 * MINUTE_MS);

  test(
    `random manifests and requests (${ROUNDS} x ${REQUESTS}, seed ${SEED})`,
    async () => {
      const cases = fc.sample(randomCase(REQUESTS), { numRuns: ROUNDS, seed: SEED });
      const wrong: string[] = [];
      let compared = 0;
      for (const [index, one] of cases.entries()) {
        try {
          await playground.use(one.manifests);
        } catch (error) {
          // What Istio's webhook refuses is no mesh at all.
          if (!/admission webhook|denied the request/.test(String(error))) throw error;
          process.stdout.write(`case ${index}: ${String(error).replaceAll('\n', ' ').slice(0, 600)}\n`);
          continue;
        }
        compared += one.requests.length;
        wrong.push(...(await judged(one, index)));
      }
      process.stdout.write(`explain: ${compared} requests compared with a real mesh\n`);
      expect(compared).toBeGreaterThan((ROUNDS * REQUESTS) / 2);
      expect(wrong.join('\n\n')).toBe('');
    },
    ROUNDS * MINUTE_MS,
  );

  test(
    'what was recorded is still so',
    async () => {
      await applyCertificate(playground);
      const places = await placesOf(playground);
      const sample = recordedCases().filter(({ name }) => SAMPLE.includes(name));
      expect(sample).toHaveLength(SAMPLE.length);
      for (const one of sample) {
        const { answers } = await record(playground, one, places);
        expect({ name: one.name, answers: answers.map(settled) }).toEqual({
          name: one.name,
          answers: readRecording(one.name).answers.map(settled),
        });
      }
    },
    4 * MINUTE_MS,
  );

  async function judged(one: RandomCase, index: number): Promise<readonly string[]> {
    const graph = meshOf([PLAYGROUND, INGRESS, one.manifests].join('\n---\n'));
    const wrong: string[] = [];
    for (const from of new Set(one.requests.map((request) => request.from))) {
      const asked = one.requests.filter((request) => request.from === from);
      const pod = playground.client(from);
      const answers = await lab.send(pod, asked.map(sent));
      const hasProxy = from !== 'bare/client' && from !== GATEWAY;
      const [routes, clusters] = hasProxy
        ? await Promise.all([proxyRoutes(lab, pod), proxyLimits(lab, pod)])
        : [[], new Map()];
      for (const [at, request] of asked.entries()) {
        const said = explained(graph, request);
        const answer = answers[at];
        if (answer === undefined) continue;
        const told = hasProxy ? [...routeDifferences(said, routes), ...limitDifferences(said, clusters)] : [];
        let found = differences(said, answer);
        // Configuration reaches proxies one after the other, servers too: only what stays different is different.
        for (let look = 1; found.length > 0 && look <= LOOKS; look++) {
          await new Promise((resolve) => setTimeout(resolve, 500 * look));
          const [again] = await lab.send(pod, [sent(request)]);
          found = again ? differences(said, again) : found;
        }
        found = [...found, ...told];
        if (found.length > 0)
          wrong.push(
            `case ${index} (seed ${SEED}) ${request.method} ${request.url} from ${from} ${JSON.stringify(request.headers)}\n  ${found.join('\n  ')}\n  ${said.steps.map(({ stage, decision, why }) => `${stage}: ${decision} (${why})`).join('\n  ')}`,
          );
      }
    }
    if (wrong.length > 0) wrong.push(`manifests of case ${index}:\n${one.manifests}`);
    return wrong;
  }
});
