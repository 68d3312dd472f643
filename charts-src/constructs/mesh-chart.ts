import { type ApiObject, Chart, type ChartProps } from 'cdk8s';
import type { Construct, IConstruct } from 'constructs';
import { isClusterScoped } from '../manifest/kinds.ts';
import { objectsInOrder } from './dependency-order.ts';
import { SynthError, type SynthProblem } from './synth-error.ts';

/** Options of {@link MeshChart}. Names never carry a hash: they are addresses and identities. */
export interface MeshChartProps extends Omit<ChartProps, 'disableResourceNameHashes'> {
  /** Path of its YAML file below the output folder, without extension: `microservices/dev/order-service`. Objects of
   * all files in one folder make up one mesh, in which every identity may exist once.
   * @default - the path of the construct, made of DNS labels */
  readonly file?: string;
}

/** Charts of any copy of this library are known by this property. */
const MESH_CHART = Symbol.for('weftmesh.MeshChart');

/** The objects of one YAML file. Works under a plain cdk8s `App` too, with the same objects. */
export class MeshChart extends Chart {
  /** Path of its YAML file below the output folder, without extension. */
  readonly file: string;
  /** Whether the app has validated itself since this chart was last rendered. */
  #isValidated = false;

  constructor(scope: Construct, id: string, props: MeshChartProps = {}) {
    const { file, ...chartProps } = props;
    super(scope, id, { ...chartProps, disableResourceNameHashes: true });
    Object.defineProperty(this, MESH_CHART, { value: true });
    this.file = file ?? this.node.path.split('/').map(fileLabel).join('/');
    this.node.addValidation({
      validate: () => {
        this.#isValidated = true;
        const problem = fileProblem(this.file);
        return problem === undefined ? [] : [problem];
      },
    });
  }

  /** Whether a chart is a MeshChart, of this or another copy of the library. */
  static isMeshChart(chart: Chart): chart is MeshChart {
    return MESH_CHART in chart;
  }

  /**
   * The objects of this chart, in the order in which they are applied.
   *
   * A plain cdk8s chart validates and sorts the whole app for each chart, which makes synthesis quadratic at best.
   * An app that writes its files has validated everything before it asks for the first chart, and that is noticed;
   * where nobody did, as in a unit test of one chart, everything is validated here.
   *
   * @throws SynthError when anything in the app is not valid
   */
  override toJson(): object[] {
    if (!this.takeValidation()) validateApp(this);
    const members = this.node.findAll().filter((construct) => Chart.of(construct) === this);
    return objectsInOrder(members).map((object) => this.objectJson(object));
  }

  /** One object as it is written. The chart's namespace is not written on what belongs to no namespace: cdk8s writes
   * it everywhere (cdk8s issue 1558), and tools refuse or misplace such objects. */
  objectJson(object: ApiObject): Record<string, unknown> {
    // A rendered object is a map: cdk8s just says `any`.
    const json = object.toJson() as Record<string, unknown>;
    const metadata = json['metadata'];
    if (!isClusterScoped(object.apiVersion, object.kind) || typeof metadata !== 'object' || metadata === null)
      return json;
    const { namespace, ...others } = metadata as Record<string, unknown>;
    return namespace === this.namespace ? { ...json, metadata: others } : json;
  }

  /** Whether the app was validated since this was last asked. For apps that render charts by themselves. */
  takeValidation(): boolean {
    const isValidated = this.#isValidated;
    this.#isValidated = false;
    return isValidated;
  }
}

function validateApp(chart: MeshChart): void {
  const constructs = chart.node.root.node.findAll();
  const problems = constructs.flatMap(problemsOf);
  for (const construct of constructs)
    if (Chart.isChart(construct) && MeshChart.isMeshChart(construct)) construct.takeValidation();
  if (problems.length > 0) throw new SynthError(problems);
}

/** What the validations of one construct have to say. */
export const problemsOf = (construct: IConstruct): SynthProblem[] =>
  construct.node.validate().map((message) => ({ path: construct.node.path, message }));

/** Part of a construct path as part of a file name. */
const fileLabel = (id: string): string => id.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[.-]+|[.-]+$/g, '') || 'chart';

function fileProblem(file: string): string | undefined {
  const bad = file.split('/').find((part) => !/^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(part));
  if (bad === undefined) return undefined;
  return `file "${file}" is no path below the output folder: ${bad === '' ? 'a part of it is empty' : `"${bad}" is no part of one`}. Use folders and a name of letters, digits, "-", "_" and ".", such as "microservices/dev/order-service"`;
}
