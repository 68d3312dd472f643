import { WORKLOAD_KINDS } from '../../graph/workload.ts';
import type { Path } from '../../model/schema.ts';
import { appContainers, initContainers } from '../app-containers.ts';
import { isOwned } from '../long-running.ts';
import type { Hit, Rule } from '../rule.ts';
import { quantity } from '../validation/quantity.ts';

/** Less than any process needs: a unit was lost, or `m`, which is a thousandth, stands for `Mi`. */
const LEAST_MEMORY = 2 ** 20;
/** More than nodes have: `100` was meant to be `100m`. */
const MOST_CORES = 64;

/** A quantity with the wrong unit is one that Kubernetes takes, and that no node or no process can live with. */
export const quantityUnit = {
  code: 'W579',
  name: 'quantity-unit',
  severity: 'error',
  summary: 'A request or limit has a unit that nobody can have meant.',
  reads: WORKLOAD_KINDS,
  *check(graph) {
    for (const workload of graph.workloads) {
      if (isOwned(workload.manifest)) continue;
      for (const { container, at } of [...appContainers(workload), ...initContainers(workload)])
        for (const kind of ['requests', 'limits'] as const)
          for (const [name, value] of Object.entries(container.resources?.[kind] ?? {})) {
            const found = judge(kind, name, value, [...at, 'resources', kind, name]);
            if (found !== undefined) yield { manifest: workload.manifest, ...found };
          }
    }
  },
} satisfies Rule;

function judge(
  kind: 'requests' | 'limits',
  name: string,
  value: unknown,
  at: Path,
): (Pick<Hit, 'message' | 'fix'> & { readonly at: Path }) | undefined {
  const amount = quantity(value);
  if (amount === undefined || amount <= 0) return undefined;
  const written = String(value);
  if ((name === 'memory' || name === 'ephemeral-storage') && amount < LEAST_MEMORY) {
    const bytes = written.endsWith('m') ? `${amount} bytes, for "m" is a thousandth` : `${amount} bytes`;
    return {
      at,
      message: `${kind}.${name} ${written} is ${bytes}: ${kind === 'limits' ? 'the container is killed before it has started' : 'the scheduler reserves nothing for it'}`,
      fix: `write "${/^\d+m?$/.test(written) ? written.replace(/m?$/, 'Mi') : '256Mi'}", if mebibytes are meant`,
    };
  }
  if (name === 'cpu' && amount >= MOST_CORES)
    return {
      at,
      message: `${kind}.cpu ${written} is ${amount} cores: ${kind === 'requests' ? 'no node has so many, and the pods stay Pending' : 'it limits nothing'}`,
      fix: /^\d+$/.test(written)
        ? `write "${written}m", if thousandths of a core are meant`
        : 'write a number of cores, such as "500m"',
    };
  return undefined;
}
