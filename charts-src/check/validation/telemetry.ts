import type { Metrics, TelemetrySpec, Tracing } from '../../imports/istio.ts';
import type { Path } from '../../model/schema.ts';
import { celProblem } from './cel.ts';
import { refused, warned, type Objections } from './objection.ts';

/** What proxies measure, trace and log. */
export function* telemetry({ tracing = [], metrics = [], accessLogging = [] }: TelemetrySpec): Objections {
  if (tracing.length > 1)
    yield warned(
      ['spec', 'tracing', 1],
      `there are ${tracing.length} blocks of tracing`,
      'only the first one counts',
      'put them into one block',
    );
  for (const [index, block] of tracing.entries()) yield* traces(['spec', 'tracing', index], block);
  for (const [index, block] of metrics.entries()) yield* measures(['spec', 'metrics', index], block);
  for (const [index, { filter }] of accessLogging.entries()) {
    const problem = filter === undefined ? undefined : celProblem(filter.expression ?? '');
    if (problem !== undefined)
      yield refused(
        ['spec', 'accessLogging', index, 'filter', 'expression'],
        `the filter is no expression of CEL: ${problem}`,
        'write a condition such as "response.code >= 400"',
      );
  }
}

function* traces(at: Path, { providers = [], customTags = {} }: Tracing): Objections {
  if (providers.length > 1)
    yield warned(
      [...at, 'providers', 1],
      `there are ${providers.length} providers`,
      'only the first one gets spans',
      'keep one of them',
    );
  if (Object.hasOwn(customTags, '')) yield refused([...at, 'customTags', ''], 'a tag has no name', 'name it');
}

function* measures(at: Path, { overrides = [] }: Metrics): Objections {
  for (const [index, { tagOverrides = {} }] of overrides.entries())
    for (const [tag, { operation = 'UPSERT', value = '' }] of Object.entries(tagOverrides)) {
      const path = [...at, 'overrides', index, 'tagOverrides', tag];
      if (tag === '') yield warned(path, 'a tag has no name', 'nothing is overridden', 'name it');
      if (operation === 'UPSERT' && value === '')
        yield refused([...path, 'value'], `the tag "${tag}" has no value`, 'add a value, or write operation: REMOVE');
    }
}
