import { objectName, type Manifest } from '../manifest/manifest.ts';
import { own } from '../model/own.ts';
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

/** A ConfigMap or Secret of which a container gets all keys. */
export interface GivenSettings {
  /** `ConfigMap shop/settings` */
  readonly source: string;
  readonly at: Path;
  /** Undefined where it is not among the files. */
  readonly data: Readonly<Record<string, string>> | undefined;
}

/** What the containers of workloads are told. */
export class Environments {
  /** By `Kind namespace/name`. */
  readonly #sources = new Map<string, Manifest>();
  readonly #texts = new Map<Manifest, Readonly<Record<string, string>>>();

  constructor(graph: Pick<MeshGraph, 'objects'>) {
    for (const kind of ['ConfigMap', 'Secret'])
      for (const manifest of graph.objects(kind, '')) this.#sources.set(objectName(manifest), manifest);
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

  /** What a container gets as a whole by `envFrom`. */
  given({ container, at }: Pick<ContainerSettings, 'container' | 'at'>, namespace: string): readonly GivenSettings[] {
    return (container.envFrom ?? []).flatMap(({ configMapRef, secretRef }, index) => {
      const [kind, name] = configMapRef ? ['ConfigMap', configMapRef.name] : ['Secret', secretRef?.name];
      if (name === undefined) return [];
      const source = `${kind} ${namespace}/${name}`;
      return [{ source, at: [...at, 'envFrom', index], data: this.#data(source) }];
    });
  }

  /** Texts of a ConfigMap; none where it is not among the files. */
  data(namespace: string, name: string): Readonly<Record<string, string>> {
    return this.#data(`ConfigMap ${namespace}/${name}`) ?? {};
  }

  #data(source: string): Readonly<Record<string, string>> | undefined {
    const manifest = this.#sources.get(source);
    if (manifest === undefined) return undefined;
    // A ConfigMap with the addresses of all services is read by each of them.
    let data = this.#texts.get(manifest);
    if (data === undefined) this.#texts.set(manifest, (data = dataOf(manifest)));
    return data;
  }

  #settings(container: Container, at: Path, { namespace }: Pick<Workload, 'namespace'>): readonly Setting[] {
    const known = new Map<string, string>();
    const settings: Setting[] = [];
    for (const [index, { name = '', value, valueFrom }] of (container.env ?? []).entries()) {
      const { configMapKeyRef: config, secretKeyRef: secret } = valueFrom ?? {};
      const source = config
        ? `ConfigMap ${namespace}/${config.name ?? ''}`
        : secret
          ? `Secret ${namespace}/${secret.name ?? ''}`
          : undefined;
      const key = config?.key ?? secret?.key ?? '';
      const read = source === undefined ? value : own(this.#data(source) ?? {}, key);
      const text = read === undefined ? undefined : expand(read, known);
      if (text !== undefined) known.set(name, text);
      settings.push({
        name,
        value: text,
        source: source === undefined ? undefined : `${source} key ${key}`,
        at: [...at, 'env', index],
        isText: false,
      });
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

/** What a ConfigMap or Secret holds as text. */
function dataOf({ kind, object }: Manifest): Readonly<Record<string, string>> {
  const data = textsOf(object['data']);
  if (kind === 'ConfigMap') return data;
  const decoded = Object.entries(data).map(([key, value]) => [key, fromBase64(value)] as const);
  return { ...Object.fromEntries(decoded), ...textsOf(object['stringData']) };
}

function textsOf(data: unknown): Readonly<Record<string, string>> {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return {};
  return Object.fromEntries(
    Object.entries(data).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Bytes of base64, each as one letter: addresses are ASCII. */
function fromBase64(text: string): string {
  let bits = 0;
  let count = 0;
  let decoded = '';
  for (const letter of text) {
    const value = ALPHABET.indexOf(letter);
    if (value < 0) continue;
    bits = ((bits << 6) | value) & 0xffff;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    decoded += String.fromCharCode((bits >> count) & 0xff);
  }
  return decoded;
}

/** `$(NAME)` stands for a variable that was set before. Source: Kubernetes' expansion of env and args */
const expand = (text: string, known: ReadonlyMap<string, string>): string =>
  text.includes('$(')
    ? text.replace(/\$\(([A-Za-z_][\w.-]*)\)/g, (whole, name: string) => known.get(name) ?? whole)
    : text;
