import { readFileSync } from 'node:fs';
import { App, type Chart } from 'cdk8s';
import { describe, expect, test, vi } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { readEnvironment, type EnvironmentName } from '../../charts-src/charts/environment.ts';
import { guide } from '../../charts-src/charts/guide.ts';
import { shop } from '../../charts-src/charts/shop.ts';
import { renderYaml } from '../../charts-src/manifest/yaml.ts';
import { newApp } from './rendered.ts';

// Machines that run other things too take their time.
vi.setConfig({ testTimeout: 60_000 });

const environment = (name: EnvironmentName) => {
  const file = new URL(`../../environments/${name}.yaml`, import.meta.url);
  const read = readEnvironment(name, parse(readFileSync(file, 'utf8')));
  if (!read.ok) throw new Error(read.problems.join('\n'));
  return read.environment;
};

const declare = (app: App): void => {
  for (const name of ['dev', 'prod'] as const) shop(app, environment(name));
  guide(app);
};

/** Objects of an app by chart, as text: order of keys is no difference between objects. */
const textOf = (charts: readonly Chart[]): Record<string, string> =>
  Object.fromEntries(charts.map((chart) => [chart.node.path, renderYaml(chart.toJson())]));

describe('the sample', () => {
  test('is the same under a plain App as under a MeshApp', () => {
    const [plain, mesh] = [new App({ outdir: 'never-written' }), newApp()];
    declare(plain);
    declare(mesh);
    const texts = textOf(plain.charts);
    expect(Object.keys(texts).length).toBeGreaterThan(30);
    expect(texts).toEqual(textOf(mesh.charts));
    // And the files of a MeshApp hold just these.
    const documents = [...mesh.render().values()].flatMap((text) =>
      parseAllDocuments(text).map((one) => one.toJS() as unknown),
    );
    expect(documents.map((one) => renderYaml([one])).sort()).toEqual(
      plain.charts.flatMap((chart) => chart.toJson().map((one: unknown) => renderYaml([one]))).sort(),
    );
  });

  test('is the same text twice', () => {
    const [first, second] = [newApp(), newApp()];
    declare(first);
    declare(second);
    expect([...first.render()]).toEqual([...second.render()]);
  });
});
