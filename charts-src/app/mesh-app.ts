import { appendFileSync } from 'node:fs';
import { ApiObject, App, type AppProps, Chart, Names, YamlOutputType } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { DependencyCycle, objectsInOrder, topological } from '../constructs/dependency-order.ts';
import { MeshChart, problemsOf } from '../constructs/mesh-chart.ts';
import { SynthError, type SynthProblem } from '../constructs/synth-error.ts';
import { warningsOf } from '../constructs/warning.ts';
import { groupOf, isClusterScoped } from '../manifest/kinds.ts';
import { metadataProblems } from '../manifest/metadata-problems.ts';
import { renderDocument, YamlValueError } from '../manifest/yaml.ts';
import { recordDeclarations } from '../model/declaration.ts';
import { SourceMapBuilder } from './source-map.ts';
import { HEADER, writeManifests, type WriteReport } from './write-manifests.ts';

/**
 * A cdk8s `App` that synthesises in linear time, validates everything once and reports all problems together, and
 * writes all files or none. Takes the place of `App`: plain charts work in it, and its charts work in a plain `App`,
 * with the same objects.
 *
 * @example const app = new MeshApp(); new MeshChart(app, 'shop'); app.synth();
 */
export class MeshApp extends App {
  readonly #recordsConstructs: boolean;

  constructor(props: AppProps = {}) {
    super(props);
    // App keeps it private; the cdk8s command asks for it through the environment.
    this.#recordsConstructs =
      props.recordConstructMetadata ?? process.env['CDK8S_RECORD_CONSTRUCT_METADATA'] === 'true';
    if (process.env['WEFT_SOURCES_FILE'] !== undefined) recordDeclarations(this);
  }

  /** All charts, each after those that it waits for, in linear time. */
  override get charts(): Chart[] {
    return chartsInOrder(this.node.findAll());
  }

  /**
   * The YAML files: text by path below the output folder. Nothing is written.
   *
   * @throws SynthError with everything that is wrong
   */
  render(): Map<string, string> {
    return this.#texts();
  }

  /**
   * Writes the YAML files into the output folder: all or none.
   *
   * @throws SynthError with everything that is wrong; the output folder is then as it was
   */
  override synth(): void {
    this.synthFiles();
    for (const { path, message } of warningsOf(this)) process.stderr.write(`warning: ${path}\n  ${message}\n`);
  }

  /** {@link synth}, and what it did to the output folder. */
  synthFiles(): WriteReport {
    // Set by `weft synth` alone, which keeps the map for `weft check`.
    const sourcesFile = process.env['WEFT_SOURCES_FILE'];
    const sources = sourcesFile === undefined ? undefined : new SourceMapBuilder();
    const files = this.#texts(sources);
    const metadata = this.#recordsConstructs ? { constructMetadata: this.#constructMetadata() } : {};
    const report = writeManifests(this.outdir, files, metadata);
    if (sources && sourcesFile !== undefined) appendFileSync(sourcesFile, `${JSON.stringify(sources.map)}\n`);
    return report;
  }

  /** All objects of all charts as one YAML text. */
  override synthYaml(): string {
    return [...this.render().values()].map((text) => text.slice(HEADER.length + 1)).join('---\n');
  }

  #texts(sources?: SourceMapBuilder): Map<string, string> {
    return new Map(this.#files(sources).map(({ file, pieces }) => [file, pieces.join('')]));
  }

  #files(sources: SourceMapBuilder | undefined): readonly OutputFile[] {
    const constructs = this.node.findAll();
    const problems = constructs.flatMap(problemsOf);
    const charts = inOrderOrProblem(constructs, problems);
    const membersOf = membersByChart(constructs);
    const invalid = new Set(problems.map(({ path }) => path));

    const files = new Map<string, OutputFile>();
    const identities = new Map<string, string>();
    for (const chart of charts) {
      const base = chartFile(chart);
      const leaf = base.includes('/') ? base.slice(0, base.lastIndexOf('/')) : '';
      for (const { path, json, construct } of chartObjects(chart, membersOf.get(chart) ?? [], invalid, problems)) {
        const add = (message: string): unknown => problems.push({ path, message });
        metadataProblems(json).forEach(add);
        const { id, says } = identityOf(leaf, json);
        const other = identities.get(id);
        if (other !== undefined)
          add(
            `makes ${says()} in ${leaf === '' ? 'the output folder' : leaf}, and so does ${other}: the one that is applied last would overwrite the other. Rename one of them, or take it away`,
          );
        else identities.set(id, path);

        const file = `${this.#fileOf(base, json)}${this.outputFileExtension}`;
        const lower = file.toLowerCase(); // the file systems of macOS and Windows know no case
        const known = files.get(lower);
        if (known === undefined) files.set(lower, { file, chart, pieces: [`${HEADER}\n`], last: undefined });
        else if (known.chart !== chart && this.yamlOutputType !== YamlOutputType.FILE_PER_APP && known.last !== path) {
          if (!invalid.has(chart.node.path))
            problems.push({
              path: chart.node.path,
              message: `writes the file ${file}, and so does ${known.chart.node.path}: give one of them another \`file\`, or another id`,
            });
          invalid.add(chart.node.path);
        } else if (known.chart === chart && this.#isFilePerObject && other === undefined)
          add(
            `goes into the file ${file}, which another object has taken: two objects of one kind and name cannot lie in files of their own there. Use one file a chart`,
          );

        try {
          const text = renderDocument(json);
          if (construct) sources?.add({ file, construct, json, text });
          const output = files.get(lower);
          if (output) {
            if (output.last !== undefined) output.pieces.push('---\n');
            output.pieces.push(text);
            output.last = path;
          }
        } catch (error) {
          if (!(error instanceof YamlValueError)) throw error;
          add(error.message);
        }
      }
      // Thousands of charts are held as one text each, not as all their objects' texts.
      const done = files.get(`${base}${this.outputFileExtension}`.toLowerCase());
      if (done) done.pieces = [done.pieces.join('')];
    }
    if (problems.length > 0) throw new SynthError(inTreeOrder(problems, constructs));
    return [...files.values()];
  }

  get #isFilePerObject(): boolean {
    return (
      this.yamlOutputType === YamlOutputType.FILE_PER_RESOURCE ||
      this.yamlOutputType === YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE
    );
  }

  /** As cdk8s names files, but that a MeshChart names its own, and that dependencies do not rename all of them. */
  #fileOf(base: string, { kind, metadata }: RenderedObject): string {
    const object = `${String(kind)}.${String(metadata?.['name'])}`.replace(/[^0-9a-zA-Z-_.]/g, '');
    switch (this.yamlOutputType) {
      case YamlOutputType.FILE_PER_APP:
        return 'app';
      case YamlOutputType.FILE_PER_RESOURCE:
        return object;
      case YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE:
        return `${base}/${object}`;
      default:
        return base;
    }
  }

  /** What the cdk8s command reads to name constructs in the reports of its validation plugins. */
  #constructMetadata(): string {
    const objects = this.node.findAll().filter((construct) => ApiObject.isApiObject(construct));
    const resources = Object.fromEntries(objects.map(({ name, node }) => [name, { path: node.path }]));
    return JSON.stringify({ version: '1.0.0', resources });
  }
}

interface OutputFile {
  readonly file: string;
  readonly chart: Chart;
  /** Its text, in pieces for as long as it grows. */
  pieces: string[];
  /** Path of the construct that made its last object. */
  last: string | undefined;
}

interface RenderedObject {
  readonly apiVersion?: unknown;
  readonly kind?: unknown;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

function inTreeOrder(problems: readonly SynthProblem[], constructs: readonly IConstruct[]): SynthProblem[] {
  const places = new Map(constructs.map(({ node }, place) => [node.path, place]));
  return problems.toSorted((a, b) => (places.get(a.path) ?? 0) - (places.get(b.path) ?? 0));
}

const chartFile = (chart: Chart): string => (MeshChart.isMeshChart(chart) ? chart.file : Names.toDnsLabel(chart));

/** The objects of a chart with the path of the construct that made each; what cannot be rendered becomes a problem. */
function* chartObjects(
  chart: Chart,
  members: readonly IConstruct[],
  invalid: ReadonlySet<string>,
  problems: SynthProblem[],
): Generator<{ readonly path: string; readonly json: RenderedObject; readonly construct?: IConstruct }> {
  const isMeshChart = MeshChart.isMeshChart(chart);
  try {
    if (rendersItself(chart)) {
      // cdk8s types what a chart renders as any list.
      const rendered = chart.toJson() as readonly RenderedObject[];
      for (const json of rendered) yield { path: chart.node.path, json };
      return;
    }
    if (isMeshChart) chart.takeValidation(); // done above, for all charts
    // One at a time: an object is garbage as soon as it is printed, and a chart may have 50,000.
    for (const object of objectsInOrder(members)) {
      const { path } = object.node;
      let json: RenderedObject;
      try {
        // A rendered object is a map: cdk8s just says `any`.
        json = isMeshChart ? chart.objectJson(object) : (object.toJson() as RenderedObject);
        const metadata = isMeshChart && isClusterScoped(object.apiVersion, object.kind) ? json['metadata'] : undefined;
        if (typeof metadata === 'object' && metadata !== null && 'namespace' in metadata && !invalid.has(path))
          problems.push({
            path,
            message: `metadata.namespace is ${JSON.stringify(metadata.namespace)}, but a ${object.kind} belongs to no namespace, and tools refuse it there. Leave it out`,
          });
      } catch (error) {
        // Consequences of what was reported already, of the object or of what made it, say nothing new.
        if (!object.node.scopes.some(({ node }) => invalid.has(node.path)))
          problems.push({ path, message: renderProblem(error) });
        continue;
      }
      yield { path, json, construct: object };
    }
  } catch (error) {
    if (error instanceof DependencyCycle) problems.push({ path: chart.node.path, message: error.message });
    else if (error instanceof SynthError) problems.push(...error.problems);
    else throw error;
  }
}

/** Whether a chart's class has a `toJson` of its own, which must then be asked. */
const rendersItself = (chart: Chart): boolean =>
  chart.toJson !== Chart.prototype.toJson && chart.toJson !== MeshChart.prototype.toJson;

/** cdk8s wraps what went wrong in the path, which we name anyway. */
const renderProblem = (error: unknown): string =>
  `cannot be rendered: ${(error instanceof Error ? error.message : String(error)).replace(/^Failed serializing construct at path '.*?' with name '.*?': (?:Error: )?/, '')}. A manifest is made of plain objects, lists, strings, numbers and booleans`;

function membersByChart(constructs: readonly IConstruct[]): ReadonlyMap<Chart, IConstruct[]> {
  const members = new Map<Chart, IConstruct[]>();
  const chartOf = new Map<IConstruct, Chart>();
  for (const construct of constructs) {
    const scope = construct.node.scope;
    const chart = Chart.isChart(construct) ? construct : scope && chartOf.get(scope);
    if (!chart) continue; // between the app and its charts
    chartOf.set(construct, chart as Chart); // isChart tells so, but not to the compiler
    const known = members.get(chart as Chart);
    if (known) known.push(construct);
    else members.set(chart as Chart, [construct]);
  }
  return members;
}

function inOrderOrProblem(constructs: readonly IConstruct[], problems: SynthProblem[]): readonly Chart[] {
  try {
    return chartsInOrder(constructs);
  } catch (error) {
    if (!(error instanceof DependencyCycle)) throw error;
    problems.push({ path: error.paths[0] ?? '', message: error.message });
    return constructs.filter((construct) => Chart.isChart(construct)) as Chart[]; // isChart tells so, but not to the compiler
  }
}

/** As cdk8s orders them: after the charts inside them, and after those that anything in them waits for. */
function chartsInOrder(constructs: readonly IConstruct[]): Chart[] {
  const waitsFor = new Map<Chart, Set<Chart>>();
  const chartOf = new Map<IConstruct, Chart | undefined>();
  for (const construct of constructs) {
    const scope = construct.node.scope;
    const outer = scope && chartOf.get(scope);
    const chart = Chart.isChart(construct) ? (construct as Chart) : outer; // isChart tells so, but not to the compiler
    chartOf.set(construct, chart);
    if (chart === construct) {
      waitsFor.set(chart, new Set());
      if (outer && scope === outer) waitsFor.get(outer)?.add(chart);
    }
  }
  for (const construct of constructs) {
    const source = chartOf.get(construct);
    for (const target of construct.node.dependencies) {
      const other = chartOf.get(target);
      if (source && other && source !== other) waitsFor.get(source)?.add(other);
    }
  }
  return topological(
    waitsFor.keys(),
    (chart) => waitsFor.get(chart) ?? [],
    ({ node }) => node.path,
  );
}

function identityOf(
  leaf: string,
  { apiVersion, kind, metadata }: RenderedObject,
): { readonly id: string; readonly says: () => string } {
  const group = groupOf(String(apiVersion));
  const [namespace, name] = [metadata?.['namespace'], metadata?.['name']];
  return {
    id: [leaf, group, kind, namespace ?? '', name].join('\n'),
    says: () =>
      `the ${String(kind)}${group === '' ? '' : ` (${group})`} ${namespace === undefined ? '' : `${String(namespace)}/`}${String(name)}`,
  };
}
