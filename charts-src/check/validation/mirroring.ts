import type { VirtualServiceSpec } from '../../imports/istio.ts';
import type { Path } from '../../model/schema.ts';
import { refused, warned, type Objections } from './objection.ts';

/** How much is mirrored to another service. */
export function* mirroring({ http = [] }: VirtualServiceSpec): Objections {
  for (const [index, rule] of http.entries()) {
    const at = ['spec', 'http', index];
    // Two ways to write one field.
    const field = rule.mirrorPercent === undefined ? 'mirror_percent' : 'mirrorPercent';
    yield* oldPercent([...at, field], rule[field]);
    yield* percentage([...at, 'mirrorPercentage', 'value'], rule.mirrorPercentage?.value);
    for (const [mirror, { percentage: share }] of (rule.mirrors ?? []).entries())
      yield* percentage([...at, 'mirrors', mirror, 'percentage', 'value'], share?.value);
  }
}

function* oldPercent(at: Path, value: number | null | undefined): Objections {
  if (value === undefined || value === null) return;
  if (value > 100) yield refused(at, `${value} per cent are more than all requests`, 'write from 0 to 100');
  yield warned(
    at,
    `${at.at(-1)} is deprecated`,
    'a later version of Istio will not read it',
    'write mirrorPercentage: { value: … }',
  );
}

function* percentage(at: Path, value = 0): Objections {
  if (value < 0 || value > 100) yield refused(at, `${value} per cent is no share of requests`, 'write from 0 to 100');
}
