import type { AuthorizationPolicySpec } from '../../imports/istio.ts';
import { closest } from '../../model/closest.ts';
import { own } from '../../model/own.ts';
import type { Path } from '../../model/schema.ts';
import {
  addressValues,
  nonEmptyValues,
  portValues,
  serviceAccountValues,
  wildcardValues,
  type ValuesCheck,
} from './authorization-values.ts';
import { refused, type Objections } from './objection.ts';

/** What a condition can be about. Source: Istio, Authorization Policy Conditions */
const KEYS: Readonly<Record<string, ValuesCheck>> = {
  'source.ip': addressValues,
  'remote.ip': addressValues,
  'source.namespace': nonEmptyValues,
  'source.serviceAccount': serviceAccountValues,
  'source.principal': nonEmptyValues,
  'source.trustDomain': wildcardValues,
  'request.auth.principal': nonEmptyValues,
  'request.auth.audiences': nonEmptyValues,
  'request.auth.presenter': nonEmptyValues,
  'destination.ip': addressValues,
  'destination.port': portValues,
  'connection.sni': nonEmptyValues,
};

/** Keys that name something in brackets: `request.headers[x-user]`. */
const BRACKETED = ['request.headers', 'request.auth.claims', 'experimental.envoy.filters.'];

const GONE: Readonly<Record<string, string>> = {
  'destination.namespace': 'a policy is for its own namespace: move it there',
  'destination.name': 'write "selector" instead',
  'destination.user': 'write "selector" instead',
};

/** Conditions of the rules of a policy (`when`). */
export function* authorizationConditions({ rules = [] }: AuthorizationPolicySpec): Objections {
  for (const [index, { when = [] }] of rules.entries())
    for (const [place, { key, values = [], notValues = [] }] of when.entries()) {
      const at = ['spec', 'rules', index, 'when', place];
      if (key === '')
        yield refused([...at, 'key'], 'the condition has no key', 'name what it is about, such as "source.ip"');
      else if (values.length + notValues.length === 0)
        yield refused(at, `the condition on "${key}" has no values`, 'add values or notValues');
      else yield* condition(at, key, { values, notValues });
    }
}

function* condition(at: Path, key: string, values: Readonly<Record<string, readonly string[]>>): Objections {
  const problem = keyProblem(key);
  if (problem !== undefined) yield refused([...at, 'key'], ...problem);
  const check = own(KEYS, key);
  for (const [field, list] of Object.entries(values)) yield* (check ?? nonEmptyValues)([...at, field], list);
}

function keyProblem(key: string): readonly [what: string, fix: string] | undefined {
  if (Object.hasOwn(KEYS, key)) return undefined;
  const prefix = BRACKETED.find((known) => key.startsWith(known));
  if (prefix !== undefined)
    return /^[^[]+\[.+\]$/s.test(key) && key.indexOf('[') < key.length - 2
      ? undefined
      : [`"${key}" names nothing in brackets`, `write it as "${prefix.replace(/\.$/, '.<filter>')}[<name>]"`];
  if (Object.hasOwn(GONE, key) || key.startsWith('destination.labels'))
    return [`"${key}" was a key of an older API`, GONE[key] ?? 'write "selector" instead'];
  const names = [...Object.keys(KEYS), ...BRACKETED.map((known) => `${known}[…]`)];
  const meant = closest(key, names);
  return [
    `"${key}" is nothing that a condition can be about`,
    meant === undefined ? `choices: ${names.join(', ')}` : `did you mean "${meant}"?`,
  ];
}
