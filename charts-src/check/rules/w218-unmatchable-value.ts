import { actionOf } from '../../graph/policies.ts';
import { closest } from '../../model/closest.ts';
import { rulesOf } from '../authorization-conditions.ts';
import type { Rule } from '../rule.ts';

/** A value that no request can have, because of how it is written. */
export const unmatchableValue = {
  code: 'W218',
  name: 'unmatchable-value',
  severity: 'error',
  summary: 'A value of an AuthorizationPolicy matches no request, because of how it is written.',
  reads: ['AuthorizationPolicy'],
  *check(graph) {
    for (const policy of graph.of('AuthorizationPolicy')) {
      const denies = actionOf(policy) === 'DENY';
      for (const { all } of rulesOf(policy))
        for (const { attribute, values, at, notValues, notAt } of all)
          for (const [list, place, isNegative] of [
            [values, at, false],
            [notValues, notAt, true],
          ] as const)
            for (const [index, value] of list.entries()) {
              const flaw = flawOf(attribute, value);
              // What is meant stands beside it: it is only superfluous.
              if (flaw === undefined || (flaw.meant !== undefined && list.includes(flaw.meant))) continue;
              yield {
                manifest: policy.manifest,
                at: [...place, index],
                also: flaw.also,
                message: `${JSON.stringify(value)} matches no request: ${flaw.why}, so ${effect(denies, isNegative)}`,
                fix: flaw.fix,
              };
            }
    }
  },
} satisfies Rule;

/** What comes of a value that never matches. */
function effect(denies: boolean, isNegative: boolean): string {
  if (denies) return isNegative ? 'what it should spare is refused' : 'nothing is refused by it';
  return isNegative ? 'what it should keep out is let in' : 'nobody is let in by it';
}

interface Flaw {
  readonly why: string;
  readonly fix: string;
  readonly also: readonly string[];
  /** The value that was probably meant. */
  readonly meant?: string;
}

function flawOf(attribute: string, value: string): Flaw | undefined {
  switch (attribute) {
    case 'request.path':
      return pathFlaw(value);
    case 'request.method':
      return methodFlaw(value);
    case 'request.host':
      return hostFlaw(value);
    case 'source.principal':
      return principalFlaw(value);
    case 'source.serviceAccount':
      return serviceAccountFlaw(value);
    case 'source.namespace':
      return value.includes('/')
        ? { why: 'the name of a namespace has no "/"', fix: 'write the name alone', also: [] }
        : undefined;
    default:
      return undefined;
  }
}

const STAR = 'a "*" is a wildcard only as the first or the last letter; elsewhere it stands for itself';

/** Whether a value has a `*` where it stands for itself. Source: Istio's authz matchers */
const hasInnerStar = (value: string): boolean =>
  value !== '*' && (value.startsWith('*') ? value.slice(1) : value.slice(0, -1)).includes('*');

function pathFlaw(value: string): Flaw | undefined {
  if (value.includes('?') || value.includes('#'))
    return {
      why: 'a path is compared without its query',
      fix: `write ${JSON.stringify(value.split(/[?#]/)[0])}; a query cannot be matched`,
      also: [],
    };
  if (/^https?:\/\//.test(value))
    return {
      why: 'a path begins with "/"',
      fix: `write ${JSON.stringify(value.replace(/^https?:\/\/[^/]*/, '') || '/')}; hosts stand in "hosts"`,
      also: [],
    };
  if (value !== '' && !/^[/*{]/.test(value))
    return { why: 'a path begins with "/"', fix: `write ${JSON.stringify(`/${value}`)}`, also: [] };
  if (/[^*{]\*\*$/.test(value) && !hasInnerStar(value.slice(0, -1))) {
    const meant = value.slice(0, -1);
    return { why: STAR, fix: `write ${JSON.stringify(meant)}, which is everything below`, also: [], meant };
  }
  // With `{*}` in it the whole is a template, whose stars are checked by the API.
  if (!value.includes('{') && hasInnerStar(value))
    return {
      why: STAR,
      fix: `write ${JSON.stringify(value.replaceAll('*', '{*}'))}: {*} is one part of a path, {**} any number of them`,
      also: [],
    };
  return undefined;
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'];

function methodFlaw(value: string): Flaw | undefined {
  if (METHODS.includes(value) || value.startsWith('*') || value.endsWith('*')) return undefined;
  const upper = value.toUpperCase();
  const meant = METHODS.includes(upper) ? upper : closest(upper, METHODS);
  // There are other methods, of WebDAV for one; they are in capitals too.
  if (value === upper && (meant === undefined || value.length < 4))
    return value === upper && /^[A-Z-]+$/.test(value) ? undefined : flawOfMethod(value, meant);
  return flawOfMethod(value, meant);
}

const flawOfMethod = (value: string, meant: string | undefined): Flaw => ({
  why:
    value === value.toUpperCase()
      ? 'there is no such HTTP method'
      : 'methods are compared letter by letter, and HTTP writes them in capitals',
  fix: meant === undefined ? `write ${value.toUpperCase()}` : `did you mean ${meant}`,
  also: ['KIA0102'],
});

function hostFlaw(value: string): Flaw | undefined {
  if (value.includes('/'))
    return {
      why: 'a host has neither scheme nor path',
      fix: `write ${JSON.stringify(value.replace(/^\w+:\/\//, '').split('/')[0])}`,
      also: ['KIA0104'],
    };
  return hasInnerStar(value)
    ? { why: STAR, fix: 'list the hosts, or keep the "*" at one end', also: ['KIA0104'] }
    : undefined;
}

function principalFlaw(value: string): Flaw | undefined {
  if (value.startsWith('spiffe://'))
    return {
      why: 'Istio puts "spiffe://" in front by itself',
      fix: `write ${JSON.stringify(value.slice('spiffe://'.length))}`,
      also: ['KIA0106'],
    };
  if (hasInnerStar(value))
    return { why: STAR, fix: 'list the principals, or use "namespaces" or "serviceAccounts"', also: ['KIA0106'] };
  if (value.includes('*') || /^[^/]+\/ns\/[^/]+\/sa\/[^/]+$/.test(value)) return undefined;
  const [namespace, account] = value.split('/');
  const isShort = /^[a-z0-9-]+\/[a-z0-9.-]+$/.test(value);
  return {
    why: 'a principal is <trust domain>/ns/<namespace>/sa/<service account>',
    fix: isShort
      ? `write "cluster.local/ns/${namespace ?? ''}/sa/${account ?? ''}"`
      : 'write "cluster.local/ns/<namespace>/sa/<service account>"',
    also: ['KIA0106'],
  };
}

function serviceAccountFlaw(value: string): Flaw | undefined {
  if (!value.includes('*') && value.split('/').length <= 2) return undefined;
  return {
    why: 'a service account is <namespace>/<name> or <name>, without "*"',
    fix: 'write "<namespace>/<name>"',
    also: ['KIA0106'],
  };
}
