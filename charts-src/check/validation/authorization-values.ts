import { show, type Path } from '../../model/schema.ts';
import { isIpOrSubnet } from './ip-syntax.ts';
import { refused, type Objections } from './objection.ts';

/** Values of one field of a policy, each of which is checked. */
export type ValuesCheck = (at: Path, values: readonly string[]) => Objections;

/** Nothing but that there is a text. */
export const nonEmptyValues: ValuesCheck = (at, values) => each(at, values, () => undefined);

/** IP addresses and subnets. */
export const addressValues: ValuesCheck = (at, values) =>
  each(at, values, (value) =>
    isIpOrSubnet(value)
      ? undefined
      : [`"${value}" is no IP address or subnet`, 'write an address such as 10.1.2.3, or a subnet such as 10.1.0.0/16'],
  );

/** Numbers of ports, as texts. */
export const portValues: ValuesCheck = (at, values) =>
  each(at, values, (value) =>
    /^\d+$/.test(value) && Number(value) <= 65535
      ? undefined
      : [`"${value}" is no port`, 'write a number such as "8080"'],
  );

/** Accounts of services, in the namespace of the policy or in another one. */
export const serviceAccountValues: ValuesCheck = (at, values) =>
  each(at, values, (value) =>
    value.includes('*')
      ? [`"${value}" has a wildcard`, 'name each account, or use "principals" for wildcards']
      : /^[^/]+(?:\/[^/]+)?$/s.test(value)
        ? undefined
        : [`"${value}" is no service account`, 'write "<account>" or "<namespace>/<account>"'],
  );

/** Texts with at most one `*`, at their beginning or end. */
export const wildcardValues: ValuesCheck = (at, values) =>
  each(at, values, (value) =>
    /^(?:\*?[^*]*|[^*]*\*)$/s.test(value)
      ? undefined
      : [`"${value}" has "*" inside, or more than once`, 'write one "*", at the beginning or the end'],
  );

/** Domains of identities, with at most one `*`. */
export const trustDomainValues: ValuesCheck = function* (at, values) {
  yield* wildcardValues(at, values);
  for (const [index, value] of values.entries())
    if (value.includes('/'))
      yield refused(
        [...at, index],
        `"${value}" is more than a trust domain`,
        'write what stands before the first "/" of a principal',
      );
};

/** Paths, which may have `{*}` for one part and, as the last one, `{**}` for the rest. */
export const pathValues: ValuesCheck = (at, values) => each(at, values, pathProblem);

const PATH_PART = /^[a-zA-Z0-9\-._~%!$&'()+,;:@=]+$/;

function pathProblem(path: string): readonly [string, string] | undefined {
  const isTemplate = path.includes('{*}') || path.includes('{**}');
  const parts = path.replace(/^\/+|\/+$/g, '').split('/');
  const rest = parts.indexOf('{**}');
  for (const [index, part] of parts.entries()) {
    if (part === '{*}' || part === '{**}') {
      if (rest !== -1 && index > rest) return [`"${path}" goes on after "{**}"`, 'write "{**}" as the last variable'];
    } else if (/[{}]/.test(part))
      return [`"${path}" has braces that are neither {*} nor {**}`, 'write "{*}" for one part, "{**}" for the rest'];
    else if (isTemplate && !PATH_PART.test(part))
      return [
        `"${path}" has a part ${show(part)} that no template can have`,
        'beside {*} and {**}, write plain parts without "*"',
      ];
  }
  return undefined;
}

function* each(
  at: Path,
  values: readonly string[],
  problemOf: (value: string) => readonly [what: string, fix: string] | undefined,
): Objections {
  for (const [index, value] of values.entries()) {
    const problem = value === '' ? (['a value is empty', 'write a value, or leave it out'] as const) : problemOf(value);
    if (problem !== undefined) yield refused([...at, index], ...problem);
  }
}
