import type {
  AuthorizationPolicyOperation,
  AuthorizationPolicyRule,
  AuthorizationPolicySource,
  AuthorizationPolicySpec,
} from '../../imports/istio.ts';
import type { Path } from '../../model/schema.ts';
import {
  addressValues,
  nonEmptyValues,
  pathValues,
  portValues,
  serviceAccountValues,
  trustDomainValues,
  type ValuesCheck,
} from './authorization-values.ts';
import { refused, warned, type Objections } from './objection.ts';

const SOURCE: Readonly<Record<keyof AuthorizationPolicySource, ValuesCheck>> = {
  principals: nonEmptyValues,
  notPrincipals: nonEmptyValues,
  requestPrincipals: nonEmptyValues,
  notRequestPrincipals: nonEmptyValues,
  namespaces: nonEmptyValues,
  notNamespaces: nonEmptyValues,
  serviceAccounts: serviceAccountValues,
  notServiceAccounts: serviceAccountValues,
  trustDomains: trustDomainValues,
  notTrustDomains: trustDomainValues,
  ipBlocks: addressValues,
  notIpBlocks: addressValues,
  remoteIpBlocks: addressValues,
  notRemoteIpBlocks: addressValues,
};

const OPERATION: Readonly<Record<keyof AuthorizationPolicyOperation, ValuesCheck>> = {
  hosts: nonEmptyValues,
  notHosts: nonEmptyValues,
  methods: nonEmptyValues,
  notMethods: nonEmptyValues,
  paths: pathValues,
  notPaths: pathValues,
  ports: portValues,
  notPorts: portValues,
};

/** Who a rule of a policy is about (`from`), and what (`to`). */
export function* authorizationRules({ rules = [] }: AuthorizationPolicySpec): Objections {
  for (const [index, { from = [], to = [] }] of rules.entries()) {
    const at = ['spec', 'rules', index];
    for (const [place, { source }] of from.entries())
      yield* lists([...at, 'from', place], 'source', source, SOURCE, 'namespaces: [shop]');
    for (const [place, { operation }] of to.entries())
      yield* lists([...at, 'to', place], 'operation', operation, OPERATION, 'methods: [GET]');
  }
}

function* lists<F extends string>(
  at: Path,
  name: string,
  fields: { readonly [K in F]?: readonly string[] } | undefined,
  checks: Readonly<Record<F, ValuesCheck>>,
  example: string,
): Objections {
  if (fields === undefined)
    return yield refused(at, `there is no ${name}`, `add "${name}: { ${example} }", or leave the item out`);
  // The keys of the table are the fields.
  const names = (Object.keys(checks) as F[]).filter((field) => (fields[field]?.length ?? 0) > 0);
  if (names.length === 0)
    yield refused(
      [...at, name],
      `the ${name} is empty`,
      `write something in it, such as "${example}", or leave the item out`,
    );
  for (const field of names) yield* checks[field]([...at, name, field], fields[field] ?? []);
}

const SEEN_ON_TCP = [
  'principals',
  'notPrincipals',
  'ipBlocks',
  'notIpBlocks',
  'remoteIpBlocks',
  'notRemoteIpBlocks',
  'namespaces',
  'notNamespaces',
  'serviceAccounts',
  'notServiceAccounts',
] as const;

/** Rules that deny by what only HTTP has: on other ports, what is left of them denies everything. */
export function* denialOfTcp({ action, rules = [] }: AuthorizationPolicySpec): Objections {
  if (action !== 'DENY') return;
  for (const [index, rule] of rules.entries())
    if (isHttpOnly(rule))
      yield warned(
        ['spec', 'rules', index],
        'the rule denies by attributes that only HTTP has',
        'on ports that are not HTTP it denies every connection',
        'add the ports that it is for: "to: [{ operation: { ports: […] } }]"',
      );
}

function isHttpOnly({ from = [], to = [] }: AuthorizationPolicyRule): boolean {
  const sources = from.flatMap(({ source }) => source ?? []);
  const operations = to.flatMap(({ operation }) => operation ?? []);
  const hasPorts = operations.some(({ ports = [], notPorts = [] }) => ports.length + notPorts.length > 0);
  if (operations.length > 0) return !hasPorts;
  return sources.length > 0 && !sources.some((source) => SEEN_ON_TCP.some((field) => (source[field]?.length ?? 0) > 0));
}
