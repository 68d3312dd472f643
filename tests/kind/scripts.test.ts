import { spawnSync } from 'node:child_process';
import {
  accessSync,
  constants,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';

// What can be said of scripts/kind without a cluster. Every step that talks to one: tests/apiserver/kind-scripts.test.ts.

const FOLDER = fileURLToPath(new URL('../../scripts/kind/', import.meta.url));
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SCRIPTS = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.sh'))
  .sort();
const COMMANDS = SCRIPTS.filter((name) => name !== 'lib.sh');

const scratch = mkdtempSync(join(tmpdir(), 'weft-kind-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const run = (command: string, args: readonly string[], environment: Record<string, string> = {}) => {
  const { status, stdout, stderr } = spawnSync(command, args, {
    encoding: 'utf8',
    env: { ...process.env, HOME: scratch, KUBECONFIG: join(scratch, 'kubeconfig'), ...environment },
    timeout: 20_000,
  });
  return { code: status, stdout, stderr };
};

const script = (name: string, ...args: readonly string[]) => run('bash', [join(FOLDER, name), ...args]);

const isInstalled = (command: string): boolean =>
  (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

test('there are scripts to look at', () => {
  expect(COMMANDS).toEqual(['apply.sh', 'down.sh', 'images.sh', 'prune.sh', 'up.sh', 'wait.sh']);
});

test('shellcheck has nothing to say', (context) => {
  if (!isInstalled('shellcheck')) {
    const reason = 'shellcheck is not installed: apt-get install shellcheck';
    if (process.env['CI'] === 'true') throw new Error(reason);
    context.skip(reason);
  }
  expect(
    run('shellcheck', ['--external-sources', '--source-path=SCRIPTDIR', ...SCRIPTS.map((name) => join(FOLDER, name))]),
  ).toEqual({
    code: 0,
    stdout: '',
    stderr: '',
  });
});

describe.each(COMMANDS)('%s', (name) => {
  test('stops at the first failure and can be started', () => {
    expect(readFileSync(join(FOLDER, name), 'utf8')).toContain('\nset -euo pipefail\n');
    accessSync(join(FOLDER, name), constants.X_OK);
  });

  test('--help says what it does, and the README knows it', () => {
    const { code, stdout, stderr } = script(name, '--help');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`scripts/kind/${name}`);
    expect(readFileSync(join(FOLDER, 'README.md'), 'utf8')).toContain(`scripts/kind/${name}`);
  });

  test('an unknown flag is wrong usage', () => {
    expect(script(name, '--no-such-flag')).toMatchObject({ code: 2, stdout: '' });
    expect(script(name, '--no-such-flag').stderr).toContain('"--no-such-flag"');
  });
});

test.each([
  ['apply.sh', ['--context'], '--context needs a value'],
  ['apply.sh', [], 'which folder?'],
  ['apply.sh', ['a', 'b'], 'not "a" and "b"'],
  ['apply.sh', ['/no/such/folder'], '/no/such/folder is no folder'],
  ['apply.sh', ['--timeout', 'soon', FOLDER], 'not "soon"'],
  ['wait.sh', ['--timeout', '0', FOLDER], 'not "0"'],
  ['wait.sh', [scratch], 'holds no *.yaml'],
  ['prune.sh', [], 'which folder?'],
  ['images.sh', ['/no/such/folder'], 'is no folder'],
  ['up.sh', ['--name'], '--name needs a value'],
  ['down.sh', ['--name', ''], '--name needs a value'],
])('%s %j is wrong usage', (name, args, message) => {
  const { code, stdout, stderr } = script(name, ...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(message);
});

describe('images.sh', () => {
  const leaf = (name: string, ...images: readonly string[]): string => {
    const folder = join(scratch, name);
    mkdirSync(folder);
    writeFileSync(join(folder, 'a.k8s.yaml'), images.map((image) => `      - image: ${image}\n`).join(''));
    return folder;
  };

  test('says clearly what is not there to build from', () => {
    const { code, stderr } = script(
      'images.sh',
      '--list',
      leaf('missing', 'weft-shop/no-such-service:v1', 'postgres:15'),
    );
    expect(code).toBe(1);
    expect(stderr).toContain('weft-shop/no-such-service:v1: there is no apps/no-such/main.ts');
    expect(stderr).not.toContain('postgres');
  });

  test('does not build what only a registry can serve', () => {
    const { code, stderr } = script(
      'images.sh',
      '--list',
      leaf('digest', `weft-shop/order-service:v1@sha256:${'0'.repeat(64)}`),
    );
    expect(code).toBe(2);
    expect(stderr).toContain('by digest');
  });

  test('does not call a folder without our images done', () => {
    expect(script('images.sh', '--list', leaf('foreign', 'postgres:15'))).toMatchObject({ code: 1 });
  });
});

describe('with programs that only write down how they were called', () => {
  // kind, docker and istioctl need a container engine; this shows that the scripts run to their end, and what they ask for.
  const calls = (clusters: string, name: string, args: readonly string[]) => {
    const bin = mkdtempSync(join(scratch, 'bin-'));
    const log = join(bin, 'log');
    const answers: Record<string, string> = {
      kind: `[ "$1 $2" != "get clusters" ] || echo "${clusters}"`,
      istioctl: '[ "$1" != version ] || echo "client version: 1.31.1"',
      docker: '',
      kubectl: '',
    };
    for (const [command, answer] of Object.entries(answers)) {
      writeFileSync(join(bin, command), `#!/bin/sh\necho ${command} "$@" >> ${log}\n${answer}\n`, { mode: 0o755 });
    }
    const result = run('bash', [join(FOLDER, name), ...args], { PATH: [bin, process.env['PATH']].join(delimiter) });
    return { ...result, log: readFileSync(log, 'utf8').trim().split('\n') };
  };

  test('up.sh makes a cluster only when there is none', () => {
    const fresh = calls('other', 'up.sh', ['--name', 'demo', '--registry-only']);
    expect(fresh.code, fresh.stderr).toBe(0);
    expect(fresh.log).toContain(`kind create cluster --name demo --config ${join(FOLDER, 'kind.yaml')} --wait 120s`);
    expect(fresh.log).toContain(
      `istioctl --context kind-demo install --skip-confirmation -f ${join(FOLDER, 'istio.yaml')} ` +
        '--set meshConfig.outboundTrafficPolicy.mode=REGISTRY_ONLY',
    );
    expect(fresh.log).toContainEqual(expect.stringMatching(/^kubectl --context kind-demo apply .*prometheus\.yaml$/));

    const again = calls('demo', 'up.sh', ['--name', 'demo', '--no-prometheus']);
    expect(again.code, again.stderr).toBe(0);
    expect(again.log.join('\n')).not.toMatch(/create cluster|prometheus|REGISTRY_ONLY/);
  });

  test('up.sh --context makes no cluster', () => {
    const { code, stderr, log } = calls('', 'up.sh', ['--context', 'mine', '--no-prometheus']);
    expect(code, stderr).toBe(0);
    expect(log.join('\n')).not.toContain('kind ');
    expect(log).toContainEqual(expect.stringMatching(/^istioctl --context mine install /));
  });

  test('images.sh builds every image of the folder from the one Dockerfile, and loads it', () => {
    const { code, stderr, log } = calls('demo', 'images.sh', ['--name', 'demo', 'dist/microservices/dev']);
    expect(code, stderr).toBe(0);
    expect(log.filter((line) => line.startsWith('docker'))).toHaveLength(7);
    expect(log).toContain(
      `docker build --tag weft-shop/order-service:2.0.0 --file ${join(ROOT, 'apps/Dockerfile')} ` +
        `--build-arg SERVICE=order --build-arg VERSION=2.0.0 ${ROOT.replace(/\/$/, '')}`,
    );
    expect(log).toContain('kind load docker-image --name demo weft-shop/api-gateway:1.0.0');
  });

  test('down.sh deletes the cluster that it is told, and no other', () => {
    const there = calls('other\ndemo', 'down.sh', ['--name', 'demo']);
    expect(there.log).toEqual(['kind get clusters', 'kind delete cluster --name demo']);
    const gone = calls('demonstration', 'down.sh', ['--name', 'demo']);
    expect({ code: gone.code, log: gone.log }).toEqual({ code: 0, log: ['kind get clusters'] });
  });
});

test('without the tools, up.sh says which one is missing and where it comes from', () => {
  const bin = join(scratch, 'bin');
  mkdirSync(bin);
  const { code, stderr } = run('/bin/bash', [join(FOLDER, 'up.sh')], {
    PATH: `${bin}${delimiter}/usr/bin${delimiter}/bin`,
    WEFT_KIND_CLUSTER: 'weft-test',
  });
  expect(code).toBe(3);
  expect(stderr).toMatch(/the command istioctl is not on PATH. Get it from https:/);
});
