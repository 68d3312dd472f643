import type { MeshGraph } from '../graph/mesh-graph.ts';
import { workloadName, type Workload } from '../graph/workload.ts';
import { principal } from '../model/names.ts';
import type { ObjectChange } from './objects.ts';

/** What in one set is what in the other: the same name, or a new one for the same thing. */
export interface Pairing {
  /** The workload of the other set that a workload of this one is. */
  counterpart(workload: Workload): Workload | undefined;
  /** An identity of the other set, by the name that this set has for it. */
  principalHere(other: string): string;
  /** The host of the other set that a host of this set was called before. */
  hostThere(here: string): string;
}

/** Both directions of a comparison: of the new set with the old one, and back. */
export interface Pairings {
  readonly forward: Pairing;
  readonly backward: Pairing;
}

/** Pairs what two sets hold. */
export function pairingsOf(before: MeshGraph, after: MeshGraph, changes: readonly ObjectChange[]): Pairings {
  const renames = changes.filter((change) => change.change === 'renamed');
  const workloads = new Map<Workload, Workload>();
  const accounts = new Map<string, string>();
  const hosts = new Map<string, string>();
  const inUse = new Set(after.workloads.map((workload) => accountOf(after, workload)));
  for (const { before: old, after: current } of renames) {
    const [was, is] = [before.workloadOf(old), after.workloadOf(current)];
    if (was && is) {
      workloads.set(is, was);
      // An account that is left behind is not the one that takes its place.
      if (!inUse.has(accountOf(before, was))) accounts.set(accountOf(before, was), accountOf(after, is));
    }
    if (old.kind === 'ServiceAccount')
      accounts.set(
        principal(before.settings.trustDomain, old.namespace, old.name),
        principal(after.settings.trustDomain, current.namespace, current.name),
      );
    if (old.kind === 'Service' && old.group === '') {
      const host = (graph: MeshGraph, { name, namespace }: typeof old): string =>
        `${name}.${namespace}.svc.${graph.settings.clusterDomain}`;
      hosts.set(host(after, current), host(before, old));
    }
  }
  const named = new Map(before.workloads.map((workload) => [workloadName(workload), workload]));
  const taken = new Set(workloads.values());
  for (const workload of after.workloads) {
    const was = named.get(workloadName(workload));
    if (was && !workloads.has(workload) && !taken.has(was)) workloads.set(workload, was);
  }
  return {
    forward: pairing(workloads, accounts, hosts),
    backward: pairing(inverted(workloads), inverted(accounts), inverted(hosts)),
  };
}

const pairing = (
  workloads: ReadonlyMap<Workload, Workload>,
  accounts: ReadonlyMap<string, string>,
  hosts: ReadonlyMap<string, string>,
): Pairing => ({
  counterpart: (workload) => workloads.get(workload),
  principalHere: (other) => accounts.get(other) ?? other,
  hostThere: (here) => hosts.get(here) ?? here,
});

const inverted = <T>(map: ReadonlyMap<T, T>): ReadonlyMap<T, T> =>
  new Map([...map].map(([key, value]) => [value, key]));

/** The identity that the pods of a workload have. */
export const accountOf = (
  { settings }: Pick<MeshGraph, 'settings'>,
  { namespace, serviceAccount }: Pick<Workload, 'namespace' | 'serviceAccount'>,
): string => principal(settings.trustDomain, namespace, serviceAccount);
