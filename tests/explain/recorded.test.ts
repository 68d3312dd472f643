import { describe, expect, test } from 'vitest';
import type { Explanation } from '../../charts-src/explain/explanation.ts';
import { durationMs } from '../../charts-src/model/duration.ts';
import { retries503 } from '../../scripts/cli/verify/check.ts';
import { meshOf } from '../check/mesh-of.ts';
import { differences, explained } from '../live/explain/compare.ts';
import { INGRESS, PLAYGROUND } from '../live/explain/playground.ts';
import { routeDifferences } from '../live/explain/proxy-routes.ts';
import type { RandomRequest } from '../live/explain/random-manifests.ts';
import {
  filled,
  payloadOf,
  readRecording,
  recordedCases,
  type RecordedAnswer,
  type RecordedRequest,
} from './recording.ts';

// What a real mesh once did (tests/live/explain/record.ts) against what explain says: no mesh is needed here.

const PLACES = {
  token: (claims: string) => `e30.${payloadOf(claims)}.sig`,
  jwks: '{"keys":[]}',
  ip: () => '192.0.2.1',
};

const cases = recordedCases();

test('there are recordings of every case', () => {
  expect(cases.length).toBeGreaterThanOrEqual(10);
  for (const { name, requests } of cases) expect(readRecording(name).answers).toHaveLength(requests.length);
});

describe.each(cases)('$name', ({ name, mesh, requests }) => {
  const graph = meshOf([PLAYGROUND, INGRESS, filled(mesh, PLACES)].join('\n---\n'));
  const { answers, routes } = readRecording(name);
  test.each(requests.map((request, index) => ({ ...request, index })))('$ask from $from', ({ index, ...request }) => {
    const answer = answers[index];
    if (answer === undefined) throw new Error('it was not recorded');
    const said = explained(graph, asked(request));
    const steps = said.steps.map(({ stage, decision, why }) => `${stage}: ${decision} (${why})`).join('\n');
    // Only routes with a name were recorded, of clients with a proxy.
    const isRecorded =
      said.route?.virtualService != null && said.route.name !== null && routes[request.from] !== undefined;
    const told = [
      ...against(said, request, answer),
      ...(isRecorded ? routeDifferences(said, routes[request.from] ?? []) : []),
    ];
    expect(told.length === 0 ? '' : `${told.join('\n')}\n${steps}`).toBe('');
  });
});

function asked({ from, ask, headers = {} }: RecordedRequest): RandomRequest {
  const [method = '', url = ''] = filled(ask, PLACES).split(' ');
  const values = Object.entries(headers).map(([name, value]) => [name, filled(value, PLACES)] as const);
  return { from: from as RandomRequest['from'], method, url, headers: Object.fromEntries(values) }; // one of the playground
}

function against(
  said: Explanation,
  { times = 1, measure }: RecordedRequest,
  answer: RecordedAnswer,
): readonly string[] {
  if (measure === 'arrivals') {
    const wanted = answer.status === 503 && !retries503(said.tries.on) ? 1 : said.tries.attempts;
    const expected = answer.status === 500 && !said.tries.on.includes('5xx') ? 1 : wanted;
    return expected === answer.arrivals ? [] : [`arrivals: said ${expected}, were ${answer.arrivals}`];
  }
  if (measure === 'time') {
    const worst = said.tries.worstCase === null ? Number.NaN : (durationMs(said.tries.worstCase) ?? Number.NaN);
    const took = answer.milliseconds ?? 0;
    return answer.status === 504 && took > 0.7 * worst && took < worst + 700
      ? []
      : [`time: said ${worst} ms, took ${took} with ${answer.status}`];
  }
  const told = Object.keys(answer.who).length === 0 ? [undefined] : Object.keys(answer.who);
  return [...told.flatMap((who) => differences(said, answerOf(answer, who))), ...shares(said, answer, times)];
}

/** One of the answers, as the comparison with a live mesh takes it. */
function answerOf({ status, error, location, rule, upstream }: RecordedAnswer, who: string | undefined) {
  const [, app, version] = /^(.*)-([^-]*)$/.exec(who ?? '') ?? [];
  return {
    status,
    error,
    headers: { ...(location !== null && { location }), ...(rule !== null && { 'x-rule': rule }) },
    text: app === undefined ? '' : JSON.stringify({ app, version, path: upstream?.path, headers: upstream?.headers }),
    milliseconds: 0,
  };
}

function shares(said: Explanation, { who }: RecordedAnswer, times: number): readonly string[] {
  // Who is behind an address, no file tells.
  if (times === 1 || said.assumptions.some((what) => what.includes('no pods'))) return [];
  return said.destinations.flatMap(({ workloads, share, problem }) => {
    if (problem !== null) return []; // nobody answers
    const came = workloads.reduce((sum, name) => sum + (who[name.replace(/^.*\//, '')] ?? 0), 0) / times;
    return Math.abs(came - share) <= 4 * Math.sqrt((share * (1 - share)) / times)
      ? []
      : [`share of ${workloads.join(', ')}: said ${share}, was ${came}`];
  });
}
