import { type ApiObject, Chart } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { MeshApp } from '../../charts-src/app/mesh-app.ts';
import { objectsInOrder } from '../../charts-src/constructs/dependency-order.ts';
import { MeshChart } from '../../charts-src/constructs/mesh-chart.ts';
import { Mesh, type MeshProps } from '../../charts-src/constructs/mesh.ts';
import { SynthError, type SynthProblem } from '../../charts-src/constructs/synth-error.ts';
import type { KubernetesObject } from '../../charts-src/manifest/kubernetes-object.ts';
import { renderYaml } from '../../charts-src/manifest/yaml.ts';
import type { GrpcContract, HttpContract, TcpContract } from '../../charts-src/model/contract.ts';

/** An image that a mesh takes: with a digest. */
export const IMAGE = `registry.example/app:1.0.0@sha256:${'0123456789abcdef'.repeat(4)}`;

/** An app that writes nowhere: its files are asked for with `render()`. */
export const newApp = (): MeshApp => new MeshApp({ outdir: 'never-written' });

/** A mesh called `shop` in an app of its own. */
export const newMesh = (props: MeshProps = {}): Mesh => new Mesh(newApp(), 'shop', props);

/** The app around a construct that these functions made. */
const appOf = ({ node }: IConstruct): MeshApp => node.root as MeshApp; // newApp() and newMesh() make no other

/** The objects of a construct and of what is in it, as they are written. Everything in the app must be valid. */
export function objectsOf(construct: IConstruct): KubernetesObject[] {
  appOf(construct).render();
  return objectsInOrder(construct.node.findAll()).map(written);
}

/** The YAML of one construct: its own objects, without those of charts inside it. */
export function yamlOf(construct: IConstruct): string {
  appOf(construct).render();
  const members = construct.node.findAll().filter((member) => Chart.of(member) === Chart.of(construct));
  return renderYaml(objectsInOrder(members).map(written));
}

function written(object: ApiObject): KubernetesObject {
  const chart = Chart.of(object);
  const json = MeshChart.isMeshChart(chart) ? chart.objectJson(object) : (object.toJson() as object);
  return json as KubernetesObject; // what an ApiObject renders has these fields
}

/** The one object of a kind, and of a name where there are several. */
export function objectOf<T = Readonly<Record<string, unknown>>>(
  objects: readonly KubernetesObject[],
  kind: string,
  name?: string,
): KubernetesObject & { readonly spec: T } {
  const found = objects.filter(
    (object) => object.kind === kind && (name === undefined || object.metadata.name === name),
  );
  if (found.length !== 1) throw new Error(`there are ${found.length} of ${kind} ${name ?? ''}`);
  return found[0] as KubernetesObject & { readonly spec: T }; // the caller says what the spec of this kind is
}

/** What synthesis has to say against an app; nothing when it is fine. Any other error is a bug and comes through. */
export function problemsIn(construct: IConstruct): readonly SynthProblem[] {
  try {
    appOf(construct).render();
    return [];
  } catch (error) {
    if (error instanceof SynthError) return error.problems;
    throw error;
  }
}

/** {@link problemsIn} as `path: message`. */
export const messagesIn = (construct: IConstruct): string[] =>
  problemsIn(construct).map(({ path, message }) => `${path}: ${message}`);

export const users = {
  protocol: 'http',
  name: 'users',
  basePath: '/api',
  operations: {
    getUser: { method: 'GET', path: '/users/{user_id}', security: 'user' },
    listUsers: { method: 'GET', path: '/users' },
    addUser: { method: 'POST', path: '/users', idempotencyKey: true },
    signIn: { method: 'POST', path: '/tokens' },
    renameUser: { method: 'PATCH', path: '/users/{user_id}' },
    putUser: { method: 'PUT', path: '/users/{user_id}', security: 'user' },
  },
} as const satisfies HttpContract;

export const stock = {
  protocol: 'grpc',
  name: 'stock',
  basePath: '/shop.v1.Stock',
  operations: { Reserve: { method: 'POST', path: '/Reserve' }, Watch: { method: 'POST', path: '/Watch' } },
} as const satisfies GrpcContract;

export const cache = { protocol: 'tcp', name: 'cache', basePath: '', operations: {} } as const satisfies TcpContract;
