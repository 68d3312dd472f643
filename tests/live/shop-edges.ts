import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'cdk8s';
import { parse } from 'yaml';
import { readEnvironment, type Environment, type EnvironmentName } from '../../charts-src/charts/environment.ts';
import { shop } from '../../charts-src/charts/shop.ts';
import type { Contract, Operation } from '../../charts-src/model/contract.ts';
import type { ConnectionEdge, Edge, ExternalEdge, RequestEdge } from '../../charts-src/model/edge.ts';
import type { Callee, Party } from '../../charts-src/model/party.ts';
import { ROOT } from '../../scripts/dev/provision/locate.ts';

/** The shop as its code declares it. The policies in dist/ come from the same edges, but nothing here reads them. */
export interface DeclaredShop {
  readonly environment: Environment;
  readonly namespace: string;
  readonly requests: readonly RequestEdge[];
  readonly connections: readonly ConnectionEdge[];
  readonly external: readonly ExternalEdge[];
  /** Everybody who runs in the shop's namespace and is named by an edge. */
  readonly parties: readonly Party[];
  /** Services that answer requests. */
  readonly services: readonly (Callee & { readonly contract: Contract })[];
  /** Databases and brokers. */
  readonly stores: readonly Callee[];
}

const unique = <T extends Party>(parties: readonly T[]): readonly T[] => [
  ...new Map(parties.map((party) => [`${party.namespace}/${party.name}`, party])).values(),
];

/** Reads an environment's data and runs the shop's own code on it. */
export const declaredShop = (name: EnvironmentName): DeclaredShop => {
  const file = join(ROOT, 'environments', `${name}.yaml`);
  const read = readEnvironment(name, parse(readFileSync(file, 'utf8')));
  if (!read.ok) throw new Error(`${file}:\n${read.problems.join('\n')}`);
  const mesh = shop(new App(), read.environment);
  const [namespace] = mesh.namespaces;
  const of = <K extends Edge['kind']>(kind: K) =>
    mesh.edges.filter((edge): edge is Extract<Edge, { kind: K }> => edge.kind === kind);
  const requests = of('request');
  const connections = of('connection');
  const external = of('external');
  return {
    environment: read.environment,
    namespace,
    requests,
    connections,
    external,
    parties: unique([
      ...[...requests, ...connections].flatMap(({ caller, callee }): Party[] => [caller, callee]),
      ...external.map(({ caller }) => caller),
    ]).filter((party) => party.namespace === namespace),
    services: unique(requests.map(({ callee, contract }) => ({ ...callee, contract }))),
    stores: unique(connections.map(({ callee }) => callee)),
  };
};

/** All operations of a contract. */
export const operationsOf = (contract: Contract): readonly Operation[] => Object.values(contract.operations);

/** A path that fits a template: every variable is one segment. */
export const examplePath = (contract: Contract, { path }: Operation): string =>
  `${contract.basePath}${path.replaceAll(/\{[^{}]*\}/g, '42')}`;

const fits = (template: string, path: string): boolean => {
  const [wanted, given] = [template.split('/'), path.split('/')];
  return (
    wanted.length === given.length &&
    wanted.every((segment, index) => (/^\{.*\}$/.test(segment) ? given[index] !== '' : segment === given[index]))
  );
};

/** Whether an edge of these two names this method and path. */
export const isDeclared = (
  { requests }: DeclaredShop,
  caller: Party,
  callee: Party,
  method: string,
  path: string,
): boolean =>
  requests.some(
    (edge) =>
      edge.caller.name === caller.name &&
      edge.caller.namespace === caller.namespace &&
      edge.callee.name === callee.name &&
      operationsOf(edge.contract).some(
        (operation) =>
          edge.operations.some(
            (name) => (edge.contract.operations as Readonly<Record<string, Operation>>)[name] === operation,
          ) && // contracts are records by name
          operation.method === method &&
          fits(`${edge.contract.basePath}${operation.path}`, path),
      ),
  );

/** Full names of all hosts that a party's edges lead to. */
export const dependenciesOf = (shop: DeclaredShop, party: Party): readonly string[] =>
  [
    ...new Set([
      ...[...shop.requests, ...shop.connections]
        .filter(({ caller }) => caller.name === party.name)
        .flatMap(({ callee }) => [callee.host, ...(callee.headlessHost === undefined ? [] : [callee.headlessHost])]),
      ...shop.external.filter(({ caller }) => caller.name === party.name).flatMap(({ callee }) => callee.hosts),
    ]),
  ].sort();
