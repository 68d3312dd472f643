import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MeshApp } from '../../charts-src/app/mesh-app.ts';
import { shop } from './shop.ts';

const repository = resolve(import.meta.dirname, '../..');
const cdk8s = join(repository, 'node_modules/cdk8s-cli/bin/cdk8s');
const env = { ...process.env, CDK8S_CHECK_UPGRADE: 'false' };

let folder: string;
let app: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'weft-cdk8s-'));
  const main = join(folder, 'main.ts');
  const source = (path: string): string => JSON.stringify(join(repository, path));
  writeFileSync(
    main,
    `import { MeshApp } from ${source('charts-src/app/mesh-app.ts')};\nimport { object, shop } from ${source('tests/app/shop.ts')};\nimport { Chart } from ${JSON.stringify(import.meta.resolve('cdk8s'))};\n` +
      `const app = shop(new MeshApp());\nif (process.env.BREAK) object(new Chart(app, 'more'), 'Service', 'Bad');\napp.synth();\n`,
  );
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  app = `${process.execPath} --import ${import.meta.resolve('tsx')} ${main}`;
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('`cdk8s synth` writes the bytes that MeshApp renders, and lists the files of all folders', () => {
  const output = join(folder, 'dist');
  const said = execFileSync(process.execPath, [cdk8s, 'synth', '--app', app, '--output', output], {
    cwd: folder,
    env,
    encoding: 'utf8',
  });
  const rendered = shop(new MeshApp()).render();
  const files = readdirSync(output, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  expect(files).toHaveLength(rendered.size);
  for (const [file, text] of rendered) {
    expect(readFileSync(join(output, file), 'utf8')).toBe(text);
    expect(said).toContain(`- ${output}/${file}\n`);
  }
}, 60_000);

test('problems read well there, and nothing is written', () => {
  const output = join(folder, 'broken');
  const { status, stderr } = spawnSync(process.execPath, [cdk8s, 'synth', '--app', app, '--output', output], {
    cwd: folder,
    env: { ...env, BREAK: '1' },
    encoding: 'utf8',
  });
  expect(status).not.toBe(0);
  expect(stderr).toContain(
    'SynthError: 1 problem, nothing was written\n  more/Service-Bad\n    metadata.name "Bad" is no DNS label',
  );
  expect(stderr.slice(0, stderr.indexOf('Node.js'))).not.toMatch(/^\s+at /m);
  expect(readdirSync(folder)).not.toContain('broken');
}, 60_000);
