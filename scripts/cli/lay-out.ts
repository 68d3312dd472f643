import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import {
  isApart,
  layoutDot,
  placed,
  type GraphvizAnswer,
  type LayoutEffort,
  type PlacedPicture,
} from '../../charts-src/picture/layout.ts';
import type { Picture } from '../../charts-src/picture/picture.ts';
import { Failure } from './failure.ts';

/** Longest that a layout may take: some graphs keep Graphviz busy for minutes. */
const LIMITS_MS: Readonly<Record<LayoutEffort, number>> = { careful: 5_000, ranked: 5_000, quick: 5_000 };

/** With more arrows than this, nobody follows a single curve any more. */
const MOST_CURVES = 120;

/**
 * Where boxes and arrows go, by Graphviz: with care where there are few, else, or where that takes too long, quickly.
 *
 * @throws Failure when it cannot be done in time
 */
export async function layOut(picture: Picture, limits = LIMITS_MS): Promise<PlacedPicture> {
  const tried = async (effort: LayoutEffort): Promise<PlacedPicture | undefined> => {
    const answer = await graphviz(layoutDot(picture, effort), limits[effort]);
    return answer && placed(picture, answer);
  };
  const careful = picture.edges.length > MOST_CURVES ? undefined : await tried('careful');
  const found = careful === undefined ? await tried('quick') : isApart(careful) ? careful : await tried('ranked');
  const best = found ?? careful;
  if (best !== undefined) return best;
  throw new Failure(
    `${picture.nodes.length} boxes and ${picture.edges.length} arrows are more than can be laid out in time. Draw a part with --focus or --namespace, fold it with --fold, or print it with -o tree`,
  );
}

/** Runs in a thread of its own, so that it can be ended. */
const PROGRAM = `
  const { parentPort, workerData } = require('node:worker_threads');
  const { instance } = require(workerData.viz);
  instance().then((viz) => {
    parentPort.postMessage(viz.renderString(workerData.dot, { format: 'json0' }));
  });
`;

/** @throws Failure when it is not there */
function graphvizFile(): string {
  try {
    return createRequire(import.meta.url).resolve('@viz-js/viz');
  } catch {
    throw new Failure('@viz-js/viz, which lays pictures out, is not installed. Install weftmesh anew, or use -o tree');
  }
}

/** Undefined when the time is up, or when Graphviz gives up. */
function graphviz(dot: string, limitMs: number): Promise<GraphvizAnswer | undefined> {
  return new Promise((resolve) => {
    // What Graphviz says about itself, such as "triangulation failed", would help nobody: `stderr` keeps it from the terminal.
    const worker = new Worker(PROGRAM, { eval: true, stderr: true, workerData: { viz: graphvizFile(), dot } });
    const timer = setTimeout(() => {
      resolve(undefined);
      void worker.terminate();
    }, limitMs);
    worker.once('message', (text: string) => {
      clearTimeout(timer);
      resolve(JSON.parse(text) as GraphvizAnswer); // Graphviz' own format
      void worker.terminate();
    });
    worker.once('error', () => {
      clearTimeout(timer);
      // It runs out of memory, or into a fault of its own: straight lines may still work.
      resolve(undefined);
    });
  });
}
