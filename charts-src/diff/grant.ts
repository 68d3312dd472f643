import {
  operationConditions,
  sourceConditions,
  whenConditions,
  type AuthorizationCondition,
} from '../graph/authorization-conditions.ts';
import { blocksAreApart, blocksCover } from '../explain/address.ts';
import type { AuthorizationPolicyRule } from '../imports/istio.ts';
import { principal } from '../model/names.ts';
import type { Reference } from './change.ts';
import { patternCovers, patternsAreApart } from './text-pattern.ts';

/** Requests that meet all of some conditions; without conditions all requests. */
export interface Grant {
  readonly conditions: readonly AuthorizationCondition[];
  /** What says so; nothing where it is there because no policy says otherwise. */
  readonly by: Reference | undefined;
}

/** Turns the names of one set into those of the other. */
export type RenamePrincipal = (principal: string) => string;

/** One more than anybody writes: beyond it rules are not taken apart any more. */
const MOST_UNITS = 4096;

/** The requests that a rule is about: one grant for each source and operation that it names. */
export function grantsOf(
  rule: AuthorizationPolicyRule,
  by: Reference,
  trustDomain: string,
  rename: RenamePrincipal,
): readonly Grant[] {
  const { namespace } = by.manifest;
  const account = (name: string): string => {
    const [owner = '', own] = name.split('/');
    return own === undefined ? principal(trustDomain, namespace, name) : principal(trustDomain, owner, own);
  };
  const known = (all: readonly AuthorizationCondition[]): readonly AuthorizationCondition[] =>
    all.map((one) => {
      const ofAccount = one.field === 'source.serviceAccount';
      if (!ofAccount && one.field !== 'source.principal') return one;
      const final = (value: string): string => rename(ofAccount ? account(value) : value);
      return { field: 'source.principal', values: one.values.map(final), notValues: one.notValues.map(final) };
    });
  const when = known(whenConditions(rule.when));
  const sources = orAny(rule.from).map(({ source }) => known(sourceConditions(source)));
  const operations = orAny(rule.to).map(({ operation }) => operationConditions(operation));
  return sources.flatMap((source) =>
    operations.map((operation) => ({ conditions: [...source, ...operation, ...when], by })),
  );
}

/** A list that is not there, or empty, leaves everything open. */
const orAny = <T extends object>(list: readonly T[] | undefined): readonly (T | Record<string, never>)[] =>
  list === undefined || list.length === 0 ? [{}] : list;

/** A grant taken apart so that each condition has at most one value. */
export function unitsOf(grant: Grant): readonly Grant[] {
  const count = grant.conditions.reduce((product, { values }) => product * Math.max(1, values.length), 1);
  if (count > MOST_UNITS) return [grant];
  let units: readonly (readonly AuthorizationCondition[])[] = [[]];
  for (const one of grant.conditions)
    units = units.flatMap((unit) =>
      (one.values.length > 0 ? one.values.map((value) => ({ ...one, values: [value] })) : [one]).map((single) => [
        ...unit,
        single,
      ]),
    );
  return units.map((conditions) => ({ conditions, by: grant.by }));
}

/** Whether every request of a grant is one of a wider one. False where that cannot be told. */
export const grantCovers = (wide: Grant, narrow: Grant): boolean =>
  wide.conditions.every((wanted) => narrow.conditions.some((given) => implies(given, wanted)));

function implies(given: AuthorizationCondition, wanted: AuthorizationCondition): boolean {
  if (given.field === wanted.field) {
    const isIn =
      wanted.values.length === 0 ||
      (given.values.length > 0 && given.values.every((value) => valuesCover(given.field, wanted.values, value)));
    return isIn && wanted.notValues.every((value) => excludes(given, value));
  }
  // Who has a namespace or an account of the mesh has an identity.
  if (wanted.notValues.length > 0 || given.values.length === 0) return false;
  if (wanted.field === 'source.principal' && wanted.values.includes('*')) return given.field === 'source.namespace';
  return (
    wanted.field === 'source.namespace' &&
    given.field === 'source.principal' &&
    given.values.every((value) => {
      const namespace = /\/ns\/([^/*]+)\/sa\//.exec(value)?.[1];
      return namespace !== undefined && wanted.values.some((one) => patternCovers(one, namespace));
    })
  );
}

const excludes = ({ field, values, notValues }: AuthorizationCondition, value: string): boolean =>
  valuesCover(field, notValues, value) ||
  (values.length > 0 && values.every((one) => valuesAreApart(field, one, value)));

const ADDRESS_FIELD = /^(?:source|remote|destination)\.ip$/;

/** Whether all that a value stands for is among others. False where that cannot be told. */
const valuesCover = (field: string, wide: readonly string[], narrow: string): boolean =>
  ADDRESS_FIELD.test(field) ? blocksCover(wide, narrow) : wide.some((one) => patternCovers(one, narrow));

const valuesAreApart = (field: string, one: string, other: string): boolean =>
  ADDRESS_FIELD.test(field) ? blocksAreApart(one, other) : patternsAreApart(one, other);

/** Whether no request is in both grants. False where that cannot be told. */
export const grantsAreApart = (one: Grant, other: Grant): boolean =>
  one.conditions.some((left) =>
    other.conditions.some(
      (right) =>
        left.field === right.field &&
        left.values.length > 0 &&
        right.values.length > 0 &&
        left.values.every((value) => right.values.every((another) => valuesAreApart(left.field, value, another))),
    ),
  );

/** Units that differ in one field only, joined again: what is told stays short. */
export function joinedUnits(units: readonly Grant[]): readonly Grant[] {
  let joined = units;
  const fields = [...new Set(units.flatMap(({ conditions }) => conditions.map(({ field }) => field)))].sort(joinFirst);
  for (const field of fields) {
    const groups = new Map<string, Grant>();
    for (const unit of joined) {
      const rest = unit.conditions.filter((one) => one.field !== field);
      const own = unit.conditions.filter((one) => one.field === field);
      const key = JSON.stringify([
        rest,
        own.map(({ values, notValues }) => [values.length > 0, notValues]),
        unit.by?.manifest.name,
        unit.by?.at,
      ]);
      const before = groups.get(key);
      groups.set(key, before === undefined ? unit : merged(before, unit, field));
    }
    joined = [...groups.values()];
  }
  return joined;
}

/** Methods first: most rules name several of them for one path. */
const joinFirst = (one: string, other: string): number => rank(one) - rank(other);
const rank = (field: string): number => {
  const found = ['method', 'path', 'destination.port', 'host'].indexOf(field);
  return found < 0 ? 9 : found;
};

const merged = (one: Grant, other: Grant, field: string): Grant => ({
  by: one.by,
  conditions: one.conditions.map((condition, index) =>
    condition.field === field
      ? { ...condition, values: [...new Set([...condition.values, ...(other.conditions[index]?.values ?? [])])] }
      : condition,
  ),
});

/** A grant in words: `cluster.local/ns/shop/sa/orders: GET /api/users/{*}`. */
export function grantWords({ conditions }: Grant): string {
  const isAbout = (pattern: RegExp) => conditions.filter(({ field }) => pattern.test(field));
  const sources = isAbout(/^(?:source\.|remote\.|request\.auth\.principal$)/);
  const operations = isAbout(/^(?:method|path|destination\.port|host)$/);
  const rest = conditions.filter((one) => !sources.includes(one) && !operations.includes(one));
  const who = sources.length === 0 ? 'everybody' : sources.map(sourceWords).join(' with ');
  const what = operations.length === 0 ? 'everything' : operations.map(operationWords).join(' ');
  return `${who}: ${what}${rest.length === 0 ? '' : ` when ${rest.map(plainWords).join(' and ')}`}`;
}

function sourceWords(one: AuthorizationCondition): string {
  if (one.field === 'source.principal') return valueWords(one, 'every identity');
  return `${SOURCES[one.field] ?? one.field} ${valueWords(one, 'any')}`;
}

const SOURCES: Readonly<Record<string, string>> = {
  'source.namespace': 'namespace',
  'source.trustDomain': 'trust domain',
  'source.ip': 'address',
  'remote.ip': 'remote address',
  'request.auth.principal': 'token of',
};

function operationWords(one: AuthorizationCondition): string {
  const words = valueWords(one, 'any');
  switch (one.field) {
    case 'destination.port':
      return `port ${words}`;
    case 'host':
      return `host ${words}`;
    case 'method':
      return one.values.length === 0 ? `methods ${words}` : words;
    default:
      return one.values.length === 0 ? `paths ${words}` : words;
  }
}

const plainWords = (one: AuthorizationCondition): string =>
  `${one.field} is ${one.values.length > 0 ? one.values.join(' or ') : 'there'}${one.notValues.length > 0 ? ` and not ${one.notValues.join(' or ')}` : ''}`;

const valueWords = ({ values, notValues }: AuthorizationCondition, any: string): string =>
  `${values.length === 0 ? any : values.join(', ')}${notValues.length === 0 ? '' : ` but not ${notValues.join(', ')}`}`;
