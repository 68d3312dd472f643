import { explain, explainAll } from '../../charts-src/explain/explain.ts';
import type { Explanation, Origin } from '../../charts-src/explain/explanation.ts';
import { blueprintOf } from '../../charts-src/explain/blueprint.ts';
import {
  answersDocument,
  answersText,
  explanationDocument,
  explanationText,
  type Asked,
} from '../../charts-src/explain/report.ts';
import { readRequest, type RequestProblem } from '../../charts-src/explain/request.ts';
import {
  readOrigin,
  routingTestProblems,
  runRoutingTests,
  type RoutingTestReport,
} from '../../charts-src/explain/routing-tests.ts';
import { NO_ADDRESS } from '../../charts-src/explain/unresolved.ts';
import { buildGraph, type MeshGraph } from '../../charts-src/graph/mesh-graph.ts';
import { readCheckConfig } from './check-config.ts';
import { exitCode, type ExitCode } from './exit-code.ts';
import { Failure } from './failure.ts';
import { problemsAt } from './problems-at.ts';
import { readPaths, STDIN } from './read-files.ts';
import { readNote } from './read-note.ts';
import { readOptionFile } from './read-option-file.ts';
import type { World } from './world.ts';

/** Options of `weft explain`. */
export interface ExplainOptions {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly from: string | undefined;
  readonly header: readonly string[];
  readonly file: readonly string[];
  readonly all: boolean;
  readonly test: string | undefined;
  readonly verify: boolean;
  readonly namespace: string;
  readonly format: 'text' | 'json';
}

/** A mesh, and the folder that it was read from. */
interface NamedMesh {
  readonly name: string;
  readonly graph: MeshGraph;
}

/** Explains one request, every answer of a host, or runs a file of tests. */
export async function runExplain(options: ExplainOptions, world: World): Promise<ExitCode> {
  const meshes = await readMeshes(options, world);
  if (options.test !== undefined) return runTests(options.test, meshes, options, world);
  const { method, url, from } = options;
  if (method === undefined || url === undefined)
    throw new Failure(
      'say a method and a URL, such as: weft explain GET http://order-service/api/orders --from shop/api-gateway-v1',
    );
  if (from === undefined)
    throw new Failure(
      'say where the request comes from: --from namespace/workload, --from gateway:namespace/name or --from outside',
    );
  const origin = valueOf(readOrigin(from), '--from');
  const { request } = valueOf(readRequest(method, url, options.header), 'the request');
  const { graph } = meshFor(meshes, origin);
  const asked = { request, from };
  if (options.all) {
    const { answers } = valueOf(explainAll(graph, origin, request), whereFrom(origin));
    for (const { explanation } of answers) requireAddress(request.host, explanation);
    world.out(options.format === 'json' ? json(answersDocument(asked, answers)) : answersText(asked, answers));
    return exitCode.ok;
  }
  const { explanation } = valueOf(explain(graph, origin, request), whereFrom(origin));
  requireAddress(request.host, explanation);
  if (options.verify) return runVerify(graph, origin, asked, options, world);
  world.out(
    options.format === 'json' ? json(explanationDocument(asked, explanation)) : explanationText(asked, explanation),
  );
  return exitCode.ok;
}

/** A host that nobody can look up is a slip, and not a request that goes nowhere. */
function requireAddress(host: string, { steps }: Explanation): void {
  const step = steps.find(({ decision }) => decision === NO_ADDRESS);
  if (step !== undefined) throw new Failure(`there is no host "${host}" in these manifests: ${step.why}`);
}

/** Explains, and shows beside it what a real Envoy does. */
async function runVerify(
  graph: MeshGraph,
  origin: Origin,
  asked: Asked,
  { format }: ExplainOptions,
  world: World,
): Promise<ExitCode> {
  const { blueprint } = valueOf(blueprintOf(graph, origin, asked.request), 'the request');
  const [{ verify }, report] = await Promise.all([import('./verify/verify.ts'), import('./verify/report.ts')]);
  const verification = await verify(blueprint, world);
  world.out(
    format === 'json'
      ? json(report.verificationDocument(explanationDocument(asked, blueprint.said), verification))
      : explanationText(asked, blueprint.said) + report.verificationText(verification),
  );
  return verification.checks.every(({ holds }) => holds) ? exitCode.ok : exitCode.no;
}

async function readMeshes({ file, namespace }: ExplainOptions, world: World): Promise<readonly NamedMesh[]> {
  const [config, groups] = await Promise.all([
    readCheckConfig(undefined, world),
    readPaths(file, world, { namespace }),
  ]);
  const meshes = groups.map((group) => ({ name: group.name, graph: buildGraph(group, config.mesh) }));
  if (!meshes.some(({ graph }) => graph.hosts.length + graph.workloads.length > 0))
    throw new Failure(
      `there are no Services and no workloads in ${file.length === 0 ? 'dist' : file.join(', ')}, so nothing can be said. Name the files of a mesh with -f`,
    );
  for (const { problems } of groups) for (const problem of problems) world.err(readNote(problem));
  return meshes;
}

/** The mesh that a request starts in: the only one, or the only one that has its workload or gateway. */
function meshFor(meshes: readonly NamedMesh[], origin: Origin): NamedMesh {
  const [only] = meshes;
  if (only !== undefined && meshes.length === 1) return only;
  const fitting = meshes.filter(({ graph }) => {
    switch (origin.kind) {
      case 'outside':
        return graph.gateways.length > 0;
      case 'gateway':
        return graph.gateway(`${origin.namespace}/${origin.name}`) !== undefined;
      case 'workload':
        return graph
          .workloadsBy(origin.namespace)
          .select({})
          .some(({ name }) => name === origin.name);
    }
  });
  const [first] = fitting.length > 0 ? fitting : meshes;
  if (first !== undefined && fitting.length <= 1) return first;
  throw new Failure(`several meshes have it: say which, with -f ${fitting.map(({ name }) => name).join(' or -f ')}`);
}

async function runTests(
  file: string,
  meshes: readonly NamedMesh[],
  options: ExplainOptions,
  world: World,
): Promise<ExitCode> {
  const { readYaml } = await import('./read-yaml.ts'); // loads a reader that knows lines
  const name = file === '-' ? STDIN : file;
  const text = file === '-' ? await world.stdin() : await readOptionFile('--test', file, world);
  const { content, at } = readYaml(name, text);
  if (content === null) throw new Failure(`${name} is empty: write tests, each with name, from, request and expect`);
  const problems = routingTestProblems(content);
  if (problems.length > 0)
    throw new Failure(`${name} is no file of routing tests`, { problems: problemsAt(problems, at) });
  const [mesh] = meshes;
  if (mesh === undefined || meshes.length > 1)
    throw new Failure(`tests are about one mesh: say which, with -f ${meshes.map(({ name }) => name).join(' or -f ')}`);
  const report = runRoutingTests(mesh.graph, content);
  world.out(
    options.format === 'json'
      ? json({ schemaVersion: 1, kind: 'RoutingTestReport', file, ...report })
      : testText(report),
  );
  return report.results.every(({ passed }) => passed) ? exitCode.ok : exitCode.no;
}

function testText({ results, coverage }: RoutingTestReport): string {
  const failed = results.filter(({ passed }) => !passed);
  const lines = failed.flatMap(({ name, request, differences }) => [
    `failed: ${name}`,
    `  ${request}`,
    ...differences.map((difference) => `    ${difference}`),
  ]);
  if (coverage.uncovered.length > 0)
    lines.push('rules that no request came to:', ...coverage.uncovered.map((rule) => `  ${rule}`));
  lines.push(
    `${results.length - failed.length} passed, ${failed.length} failed; ${coverage.covered} of ${coverage.total} rules covered`,
  );
  return `${lines.join('\n')}\n`;
}

/** What was read, or a failure that says what could not be. */
function valueOf<T extends object>(
  read: T | { readonly problem: RequestProblem },
  what: string,
): Exclude<T, { readonly problem: RequestProblem }> {
  if ('problem' in read) throw new Failure(`${what}: ${read.problem.message}. ${capitalised(read.problem.fix)}`);
  return read as Exclude<T, { readonly problem: RequestProblem }>; // it holds no problem
}

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const whereFrom = (origin: Origin): string => (origin.kind === 'outside' ? 'from outside' : '--from');

const json = (document: unknown): string => `${JSON.stringify(document, null, 2)}\n`;
