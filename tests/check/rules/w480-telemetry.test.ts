import { expect, test } from 'vitest';
import { telemetry } from '../../../charts-src/check/rules/w480-telemetry.ts';
import { judged } from '../validation/judged.ts';

const filter = (expression: string) => ({ accessLogging: [{ filter: { expression } }] });
const tag = (one: object) => ({ metrics: [{ overrides: [{ tagOverrides: { team: one } }] }] });

test.each<{ readonly name: string; readonly spec: object; readonly at: readonly string[] }>([
  { name: 'a filter', spec: filter('response.code >= 400'), at: [] },
  { name: 'half a filter', spec: filter('response.code >='), at: ['spec.accessLogging[0].filter.expression'] },
  { name: 'no filter', spec: filter(''), at: ['spec.accessLogging[0].filter.expression'] },
  { name: 'a tag without value', spec: tag({}), at: ['spec.metrics[0].overrides[0].tagOverrides.team.value'] },
  { name: 'a tag', spec: tag({ value: 'request.host' }), at: [] },
  { name: 'no tag', spec: tag({ operation: 'REMOVE' }), at: [] },
  {
    name: 'a tag without name',
    spec: { tracing: [{ customTags: { '': { literal: { value: 'a' } } } }] },
    at: ['spec.tracing[0].customTags[""]'],
  },
  { name: 'two blocks', spec: { tracing: [{}, {}] }, at: ['warning: spec.tracing[1]'] },
  {
    name: 'two providers',
    spec: { tracing: [{ providers: [{ name: 'a' }, { name: 'b' }] }] },
    at: ['warning: spec.tracing[0].providers[1]'],
  },
  {
    name: 'one of each',
    spec: { tracing: [{ providers: [{ name: 'a' }], customTags: { team: { literal: { value: 'a' } } } }] },
    at: [],
  },
])('$name', ({ spec, at }) => {
  expect(judged(telemetry, 'Telemetry', spec)).toEqual(at);
});
