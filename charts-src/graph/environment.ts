import type { Manifest } from '../manifest/manifest.ts';
import type { Path } from '../model/schema.ts';
import type { MeshGraph } from './mesh-graph.ts';
import type { Container } from './shapes.ts';
import type { Workload } from './workload.ts';

/** One text that a container is configured by, and where it stands. */
export interface Setting {
  /** Name of the variable, key of the ConfigMap, or `args`. */
  readonly name: string;
  /** Undefined where it is in a Secret, or in an object that is not among the files. */
  readonly value: string | undefined;
  /** What it is read from, where that is another object: `Secret shop/orders-db key url`. */
  readonly source: string | undefined;
  readonly at: Path;
  /** Whether it is a whole text, such as a file, rather than one value. */
  readonly isText: boolean;
}

/** Everything that a container is told by its environment, its arguments and the ConfigMaps that only it reads. */
export interface ContainerSettings {
  readonly container: Container;
  readonly at: Path;
  readonly isInit: boolean;
  readonly settings: readonly Setting[];
}

/** What the containers of workloads are told. */
export class Environments {
  readonly #configMaps = new Map<string, Manifest>();

  constructor(graph: Pick<MeshGraph, 'objects'>) {
    for (const manifest of graph.objects('ConfigMap', ''))
      this.#configMaps.set(`${manifest.namespace}/${manifest.name}`, manifest);
  }

  /** Without what is Istio's. */
  of(workload: Pick<Workload, 'pod' | 'at' | 'namespace'>): readonly ContainerSettings[] {
    const lists = [
      ['initContainers', workload.pod.initContainers],
      ['containers', workload.pod.containers],
    ] as const;
    return lists.flatMap(([field, list = []]) =>
      list.flatMap((container, index) => {
        if (container.name === 'istio-proxy' || container.name === 'istio-init') return [];
        const at: Path = [...workload.at, 'spec', field, index];
        return [
          { container, at, isInit: field === 'initContainers', settings: this.#settings(container, at, workload) },
        ];
      }),
    );
  }

  /** Texts of a ConfigMap; none where it is not among the files. */
  data(namespace: string, name: string): Readonly<Record<string, string>> {
    const data = this.#configMaps.get(`${namespace}/${name}`)?.object['data'];
    if (typeof data !== 'object' || data === null || Array.isArray(data)) return {};
    return Object.fromEntries(
      Object.entries(data).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    );
  }

  #settings(container: Container, at: Path, { namespace }: Pick<Workload, 'namespace'>): readonly Setting[] {
    const known = new Map<string, string>();
    const settings: Setting[] = [];
    for (const [index, { name = '', value, valueFrom }] of (container.env ?? []).entries()) {
      const { configMapKeyRef: config, secretKeyRef: secret } = valueFrom ?? {};
      const read = config === undefined ? value : own(this.data(namespace, config.name ?? ''), config.key ?? '');
      const text = read === undefined ? undefined : expand(read, known);
      if (text !== undefined) known.set(name, text);
      const source = config
        ? `ConfigMap ${namespace}/${config.name ?? ''} key ${config.key ?? ''}`
        : secret
          ? `Secret ${namespace}/${secret.name ?? ''} key ${secret.key ?? ''}`
          : undefined;
      settings.push({ name, value: text, source, at: [...at, 'env', index], isText: false });
    }
    for (const field of ['command', 'args'] as const)
      for (const [index, text] of (container[field] ?? []).entries())
        settings.push({
          name: field,
          value: expand(text, known),
          source: undefined,
          at: [...at, field, index],
          isText: true,
        });
    return settings;
  }
}

const own = (data: Readonly<Record<string, string>>, key: string): string | undefined =>
  Object.hasOwn(data, key) ? data[key] : undefined;

/** `$(NAME)` stands for a variable that was set before. Source: Kubernetes' expansion of env and args */
const expand = (text: string, known: ReadonlyMap<string, string>): string =>
  text.includes('$(')
    ? text.replace(/\$\(([A-Za-z_][\w.-]*)\)/g, (whole, name: string) => known.get(name) ?? whole)
    : text;
