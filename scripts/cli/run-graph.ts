import { buildGraph, type MeshGraph } from '../../charts-src/graph/mesh-graph.ts';
import { folded } from '../../charts-src/picture/fold.ts';
import { comparePictures } from '../../charts-src/picture/compare-pictures.ts';
import type { Picture } from '../../charts-src/picture/picture.ts';
import { pictureOf } from '../../charts-src/picture/picture-of.ts';
import { pictureSvg } from '../../charts-src/picture/svg.ts';
import { pictureDocument, pictureDot, pictureMermaid, pictureTree } from '../../charts-src/picture/text-forms.ts';
import { readCheckConfig } from './check-config.ts';
import { exitCode, type ExitCode } from './exit-code.ts';
import { Failure } from './failure.ts';
import { readPaths } from './read-files.ts';
import { readNote } from './read-note.ts';
import { readSide } from './read-side.ts';
import { routeFacts } from './route-facts.ts';
import type { World } from './world.ts';

/** Options of `weft graph`. */
export interface GraphOptions {
  readonly paths: readonly string[];
  readonly focus: string | undefined;
  readonly depth: string;
  readonly namespace: readonly string[];
  readonly fold: boolean;
  readonly unfolded: boolean;
  readonly diff: string | undefined;
  readonly theme: 'auto' | 'light' | 'dark';
  readonly format: 'svg' | 'mermaid' | 'dot' | 'json' | 'tree';
}

/** Draws a mesh. */
export async function runGraph(options: GraphOptions, world: World): Promise<ExitCode> {
  const depth = Number(options.depth);
  if (options.depth.trim() === '' || !Number.isInteger(depth) || depth < 0)
    throw new Failure(`--depth ${options.depth} is no whole number. Write one from 0, such as --depth 2`);
  if (options.fold && options.unfolded) throw new Failure('--fold and --unfolded exclude each other. Keep one of them');
  const config = await readCheckConfig(undefined, world);
  const groups = await readPaths(options.paths, world);
  const [only] = groups;
  if (groups.length === 0)
    throw new Failure('there are no manifests in dist. Write them with weft synth, or name files or folders');
  if (only === undefined || groups.length > 1)
    throw new Failure(
      `several meshes are there: say which, such as: weft graph ${groups.map(({ name }) => name).join(', or: weft graph ')}`,
    );
  for (const problem of only.problems) world.err(readNote(problem));
  const mesh = buildGraph(only, config.mesh);
  const whole = drawn(mesh);
  if (whole.nodes.length === 0)
    throw new Failure(
      `there are no services in ${only.name}, so there is nothing to draw. Name files or folders that hold Services and Deployments`,
    );
  const old =
    options.diff === undefined
      ? undefined
      : drawn((await readSide(options.diff, options.paths[0] ?? 'dist', 'default', world, config.mesh)).graph);
  const part = folded(old ? comparePictures(old, whole) : whole, {
    focus: options.focus,
    depth,
    namespaces: options.namespace,
    fold: options.fold ? true : options.unfolded ? false : undefined,
  });
  if ('problem' in part) throw new Failure(`${part.problem.message}. ${part.problem.fix}`);
  if (part.isFolded && !options.fold)
    world.err(
      `note: ${whole.nodes.length} boxes are folded to one a namespace; --focus shows a part, --unfolded all\n`,
    );
  world.out(await printed(part.picture, options, only.name));
  return exitCode.ok;
}

const drawn = (graph: MeshGraph): Picture => pictureOf(graph, routeFacts(graph));

async function printed(picture: Picture, { format, theme }: GraphOptions, name: string): Promise<string> {
  switch (format) {
    case 'json':
      return `${JSON.stringify(pictureDocument(picture), null, 2)}\n`;
    case 'mermaid':
      return pictureMermaid(picture);
    case 'tree':
      return pictureTree(picture);
    case 'dot':
      return pictureDot(picture);
    case 'svg': {
      const { layOut } = await import('./lay-out.ts');
      return pictureSvg(await layOut(picture), { theme, title: `The mesh of ${name}` });
    }
  }
}
