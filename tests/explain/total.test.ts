import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diffMeshes } from '../../charts-src/diff/diff.ts';
import { diffDocument } from '../../charts-src/diff/document.ts';
import { diffMarkdown, diffText } from '../../charts-src/diff/report.ts';
import { explain, explainAll } from '../../charts-src/explain/explain.ts';
import { answersText, explanationDocument, explanationText } from '../../charts-src/explain/report.ts';
import { readRequest } from '../../charts-src/explain/request.ts';
import { readOrigin } from '../../charts-src/explain/routing-tests.ts';
import { buildGraph, type MeshGraph } from '../../charts-src/graph/mesh-graph.ts';
import { readManifests } from '../../charts-src/manifest/read-manifests.ts';
import { pictureOf } from '../../charts-src/picture/picture-of.ts';
import { pictureDot, pictureTree } from '../../charts-src/picture/text-forms.ts';
import { routeFacts } from '../../scripts/cli/route-facts.ts';
import { PLAYGROUND } from '../live/explain/playground.ts';
import { changedManifests, oddChanges } from '../support/odd-values.ts';
import { filled, recordedCases, type RecordedRequest } from './recording.ts';

// Whatever stands in the manifests, what is asked about them is answered: in words, and without an exception.

const PLACES = { token: () => 'e30.e30.sig', jwks: '{"keys":[]}', ip: () => '192.0.2.1' };

const cases = recordedCases().map(({ mesh, requests }) => {
  const { manifests } = readManifests('mesh.yaml', filled(mesh, PLACES));
  return { objects: manifests.map(({ object }) => object), requests };
});

/** Many files may not hold a mesh: what cannot be read is left out, as the commands do. */
const graphOf = (documents: readonly string[]): MeshGraph =>
  buildGraph(readManifests('mesh.yaml', [PLAYGROUND, ...documents].join('\n---\n')), {});

/** Everything that is said about a request. */
function toldOf(graph: MeshGraph, { from, ask, headers = {} }: RecordedRequest): readonly string[] {
  const [method = '', url = ''] = filled(ask, PLACES).split(' ');
  const origin = readOrigin(from);
  const read = readRequest(
    method,
    url,
    Object.entries(headers).map(([name, value]) => `${name}=${filled(value, PLACES)}`),
  );
  if ('problem' in origin || 'problem' in read) throw new Error(`no request: ${ask} from ${from}`);
  const asked = { request: read.request, from };
  const one = explain(graph, origin, read.request);
  const all = explainAll(graph, origin, read.request);
  return [
    ...('problem' in one
      ? [one.problem.message]
      : [explanationText(asked, one.explanation), JSON.stringify(explanationDocument(asked, one.explanation))]),
    'problem' in all ? all.problem.message : answersText(asked, all.answers),
  ];
}

function toldOfChange(before: MeshGraph, after: MeshGraph): readonly string[] {
  const sides = { old: 'a', new: 'b' };
  const diff = diffMeshes(before, after);
  return [
    diffText(sides, diff, { showFields: true }),
    diffMarkdown(sides, diff),
    JSON.stringify(diffDocument(sides, diff)),
  ];
}

function drawn(graph: MeshGraph): readonly string[] {
  const picture = pictureOf(graph, routeFacts(graph));
  return [pictureDot(picture), pictureTree(picture)];
}

const RUNS = Number(process.env['WEFT_TOTAL_RUNS'] ?? 60);

describe('explain, diff and graph are total', () => {
  test('no object makes them fail, whatever stands in it', { timeout: 600_000 }, () => {
    expect(cases.length).toBeGreaterThan(30);
    fc.assert(
      fc.property(fc.constantFrom(...cases), oddChanges, fc.nat(), ({ objects, requests }, changes, which) => {
        const documents = changedManifests(objects, changes);
        const before = graphOf(objects.map((object) => JSON.stringify(object)));
        const after = graphOf(documents);
        const request = requests[which % requests.length];
        if (request === undefined) throw new Error('a case without requests');
        const told = [
          ...toldOf(after, request),
          ...toldOfChange(before, after),
          ...toldOfChange(after, before),
          ...drawn(after),
        ];
        expect(
          told.filter((text) => /\bundefined\b|\[object |NaN/.test(text)),
          documents.join('\n---\n'),
        ).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });
});
