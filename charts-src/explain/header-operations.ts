import type { HttpRule } from '../graph/http-rules.ts';
import type { Headers } from '../imports/istio.ts';
import { own } from '../model/own.ts';
import { filledIn, type Formatting } from './format-commands.ts';
import type { ComparedRequest } from './match-request.ts';
import type { Steps } from './steps.ts';

/** Names of the Host header, which is set in its own way. */
const isHost = (name: string): boolean => /^(?:host|:authority)$/i.test(name);

/** Header operations that a route has for a destination. */
export interface Operations {
  readonly rule: Headers | undefined;
  readonly destination: Headers | undefined;
  /** Whether it is the only destination: then its operations are part of those of its rule. */
  readonly isOnly: boolean;
  /** `rewrite.authority`. */
  readonly rewritten: string | undefined;
}

/**
 * The request after header operations. Of one destination alone they come after those of its rule, and all that is
 * removed goes first; of several, each has its own before those of the rule, which have the last word.
 * Source: Istio's processDestination, processWeightedDestination; Envoy's HeaderParser, which removes, then fills in
 * all values, then adds
 */
export function withHeaders(
  formatting: Formatting,
  { rule, destination, isOnly, rewritten }: Operations,
  steps: Steps,
): ComparedRequest {
  const { request } = formatting;
  const turns = isOnly ? [[rule, destination]] : [[destination], [rule]];
  const headers = turns.reduce(
    (before, all) => changed({ ...formatting, request: { ...request, headers: before } }, all, steps),
    request.headers,
  );
  // A host is set as it is written, commands and all.
  const authority = rewritten || authorityIn(rule) || authorityIn(destination) || request.authority;
  return { ...request, headers, authority };
}

function changed(
  formatting: Formatting,
  all: readonly (Headers | undefined)[],
  steps: Steps,
): ComparedRequest['headers'] {
  const kept: Record<string, string> = { ...formatting.request.headers };
  for (const operations of all) for (const name of operations?.request?.remove ?? []) delete kept[name.toLowerCase()];
  const result: Record<string, string> = { ...kept };
  /** What comes out empty is left as it was. */
  const filled = (fields: Readonly<Record<string, string>>): readonly (readonly [name: string, value: string])[] =>
    Object.entries(fields).flatMap(([name, text]) => {
      if (isHost(name)) return [];
      const { value, unknown } = filledIn(text, { ...formatting, request: { ...formatting.request, headers: kept } });
      if (unknown.length > 0)
        steps.assume(`only the proxy knows what ${unknown.join(', ')} of the header ${name} stands for`);
      return value === '' ? [] : [[name.toLowerCase(), value] as const];
    });
  for (const operations of all) {
    const { set = {}, add = {} } = operations?.request ?? {};
    for (const [name, value] of filled(set)) result[name] = value;
    for (const [name, value] of filled(add)) {
      const before = own(result, name);
      result[name] = before === undefined ? value : `${before},${value}`;
    }
  }
  return result;
}

/** `set` wins over `add`. */
function authorityIn(operations: Headers | undefined): string | undefined {
  const { set = {}, add = {} } = operations?.request ?? {};
  const find = (fields: Readonly<Record<string, string>>): string | undefined =>
    Object.entries(fields).find(([name]) => isHost(name))?.[1];
  return find(set) ?? find(add);
}

/** A step for the operations of a rule, and one for those of each of its destinations. */
export function headerSteps(rule: HttpRule, steps: Steps): void {
  const own = words(rule.http.headers);
  const { virtualService, at } = rule.placeOf('headers');
  if (own.length > 0)
    steps.add('headers', own.join(', '), 'headers of the rule', { manifest: virtualService.manifest, at });
  for (const [index, { headers }] of (rule.http.route ?? []).entries()) {
    const added = words(headers);
    if (added.length === 0) continue;
    const place = rule.placeOf('route');
    steps.add('headers', added.join(', '), `headers of route[${index}]`, {
      manifest: place.virtualService.manifest,
      at: [...place.at, index, 'headers'],
    });
  }
}

const words = (headers: Headers | undefined): readonly string[] =>
  (['request', 'response'] as const).flatMap((side) => {
    const { set = {}, add = {}, remove = [] } = headers?.[side] ?? {};
    return [
      ...Object.entries(set).map(([name, value]) => `${side} ${name} is set to "${value}"`),
      ...Object.entries(add).map(([name, value]) => `${side} ${name} gets "${value}" added`),
      ...remove.map((name) => `${side} ${name} is removed`),
    ];
  });
