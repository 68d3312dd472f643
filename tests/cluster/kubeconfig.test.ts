import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { apiClient } from '../../scripts/cluster/api-client.ts';
import { KubeconfigError, loadKubeconfig, type ClusterAccess } from '../../scripts/cluster/kubeconfig.ts';
import { faultyServer } from '../metrics/faulty-server.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weft-kubeconfig-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, content: unknown): string => {
  const file = join(folder, name);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, typeof content === 'string' ? content : stringify(content));
  return file;
};

/** A kubeconfig with one cluster, one user and one context. */
const config = (name: string, { user = {}, cluster = {}, context = {} } = {}) => ({
  apiVersion: 'v1',
  kind: 'Config',
  'current-context': name,
  clusters: [{ name, cluster: { server: `https://${name}.example:6443/`, ...cluster } }],
  users: [{ name: `${name}-admin`, user: { token: `token of ${name}`, ...user } }],
  contexts: [{ name, context: { cluster: name, user: `${name}-admin`, ...context } }],
});

const load = (env: Record<string, string> = {}, options: { file?: string; context?: string } = {}): ClusterAccess =>
  loadKubeconfig({ ...options, env, cwd: folder, serviceAccountFolder: join(folder, 'account') });

const refusal = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof KubeconfigError) return error.message.replaceAll(folder, '…');
    throw error;
  }
  throw new Error('it was accepted');
};

/** Any call. */
const ASK = {
  method: 'GET',
  path: '/version',
  what: 'ask',
  verb: 'get',
  resource: 'version',
  object: { kind: 'Version', namespace: '', name: '' },
} as const;

/** What a request to the API server would carry. */
const headers = async ({ config: of }: ClusterAccess): Promise<Record<string, unknown>> => {
  const options: { headers?: Record<string, unknown> } = {};
  await of.applyToHTTPSOptions(options);
  return options.headers ?? {};
};

describe('where it is found', () => {
  test('a named file, then KUBECONFIG, then the home folder, then the pod', () => {
    write('named', config('named'));
    write('listed', config('listed'));
    write('home/.kube/config', config('home'));
    write('account/token', 'secret\n');
    write('account/ca.crt', 'a certificate');
    write('account/namespace', 'shop\n');
    const pod = { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '443' };
    const home = { ...pod, HOME: join(folder, 'home') };
    const listed = { ...home, KUBECONFIG: 'listed' };
    expect(load(listed, { file: 'named' })).toMatchObject({ context: 'named', server: 'https://named.example:6443' });
    expect(load(listed)).toMatchObject({ context: 'listed', namespace: 'default', user: 'listed-admin' });
    expect(load(home)).toMatchObject({ context: 'home', from: join(folder, 'home/.kube/config') });
    expect(load(pod)).toMatchObject({
      from: 'the service account of this pod',
      server: 'https://[fd00::1]:443',
      namespace: 'shop',
    });
  });

  test('of several files the first that has a name counts, and some may not be there', () => {
    write('one', { ...config('one'), 'current-context': undefined });
    write('two', { ...config('one', { cluster: { server: 'https://other.example' } }), 'current-context': 'three' });
    write('three', config('three'));
    const env = { KUBECONFIG: ['one', 'none', 'two', 'three'].join(delimiter) };
    expect(load(env)).toMatchObject({ context: 'three', server: 'https://three.example:6443' });
    expect(load(env, { context: 'one' })).toMatchObject({ server: 'https://one.example:6443' });
  });
});

describe('who we are', () => {
  test('a token, a token file, a plugin beside the file, somebody to impersonate', async () => {
    const token = load({}, { file: write('token', config('token')) });
    expect(await headers(token)).toEqual({ Authorization: 'Bearer token of token' });

    write('configs/secret', 'from a file');
    const file = load({}, { file: write('configs/file', config('file', { user: { tokenFile: 'secret' } })) });
    expect(await headers(file)).toEqual({ Authorization: 'Bearer from a file' });

    const status = JSON.stringify({ kind: 'ExecCredential', status: { token: 'from a plugin' } });
    chmodSync(write('configs/plugin', `#!/bin/sh\necho '${status}'\n`), 0o755);
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: './plugin' };
    const plugin = load({}, { file: write('configs/exec', config('exec', { user: { token: undefined, exec } })) });
    expect(await headers(plugin)).toEqual({ Authorization: 'Bearer from a plugin' });

    // It is told what kubectl tells it: about the cluster only if it asks for that.
    const asks = { ...exec, command: './told', env: [{ name: 'TEAM', value: 'shop' }] };
    const told = `printf '{"status":{"token":"%s"}}' "$(printf '%s %s' "$TEAM" "$KUBERNETES_EXEC_INFO" | base64 | tr -d '\\n')"`;
    chmodSync(write('configs/told', `#!/bin/sh\n${told}\n`), 0o755);
    for (const provideClusterInfo of [false, true]) {
      const user = { token: undefined, exec: { ...asks, provideClusterInfo } };
      const extensions = [{ name: 'client.authentication.k8s.io/exec', extension: { audience: 'a' } }];
      const cluster = { extensions, 'certificate-authority-data': 'Q0E=' };
      const { Authorization } = await headers(
        load({}, { file: write('configs/told.yaml', config('told', { user, cluster })) }),
      );
      const [team = '', info = ''] = Buffer.from(String(Authorization).slice('Bearer '.length), 'base64')
        .toString()
        .split(/ (.*)/s);
      expect(team).toBe('shop');
      expect(JSON.parse(info)).toEqual({
        kind: 'ExecCredential',
        apiVersion: exec.apiVersion,
        spec: {
          interactive: false,
          ...(provideClusterInfo && {
            cluster: {
              server: expect.stringContaining('told') as unknown,
              'certificate-authority-data': 'Q0E=',
              config: { audience: 'a' },
            },
          }),
        },
      });
    }

    const as = load({}, { file: write('as', config('as', { user: { as: 'robot', 'as-groups': ['machines'] } })) });
    expect(await headers(as)).toMatchObject({ 'Impersonate-User': 'robot' });
    expect(as.impersonateGroups).toEqual(['machines']);
  });

  test.each([
    { name: 'is not there', script: undefined, says: 'come from the command "PLUGIN", which is not there. Install it' },
    {
      name: 'fails',
      script: 'echo "who are you?" >&2; exit 3',
      says: 'come from the command "PLUGIN", which failed: who are you?',
    },
    { name: 'says rubbish', script: 'echo hello', says: 'which prints no credentials' },
    { name: 'says something else', script: 'echo "{}"', says: 'which prints no credentials' },
    { name: 'hangs', script: 'sleep 5', says: 'no answer within 0.5 s' },
  ])('a plugin that $name', async ({ script, says }) => {
    const command = join(folder, 'plugin');
    if (script !== undefined) chmodSync(write('plugin', `#!/bin/sh\n${script}\n`), 0o755);
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command, installHint: 'Install it' };
    const access = load({}, { file: write('exec', config('exec', { user: { token: undefined, exec } })) });
    const answer = await apiClient(access, { timeoutMs: 500 }).call({ ...ASK, signal: new AbortController().signal });
    expect(answer).toMatchObject({ ok: false });
    expect(answer.ok ? '' : answer.failure.message).toContain(says.replace('PLUGIN', command));
  });
});

test('a plugin is run once, until the server no longer accepts what it said', async () => {
  const ran = (): number => readFileSync(join(folder, 'ran'), 'utf8').length;
  write('ran', '');
  // The answer says nothing of how long it is good.
  const script = `printf x >> ran; [ -e slow ] && exec sleep 5; printf '{"status":{"token":"%s"}}' "$(wc -c < ran | tr -d ' ')"`;
  chmodSync(write('plugin', `#!/bin/sh\ncd ${folder}\n${script}\n`), 0o755);
  let accepted = 'Bearer 1';
  const server = await faultyServer(({ headers: { authorization } }, response) =>
    response.writeHead(authorization === accepted ? 200 : 401).end('{}'),
  );
  const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: join(folder, 'plugin') };
  const file = write(
    'once',
    config('once', { user: { token: undefined, exec }, cluster: { server: server.url.href } }),
  );
  const client = apiClient(load({}, { file }), { reload: () => load({}, { file }), timeoutMs: 500 });
  const call = () => client.call({ ...ASK, signal: new AbortController().signal });
  try {
    for (const answer of await Promise.all([call(), call(), call()])) expect(answer).toMatchObject({ ok: true });
    expect([(await call()).ok, ran()]).toEqual([true, 1]);
    accepted = 'Bearer 2';
    expect([(await call()).ok, (await call()).ok, ran()]).toEqual([true, true, 2]);
    // One that hangs is not waited for twice.
    accepted = 'Bearer 4';
    write('slow', '');
    expect(await call()).toMatchObject({ ok: false, failure: { type: 'timed-out' } });
    rmSync(join(folder, 'slow'));
    expect([(await call()).ok, ran()]).toEqual([true, 4]);
  } finally {
    client.close();
    await server.close();
  }
});

describe('what is wrong', () => {
  test('nothing anywhere', () => {
    expect(refusal(() => load({ HOME: join(folder, 'home') }))).toBe(
      'No cluster is configured: KUBECONFIG is not set, …/home/.kube/config does not exist, and this is no pod with a service account. ' +
        'Name a file with --kubeconfig, or set KUBECONFIG.',
    );
    expect(refusal(() => load({ KUBECONFIG: 'gone' }))).toContain(
      'KUBECONFIG is "gone", and none of its files is there',
    );
  });

  const one = config('one');
  test.each([
    { name: 'no file', content: undefined, says: 'The kubeconfig …/file does not exist.' },
    { name: 'no YAML', content: 'a: [', says: 'The kubeconfig …/file is no YAML: Flow sequence in block collection' },
    { name: 'nothing in it', content: '', says: 'The kubeconfig …/file is empty.' },
    { name: 'a text', content: 'hello', says: 'The kubeconfig …/file is no mapping.' },
    { name: 'a list that is none', content: { ...one, users: 'me' }, says: 'The kubeconfig …/file: users is no list.' },
    { name: 'an entry without a name', content: { ...one, users: [{ user: {} }] }, says: 'users[0].name is missing.' },
    {
      name: 'no context at all',
      content: {},
      says: 'has no current context. Choose one with --context: there is none.',
    },
    { name: 'no current context', content: { ...one, 'current-context': '' }, says: 'Choose one with --context: one.' },
    { name: 'an unknown context', content: one, context: 'two', says: '…/file has no context "two". There is: one.' },
    {
      name: 'a context of no cluster',
      content: { ...one, clusters: [] },
      says: 'is of a cluster "one", which is not there.',
    },
    {
      name: 'a context of no user',
      content: { ...one, users: [] },
      says: 'is of a user "one-admin", which is not there.',
    },
    {
      name: 'no URL',
      content: config('one', { cluster: { server: 'here' } }),
      says: 'has no server that is a URL, but "here".',
    },
    {
      name: 'a certificate that is not there',
      content: config('one', { cluster: { 'certificate-authority': 'ca.crt' } }),
      says: 'certificate-authority of the cluster "one" cannot be read: ENOENT',
    },
    {
      name: 'a key that is not there',
      content: config('one', { user: { 'client-key': 'my.key' } }),
      says: 'client-key of the user "one-admin" cannot be read: ENOENT',
    },
  ])('$name', ({ content, context, says }) => {
    const file = content === undefined ? join(folder, 'file') : write('file', content);
    expect(refusal(() => load({}, { file, ...(context !== undefined && { context }) }))).toContain(says);
  });

  test('an entry that nobody uses may be broken', () => {
    const file = write('file', { ...one, users: [...one.users, { name: 'other', user: { 'client-key': 'gone' } }] });
    expect(load({}, { file }).user).toBe('one-admin');
  });
});
