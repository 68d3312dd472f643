import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildGraph } from '../../charts-src/graph/mesh-graph.ts';
import { readManifests } from '../../charts-src/manifest/read-manifests.ts';
import { pictureOf } from '../../charts-src/picture/picture-of.ts';
import { pictureSvg } from '../../charts-src/picture/svg.ts';
import { layOut } from '../cli/lay-out.ts';
import { routeFacts } from '../cli/route-facts.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FOLDER = 'dist/microservices/prod';

/** Where README.md has its picture. */
export const SHOP_PICTURE = 'docs/pictures/shop.svg';

/** The picture of the shop, as `weft graph dist/microservices/prod -o svg` draws it. */
export async function shopPicture(): Promise<string> {
  const manifests = readdirSync(join(ROOT, FOLDER))
    .sort()
    .flatMap((file) => readManifests(`${FOLDER}/${file}`, readFileSync(join(ROOT, FOLDER, file), 'utf8')).manifests);
  const graph = buildGraph({ manifests, problems: [] });
  return pictureSvg(await layOut(pictureOf(graph, routeFacts(graph))), {
    theme: 'auto',
    title: `The mesh of ${FOLDER}`,
  });
}
