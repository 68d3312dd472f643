import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { project, TWO_TOPOLOGIES, type Project } from './project.ts';
import { schemaErrors } from './schemas.ts';

let here: Project;
beforeEach(() => {
  here = project();
});
afterEach(() => {
  vi.unstubAllEnvs();
  here.remove();
});

describe('weft synth', () => {
  test('writes what the app makes, says so on stdout, and passes the words of the app to stderr', async () => {
    here.app(TWO_TOPOLOGIES);
    const { code, out, err } = await here.weft(['synth']);
    expect({ code, out }).toEqual({
      code: 0,
      out: 'dist/guide/dev  1 file, 2 objects\ndist/shop/dev   1 file, 2 objects\ndist/shop/prod  1 file, 2 objects\n3 files in dist: 3 written, 0 unchanged, 0 removed (0 s)\n',
    });
    expect(err).toMatch(/^words of the app\nNext: /);
    expect(Object.keys(here.files())).toEqual([
      'dist/guide/dev/guide.k8s.yaml',
      'dist/shop/dev/orders.k8s.yaml',
      'dist/shop/prod/orders.k8s.yaml',
    ]);
  });

  test('again changes nothing; with one chart less removes its file', async () => {
    here.app(TWO_TOPOLOGIES);
    await here.weft(['synth']);
    const before = statSync(join(here.folder, 'dist/shop/dev/orders.k8s.yaml'));
    expect((await here.weft(['synth'])).out).toContain('0 written, 3 unchanged, 0 removed');
    here.app(TWO_TOPOLOGIES.replace("'guide/dev/guide'", ''));
    const { out } = await here.weft(['synth']);
    expect(out).toContain('removed dist/guide/dev/guide.k8s.yaml\n');
    expect(existsSync(join(here.folder, 'dist/guide'))).toBe(false);
    expect(statSync(join(here.folder, 'dist/shop/dev/orders.k8s.yaml')).mtimeMs).toBe(before.mtimeMs);
  });

  test('in JSON is one document that fits its schema', async () => {
    here.app(TWO_TOPOLOGIES);
    const { code, out } = await here.weft(['synth', '-o', 'json', '--output', 'out/']);
    expect(code).toBe(0);
    expect(schemaErrors('synth-report', JSON.parse(out))).toEqual([]);
    expect(JSON.parse(out)).toMatchObject({
      output: 'out/',
      topology: null,
      written: ['out/guide/dev/guide.k8s.yaml', 'out/shop/dev/orders.k8s.yaml', 'out/shop/prod/orders.k8s.yaml'],
      summary: { files: 3, objects: 6 },
    });
  });

  test('of one topology leaves the others', async () => {
    here.app(TWO_TOPOLOGIES);
    await here.weft(['synth']);
    here.app(TWO_TOPOLOGIES.replaceAll("'urls'", "'links'"));
    const { out } = await here.weft(['synth', '--topology', 'guide', '-o', 'json']);
    expect(JSON.parse(out)).toMatchObject({
      topology: 'guide',
      written: ['dist/guide/dev/guide.k8s.yaml'],
      unchanged: [],
      removed: [],
    });
    expect(here.files()['dist/guide/dev/guide.k8s.yaml']).toContain('name: links');
    expect(here.files()['dist/shop/dev/orders.k8s.yaml']).toContain('name: urls');
  });

  test('takes the output folder of cdk8s.yaml, and any command as app', async () => {
    here.file('cdk8s.yaml', 'app: "false"\noutput: manifests\n');
    const script = `mkdir "$CDK8S_OUTDIR/a" && echo 'kind: ConfigMap' > "$CDK8S_OUTDIR/a/b.yaml" && touch "$CDK8S_OUTDIR/notes.txt"`;
    const { code, err } = await here.weft(['synth', '--app', script]);
    expect(code).toBe(0);
    expect(err).toContain('note: notes.txt is no .yaml file and was left out');
    expect(here.files('manifests')).toEqual({
      'manifests/a/b.yaml': '# Written by weft. Change the TypeScript, not this file.\nkind: ConfigMap\n',
    });
    expect((await here.weft(['synth', '--app', script])).code).toBe(0); // and knows the file again
  });

  test('works with a plain cdk8s App', async () => {
    here.app(
      "const plain = new App(); add(new Chart(plain, 'web', { disableResourceNameHashes: true }), 'Service', 'web'); plain.synth();",
    );
    expect((await here.weft(['synth'])).code).toBe(0);
    expect(here.files()['dist/web.k8s.yaml']).toContain('kind: Service');
  });
});

describe('bad input is exit code 2, one clear message, and dist as it was', () => {
  const cases: readonly {
    readonly what: string;
    readonly app?: string;
    readonly config?: string;
    readonly argv?: readonly string[];
    readonly says: RegExp;
    readonly place?: object;
    readonly problems?: readonly string[];
  }[] = [
    {
      what: 'declarations that are wrong',
      app: "const c = new MeshChart(app, 'shop'); add(c, 'Service', 'Bad'); add(c, 'ConfigMap', 'x..y'); app.synth();",
      says: /^error: 2 problems, nothing was written\n {2}shop\/ServiceBad\n {4}metadata\.name "Bad"/,
      problems: ['shop/ServiceBad', 'shop/ConfigMapx..y'],
    },
    {
      what: 'an error of the app',
      app: "function make(): void {\n  throw new TypeError('no such user');\n}\nmake();",
      says: /nothing was written: TypeError: no such user\n {2}at main\.ts:3\n$/,
      place: { file: 'main.ts', line: 3 },
    },
    {
      what: 'a rejected promise',
      app: "\nawait Promise.reject(new Error('later'));",
      says: /nothing was written: later\n {2}at main\.ts:3\n/,
      place: { file: 'main.ts', line: 3 },
    },
    { what: 'something thrown that is no error', app: "throw 'text';", says: /nothing was written: text\n/ },
    {
      what: 'cdk8s refusing a child',
      app: "new MeshChart(app, 'a');\nnew MeshChart(app, 'a');",
      says: /There is already a Construct with name 'a'[^]*at main\.ts:3/,
      place: { file: 'main.ts', line: 3 },
    },
    {
      what: 'code that does not parse',
      app: '\nconst a = ;',
      says: /Unexpected ";"[^]*at main\.ts:3/,
      place: { file: 'main.ts', line: 3 },
    },
    {
      what: 'an app that exits by itself',
      app: "console.error('I give up'); process.exit(7);",
      says: /I give up\nerror: the app failed, nothing was written: `node --import tsx main\.ts` exited with code 7/,
    },
    {
      what: 'an app that was killed',
      app: "process.kill(process.pid, 'SIGKILL'); setTimeout(() => {}, 1e4);",
      says: /exited with code 137|was ended by SIGKILL/,
    },
    {
      what: 'an app that is not there',
      argv: ['--app', 'no-such-command-here'],
      says: /exited with code 127\. There is no such command: is it installed/,
    },
    {
      what: 'an app that writes elsewhere',
      app: "const elsewhere = new App({ outdir: 'elsewhere' }); add(new Chart(elsewhere, 'a'), 'ConfigMap', 'a'); elsewhere.synth();",
      says: /wrote no manifests[^]*CDK8S_OUTDIR/,
    },
    {
      what: 'no cdk8s.yaml app',
      config: 'language: typescript\n',
      says: /add "app: node --import tsx main\.ts" to cdk8s\.yaml/,
    },
    {
      what: 'a cdk8s.yaml that is no YAML',
      config: 'language: typescript\napp: [node\n',
      says: /cdk8s\.yaml is no YAML: [^]*at cdk8s\.yaml:[23]/,
    },
    { what: 'a cdk8s.yaml that is a list', config: '- a\n', says: /cdk8s\.yaml holds \["a"\], not fields/ },
    { what: 'a cdk8s.yaml with an app that is no text', config: 'app: 3\n', says: /app is 3, where a text is needed/ },
    {
      what: 'a topology that is not there',
      app: TWO_TOPOLOGIES,
      argv: ['--topology', 'giude'],
      says: /--topology giude: the app makes no such folder[^]*Did you mean guide\?/,
    },
    {
      what: 'an output folder that is a file',
      app: TWO_TOPOLOGIES,
      argv: ['--output', 'package.json'],
      says: /package\.json cannot be written, nothing was changed\n {2}package\.json\n {4}.*is a file/,
    },
    {
      what: 'an output folder of somebody else',
      app: TWO_TOPOLOGIES,
      argv: ['--output', '.'],
      says: /main\.ts\n {4}was not written by weft/,
    },
  ];

  test.each(cases)(
    '$what',
    async ({ app, config, argv = [], says, place, problems }) => {
      mkdirSync(join(here.folder, 'dist'));
      here.file('dist/old.k8s.yaml', '# Written by weft. Change the TypeScript, not this file.\nkind: ConfigMap\n');
      const before = here.files();
      here.app('');
      if (app !== undefined) here.app(app);
      if (config !== undefined) here.file('cdk8s.yaml', config);
      const { code, out, err } = await here.weft(['synth', ...argv, '-o', 'json']);
      expect(code).toBe(2);
      expect(err).toMatch(says);
      expect(err).not.toMatch(/^\s+at .*\(|node:internal/m);
      const document: unknown = JSON.parse(out);
      expect(schemaErrors('failure', document)).toEqual([]);
      if (place) expect(document).toHaveProperty('place', place);
      if (problems)
        expect((document as { problems: { path: string }[] }).problems.map(({ path }) => path)).toEqual(problems);
      expect(here.files()).toEqual(before);
      expect(
        readdirSync(here.folder)
          .sort()
          .filter((name) => name !== 'elsewhere'),
      ).toEqual(['cdk8s.yaml', 'dist', 'main.ts', 'node_modules', 'package.json']);
    },
    30_000,
  );

  test('no project at all', async () => {
    mkdirSync(join(here.folder, 'sub'));
    const { code, err } = await here.weft(['synth'], { cwd: join(here.folder, 'sub') });
    expect(code).toBe(2);
    expect(err).toContain('run weft in the project');
  });

  test('code that plain Node cannot parse, which tells the place to nobody but the terminal', async () => {
    here.file('broken.mjs', '\n\nsyntax error here\n');
    const { code, err } = await here.weft(['synth', '--app', 'node broken.mjs']);
    expect(code).toBe(2);
    expect(err).toMatch(/nothing was written: SyntaxError: [^\n]*\n {2}at broken\.mjs:3\n$/);
  });

  describe('a folder for temporary files', () => {
    test('that is not there', async () => {
      vi.stubEnv('TMPDIR', join(here.folder, 'no-such-folder'));
      const { code, err } = await here.weft(['synth', '--app', 'true']);
      expect(code).toBe(2);
      expect(err).toMatch(
        /the folder for temporary files, [^]*no-such-folder, cannot be written, nothing was changed: ENOENT[^]*name another folder in TMPDIR/,
      );
    });

    test('where the app cannot write, which it says as if it were the output folder', async () => {
      here.app(TWO_TOPOLOGIES);
      const script = 'rmdir "$CDK8S_OUTDIR" && touch "$CDK8S_OUTDIR" && node --import tsx main.ts';
      const { code, err } = await here.weft(['synth', '--app', script]);
      expect(code).toBe(2);
      expect(err).toContain('the folder for temporary files');
      expect(err).not.toMatch(/^ {2}.*weft-synth-/m);
    });

    test('where the app dies without a word', async () => {
      const script = 'rmdir "$CDK8S_OUTDIR" && exit 3';
      const { code, err } = await here.weft(['synth', '--app', script]);
      expect(code).toBe(2);
      expect(err).toContain('the folder for temporary files');
    });
  });

  test.skipIf(!existsSync('/proc'))('an output folder elsewhere is named as it is', async () => {
    here.app(TWO_TOPOLOGIES);
    const { err } = await here.weft(['synth', '--output', '/proc/weft-test']);
    expect(err).toMatch(/\n {2}\/proc\/weft-test\n {4}a folder is not there, and this file system lets nobody make it/);
  });

  test('an app that handles its errors itself is left alone', async () => {
    here.app(
      "process.on('uncaughtException', (e) => { console.error('handled', e.message); process.exit(3); }); throw new Error('x');",
    );
    const { code, err } = await here.weft(['synth']);
    expect(code).toBe(2);
    expect(err).toMatch(/handled x\n[^]*exited with code 3/);
  });
});

test('being stopped ends the app and leaves nothing behind', async () => {
  // A folder of its own: others make theirs in the shared one at the same time.
  const temporary = join(here.folder, 'temporary');
  mkdirSync(temporary);
  vi.stubEnv('TMPDIR', temporary);
  here.app(`import { writeFileSync } from 'node:fs';
process.on('SIGTERM', () => { writeFileSync('told', ''); process.exit(0); });
console.log('ready'); await new Promise((end) => setTimeout(end, 60_000));`);
  const stop = new AbortController();
  const { code, err } = await here.weft(['synth'], { signal: stop.signal, err: () => stop.abort() });
  expect({ code, err }).toEqual({ code: 2, err: '' }); // main.ts makes 130 or 143 of it
  expect(existsSync(join(here.folder, 'told'))).toBe(true);
  expect(readdirSync(temporary).filter((name) => name.startsWith('weft-'))).toEqual([]);
}, 30_000);
