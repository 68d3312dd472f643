import { ApiObject, type App, Chart, Names, Yaml, YamlOutputType } from 'cdk8s';
import { parseAllDocuments, type Tags } from 'yaml';
import type { KubernetesObject } from '../manifest/kubernetes-object.ts';
import type { CheckFilesOptions } from '../check/check.ts';
import type { Finding } from '../check/rule.ts';
import { byPlace } from '../check/by-place.ts';
import { closest } from '../model/closest.ts';
import { MeshApp } from './mesh-app.ts';

/**
 * The YAML files that an app writes: text by path below its output folder. All validations run, and nothing is
 * written. Works with a {@link MeshApp} and with a plain cdk8s `App`, byte for byte as their `synth()` writes.
 *
 * @throws SynthError with everything that is wrong; a plain `App` throws cdk8s' own error
 * @example
 * test.each(Object.entries(manifests(app)))('%s is as reviewed', async (file, yaml) => {
 *   await expect(yaml).toMatchFileSnapshot(`dist/${file}`);
 * });
 */
export const manifests = (app: App): Readonly<Record<string, string>> =>
  Object.fromEntries(app instanceof MeshApp ? app.render() : plainFiles(app));

/**
 * What `weft check` says about the manifests of an app: each folder of its output is one mesh. All validations run, and
 * nothing is written.
 *
 * @throws SynthError with everything that is wrong; a plain `App` throws cdk8s' own error
 * @example
 * const findings = await checkApp(app);
 * expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
 */
export async function checkApp(app: App, options: CheckFilesOptions = {}): Promise<readonly Finding[]> {
  const { checkFolders } = await import('./check-folders.ts'); // other tests do not wait for all rules
  return checkFolders(manifests(app), options)
    .flatMap(({ findings }) => findings)
    .sort(byPlace);
}

/** Which of several objects of one kind and name is meant. */
export interface Whereabouts {
  /** Its `metadata.namespace`. */
  readonly namespace?: string;
  /** Folder of its file below the output folder, such as `prod`; folders inside it count too. */
  readonly folder?: string;
}

/** The objects of an app. */
export interface AppObjects {
  /** All of them, in the order of their files. */
  readonly all: readonly KubernetesObject[];
  /**
   * The one object of a kind and name.
   * @throws Error when there is none, or more than one
   */
  find(kind: string, name: string, where?: Whereabouts): KubernetesObject;
}

/**
 * The objects that an app writes, read from its YAML as Kubernetes reads it. All validations run, and nothing is
 * written.
 *
 * @throws SynthError with everything that is wrong; a plain `App` throws cdk8s' own error
 * @example
 * const route = objects(app).find('VirtualService', 'orders');
 * expect(route).toMatchObject({ spec: { http: [{ timeout: '2s' }] } });
 */
export function objects(app: App): AppObjects {
  const found = Object.entries(manifests(app)).flatMap(([file, text]) =>
    parseAllDocuments(text, { version: '1.1', schema: 'yaml-1.1', customTags: withoutDates }).map((document) => ({
      file,
      object: document.toJS() as KubernetesObject, // a manifest, as the app has just written it
    })),
  );
  return {
    all: found.map(({ object }) => object),
    find(kind, name, where = {}) {
      const matching = found.filter(
        ({ file, object }) =>
          object.kind === kind &&
          object.metadata.name === name &&
          (where.namespace === undefined || object.metadata.namespace === where.namespace) &&
          (where.folder === undefined || file.startsWith(`${where.folder.replace(/\/+$/, '')}/`)),
      );
      const [first, ...others] = matching;
      if (first === undefined) throw new Error(noneMessage(kind, name, where, found));
      if (others.length > 0)
        throw new Error(
          `there are ${matching.length} of ${kind} ${name}: ${matching.map(({ file, object }) => placeOf(file, object)).join(', ')}. Say which, as in find('${kind}', '${name}', { folder: '…' }) or { namespace: '…' }`,
        );
      return first.object;
    },
  };
}

const placeOf = (file: string, { metadata }: KubernetesObject): string =>
  `${file}${metadata.namespace === undefined ? '' : ` (${metadata.namespace})`}`;

function noneMessage(
  kind: string,
  name: string,
  where: Whereabouts,
  all: readonly { readonly object: KubernetesObject }[],
): string {
  const place = [where.namespace && ` in namespace ${where.namespace}`, where.folder && ` in folder ${where.folder}`];
  const says = `there is no ${kind} ${name}${place.filter(Boolean).join('')}`;
  const named = (of: readonly { readonly object: KubernetesObject }[]): string[] => [
    ...new Set(of.map(({ object }) => object.metadata.name)),
  ];
  const kinds = [...new Set(all.map(({ object }) => object.kind))];
  if (!kinds.includes(kind)) {
    const meant = closest(kind, kinds);
    return `${says}, nor any other ${kind}. ${meant === undefined ? `Kinds: ${kinds.join(', ') || 'none'}` : `Did you mean ${meant}?`}`;
  }
  return `${says}. Of this kind there are: ${named(all.filter(({ object }) => object.kind === kind)).join(', ')}`;
}

/** Kubernetes reads YAML 1.1, but a date as the text it is. */
const withoutDates = (tags: Tags): Tags =>
  tags.filter((tag) => typeof tag === 'string' || tag.tag !== 'tag:yaml.org,2002:timestamp');

/** The files of a plain cdk8s app, named as `App.synth` names them: it has no way to ask for them. */
function plainFiles(app: App): ReadonlyMap<string, string> {
  app.synthYaml(); // validates everything, and orders the charts
  const files = new Map<string, string>();
  const { charts, outputFileExtension: extension, yamlOutputType } = app;
  const write = (name: string, objects: readonly unknown[]): unknown =>
    files.set(`${name}${extension}`, Yaml.stringify(...objects));
  const isIndexed = hasDependentCharts(app);
  for (const [index, chart] of charts.entries()) {
    const name = `${isIndexed ? `${String(index).padStart(4, '0')}-` : ''}${Names.toDnsLabel(chart)}`;
    const rendered = chart.toJson() as readonly KubernetesObject[]; // cdk8s types what a chart renders as any list
    const nameOf = ({ kind, metadata }: KubernetesObject): string =>
      `${kind}.${metadata.name}`.replace(/[^0-9a-zA-Z-_.]/g, '');
    switch (yamlOutputType) {
      case YamlOutputType.FILE_PER_APP:
        break;
      case YamlOutputType.FILE_PER_RESOURCE:
        for (const object of rendered) write(nameOf(object), [object]);
        break;
      case YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE:
        // Here cdk8s passes by what a chart's own toJson() would change.
        for (const object of membersOf(chart)) write(`${name}/${nameOf(object)}`, [object]);
        break;
      default:
        write(name, rendered);
    }
  }
  if (yamlOutputType === YamlOutputType.FILE_PER_APP && charts.length > 0)
    write(
      'app',
      charts.flatMap((chart) => chart.toJson() as readonly KubernetesObject[]),
    ); // as above
  return files;
}

/** The objects of a chart as cdk8s renders them, without those of charts inside it. */
const membersOf = (chart: Chart): readonly KubernetesObject[] =>
  chart.node
    .findAll()
    .filter((construct): construct is ApiObject => ApiObject.isApiObject(construct) && Chart.of(construct) === chart)
    .map((object) => object.toJson() as KubernetesObject); // cdk8s just says `any`

/** Whether a chart lies in another or waits for it: cdk8s then numbers all files. */
function hasDependentCharts(app: App): boolean {
  const constructs = app.node.findAll();
  const chartOf = (construct: (typeof constructs)[number]): unknown =>
    construct.node.scopes.findLast((scope) => Chart.isChart(scope));
  return constructs.some((construct) => {
    const { scope, dependencies } = construct.node;
    return (
      (Chart.isChart(construct) && scope !== undefined && Chart.isChart(scope)) ||
      dependencies.some((target) => chartOf(target) !== chartOf(construct))
    );
  });
}
