import type { MeshGraph } from '../graph/mesh-graph.ts';

/** What the injector of one revision does, where its configuration is among the files. */
export interface InjectorSettings {
  /** `default`, or the name of the revision. */
  readonly revision: string;
  /** Whether namespaces without a label are injected. */
  readonly injectsByDefault: boolean;
  /** The image of the proxy, with its tag. */
  readonly proxyImage: string | undefined;
}

const CONFIG_MAP = 'istio-sidecar-injector';

/** The injectors whose ConfigMaps are among the files. Source: Istio's ConfigMap istio-sidecar-injector, key values */
export const injectorsOf = (graph: Pick<MeshGraph, 'objects'>): readonly InjectorSettings[] =>
  graph
    .objects('ConfigMap', '')
    .filter(({ name }) => name === CONFIG_MAP || name.startsWith(`${CONFIG_MAP}-`))
    .map(({ name, object }) => {
      const values = parsed(at(object, 'data', 'values'));
      const [hub, tag, image] = [
        at(values, 'global', 'hub'),
        at(values, 'global', 'tag'),
        at(values, 'global', 'proxy', 'image'),
      ];
      return {
        revision: name === CONFIG_MAP ? 'default' : name.slice(CONFIG_MAP.length + 1),
        injectsByDefault: at(values, 'sidecarInjectorWebhook', 'enableNamespacesByDefault') === true,
        proxyImage:
          typeof image !== 'string'
            ? undefined
            : image.includes('/')
              ? image
              : `${String(hub)}/${image}:${String(tag)}`,
      };
    });

function at(value: unknown, ...path: readonly string[]): unknown {
  let found = value;
  for (const key of path)
    found =
      typeof found === 'object' && found !== null && Object.hasOwn(found, key)
        ? (found as Readonly<Record<string, unknown>>)[key]
        : undefined;
  return found;
}

/** Helm writes JSON; anything else tells nothing. */
function parsed(text: unknown): unknown {
  try {
    return typeof text === 'string' ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}
