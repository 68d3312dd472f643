import { accessSync, constants, readFileSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join, resolve } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { parseDocument } from 'yaml';
import { environmentProxy } from './environment-proxy.ts';

/** Where to look for a cluster. */
export interface KubeconfigOptions {
  /** A file, as `--kubeconfig` names it: then no other place is looked at. */
  readonly file?: string | undefined;
  /** A context of it, as `--context` names it. @default - the current context */
  readonly context?: string | undefined;
  /** KUBECONFIG, HOME, and in a pod KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder that relative names of files start from. */
  readonly cwd: string;
  /** Folder with the service account of a pod. */
  readonly serviceAccountFolder?: string;
}

/** A cluster, and who we are there. */
export interface ClusterAccess {
  readonly config: KubeConfig;
  /** Where this was read from, in words for messages. */
  readonly from: string;
  readonly context: string;
  readonly server: string;
  /** Name of the user in the kubeconfig. */
  readonly user: string;
  /** Namespace of the context. */
  readonly namespace: string;
  /** Groups to impersonate besides the user: the client library knows the user only. */
  readonly impersonateGroups: readonly string[];
}

/** No cluster can be told from the configuration that is there. */
export class KubeconfigError extends Error {
  override readonly name = 'KubeconfigError';
}

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * Finds out which cluster is meant, in kubectl's order: a named file, the files of KUBECONFIG, ~/.kube/config, and the
 * service account of the pod that this runs in.
 * @throws KubeconfigError that says what is wrong, and where
 */
export function loadKubeconfig(options: KubeconfigOptions): ClusterAccess {
  const files = filesOf(options);
  if (files.length > 0) return accessOf(merge(files), files.join(', '), options);
  const folder = options.serviceAccountFolder ?? SERVICE_ACCOUNT;
  if (options.env['KUBERNETES_SERVICE_HOST'] !== undefined && isThere(join(folder, 'token')))
    return accessOf(serviceAccount(options.env, folder), 'the service account of this pod', options);
  throw new KubeconfigError(
    `No cluster is configured: KUBECONFIG is ${options.env['KUBECONFIG'] ? `"${options.env['KUBECONFIG']}", and none of its files is there` : 'not set'}, ` +
      `${homeFile(options.env) ?? '~/.kube/config'} does not exist, and this is no pod with a service account. ` +
      'Name a file with --kubeconfig, or set KUBECONFIG.',
  );
}

/** A kubeconfig as it is written; of what it holds we look at some and the client library at the rest. */
interface Kubeconfig {
  readonly currentContext: string | undefined;
  readonly clusters: ReadonlyMap<string, Fields>;
  readonly users: ReadonlyMap<string, Fields>;
  readonly contexts: ReadonlyMap<string, Fields>;
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const textOf = (fields: Fields, name: string): string | undefined => {
  const value = fields[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
};

const homeFile = (env: KubeconfigOptions['env']): string | undefined => {
  const home = env['HOME'] || env['USERPROFILE'];
  return home ? join(home, '.kube', 'config') : undefined;
};

function filesOf({ file, env, cwd }: KubeconfigOptions): readonly string[] {
  if (file !== undefined) return [resolve(cwd, file)];
  const listed = (env['KUBECONFIG'] ?? '').split(delimiter).filter((name) => name !== '');
  // As kubectl does: of several files some may not be there yet.
  if (listed.length > 0) return listed.map((name) => resolve(cwd, name)).filter(isThere);
  const home = homeFile(env);
  return home !== undefined && isThere(home) ? [home] : [];
}

const isThere = (file: string): boolean => {
  try {
    accessSync(file, constants.F_OK);
    return true;
  } catch {
    return false;
  }
};

/** Of each name the first file's entry counts, and the first file that names a current context. */
function merge(files: readonly string[]): Kubeconfig {
  const read = files.map(readOne);
  const first = (of: 'clusters' | 'users' | 'contexts'): ReadonlyMap<string, Fields> =>
    new Map([...read].reverse().flatMap((config) => [...config[of]]));
  return {
    currentContext: read.find(({ currentContext }) => currentContext !== undefined)?.currentContext,
    clusters: first('clusters'),
    users: first('users'),
    contexts: first('contexts'),
  };
}

/** Fields of a kubeconfig that hold a path, relative to the file's own folder. */
const PATHS = ['certificate-authority', 'client-certificate', 'client-key', 'tokenFile'];

function readOne(file: string): Kubeconfig {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    throw new KubeconfigError(
      code === 'ENOENT'
        ? `The kubeconfig ${file} does not exist. Name another one with --kubeconfig, or set KUBECONFIG.`
        : `The kubeconfig ${file} cannot be read: ${wordsOf(error)}.`,
      { cause: error },
    );
  }
  const document = parseDocument(text);
  const [broken] = document.errors;
  if (broken !== undefined)
    throw new KubeconfigError(`The kubeconfig ${file} is no YAML: ${broken.message.split('\n')[0]}`);
  const config: unknown = document.toJS();
  if (!isFields(config))
    throw new KubeconfigError(`The kubeconfig ${file} is ${config === null ? 'empty' : 'no mapping'}.`);
  const named = (list: string, entry: string): ReadonlyMap<string, Fields> => {
    const items: unknown = config[list] ?? [];
    if (!Array.isArray(items)) throw new KubeconfigError(`The kubeconfig ${file}: ${list} is no list.`);
    return new Map(
      items.map((item: unknown, index) => {
        const name = isFields(item) ? textOf(item, 'name') : undefined;
        if (name === undefined) throw new KubeconfigError(`The kubeconfig ${file}: ${list}[${index}].name is missing.`);
        const value: unknown = isFields(item) ? item[entry] : undefined;
        return [name, absolute(isFields(value) ? value : {}, dirname(file))];
      }),
    );
  };
  return {
    currentContext: textOf(config, 'current-context'),
    clusters: named('clusters', 'cluster'),
    users: named('users', 'user'),
    contexts: named('contexts', 'context'),
  };
}

const absolute = (fields: Fields, folder: string): Fields => {
  const paths = PATHS.flatMap((name) => {
    const path = textOf(fields, name);
    return path === undefined ? [] : [[name, isAbsolute(path) ? path : join(folder, path)]];
  });
  const exec = fields['exec'];
  const command = isFields(exec) ? textOf(exec, 'command') : undefined;
  // As kubectl does: a command with a separator is a path beside the file, any other is looked up in PATH.
  const plugin =
    isFields(exec) && command !== undefined && /[\\/]/.test(command)
      ? { exec: { ...exec, command: resolve(folder, command) } }
      : {};
  return { ...fields, ...Object.fromEntries(paths), ...plugin };
};

function serviceAccount(env: KubeconfigOptions['env'], folder: string): Kubeconfig {
  const host = env['KUBERNETES_SERVICE_HOST'] ?? '';
  const port = env['KUBERNETES_SERVICE_PORT'] ?? '443';
  const namespace = join(folder, 'namespace');
  return {
    currentContext: 'pod',
    clusters: new Map([
      [
        'pod',
        {
          server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
          'certificate-authority': join(folder, 'ca.crt'),
        },
      ],
    ]),
    users: new Map([['service account', { tokenFile: join(folder, 'token') }]]),
    contexts: new Map([
      [
        'pod',
        {
          cluster: 'pod',
          user: 'service account',
          ...(isThere(namespace) && { namespace: readFileSync(namespace, 'utf8').trim() }),
        },
      ],
    ]),
  };
}

function accessOf(
  kubeconfig: Kubeconfig,
  from: string,
  { context: wanted, env }: Pick<KubeconfigOptions, 'context' | 'env'>,
): ClusterAccess {
  const context = wanted ?? kubeconfig.currentContext;
  const contexts = [...kubeconfig.contexts.keys()].sort();
  if (context === undefined)
    throw new KubeconfigError(
      `${from} has no current context. Choose one with --context: ${contexts.join(', ') || 'there is none'}.`,
    );
  const chosen = kubeconfig.contexts.get(context);
  if (chosen === undefined)
    throw new KubeconfigError(`${from} has no context "${context}". There is: ${contexts.join(', ') || 'none'}.`);
  const clusterName = textOf(chosen, 'cluster') ?? '';
  const cluster = kubeconfig.clusters.get(clusterName);
  if (cluster === undefined)
    throw new KubeconfigError(
      `${from}: the context "${context}" is of a cluster "${clusterName}", which is not there.`,
    );
  const userName = textOf(chosen, 'user') ?? '';
  const user = kubeconfig.users.get(userName);
  if (user === undefined && userName !== '')
    throw new KubeconfigError(`${from}: the context "${context}" is of a user "${userName}", which is not there.`);
  const server = textOf(cluster, 'server');
  if (server === undefined || !URL.canParse(server))
    throw new KubeconfigError(
      `${from}: the cluster "${clusterName}" has no server that is a URL${server === undefined ? '' : `, but "${server}"`}.`,
    );
  for (const [owner, fields] of [
    [`cluster "${clusterName}"`, cluster],
    [`user "${userName}"`, user ?? {}],
  ] as const)
    for (const name of PATHS) mustBeReadable(textOf(fields, name), `${from}: ${name} of the ${owner}`);
  const proxy = textOf(cluster, 'proxy-url') ?? environmentProxy(new URL(server), env);
  const reached = { ...cluster, ...(proxy !== undefined && { 'proxy-url': proxy }) };
  return {
    config: clientConfig({ context, chosen, clusterName, cluster: reached, userName, user: user ?? {} }),
    from,
    context,
    server: server.replace(/\/$/, ''),
    user: userName,
    namespace: textOf(chosen, 'namespace') ?? 'default',
    impersonateGroups: groupsOf(user ?? {}),
  };
}

const groupsOf = (user: Fields): readonly string[] => {
  const groups = user['as-groups'];
  return Array.isArray(groups) ? groups.filter((group) => typeof group === 'string') : [];
};

const mustBeReadable = (file: string | undefined, what: string): void => {
  if (file === undefined) return;
  try {
    accessSync(file, constants.R_OK);
  } catch (error) {
    throw new KubeconfigError(`${what} cannot be read: ${wordsOf(error)}.`, { cause: error });
  }
};

interface Chosen {
  readonly context: string;
  readonly chosen: Fields;
  readonly clusterName: string;
  readonly cluster: Fields;
  readonly userName: string;
  readonly user: Fields;
}

/** Only what was chosen goes to the client library: an entry that nobody uses may be broken. */
function clientConfig({ context, chosen, clusterName, cluster, userName, user }: Chosen): KubeConfig {
  const tokenFile = textOf(user, 'tokenFile');
  const isPlain = textOf(cluster, 'server')?.startsWith('http:') ?? false;
  const config = new KubeConfig();
  // JSON is YAML.
  config.loadFromString(
    JSON.stringify({
      'current-context': context,
      contexts: [{ name: context, context: { ...chosen, user: userName || 'nobody' } }],
      // Without TLS there is no certificate to look at; the library wants that said.
      clusters: [{ name: clusterName, cluster: { ...cluster, ...(isPlain && { 'insecure-skip-tls-verify': true }) } }],
      users: [
        {
          name: userName || 'nobody',
          // The library reads a token file again and again, as its content changes, only by this older way to name it.
          user: {
            ...user,
            ...(isFields(user['exec']) && { exec: informed(user['exec'], cluster) }),
            ...(tokenFile !== undefined && {
              token: undefined,
              'auth-provider': { name: 'tokenFile', config: { tokenFile } },
            }),
          },
        },
      ],
    }),
  );
  return config;
}

/**
 * A plugin with KUBERNETES_EXEC_INFO in its environment, which the client library leaves out and some plugins cannot do
 * without. Source: https://kubernetes.io/docs/reference/access-authn-authz/authentication/#input-and-output-formats
 */
function informed(exec: Fields, cluster: Fields): Fields {
  const { env, apiVersion, provideClusterInfo } = exec;
  const file = textOf(cluster, 'certificate-authority');
  const data = textOf(cluster, 'certificate-authority-data') ?? (file && readFileSync(file).toString('base64'));
  const given = {
    server: cluster['server'],
    'tls-server-name': cluster['tls-server-name'],
    'insecure-skip-tls-verify': cluster['insecure-skip-tls-verify'],
    'certificate-authority-data': data,
    'proxy-url': cluster['proxy-url'],
    config: extensionOf(cluster, 'client.authentication.k8s.io/exec'),
  };
  // Nobody is asked anything: a run goes on without whoever began it.
  const spec = { interactive: false, ...(provideClusterInfo === true && { cluster: given }) };
  const info = { name: EXEC_INFO, value: JSON.stringify({ kind: 'ExecCredential', apiVersion, spec }) };
  return { ...exec, env: [...(Array.isArray(env) ? (env as readonly unknown[]) : []), info] };
}

const EXEC_INFO = 'KUBERNETES_EXEC_INFO';

/** What a cluster's entry has under a name of its `extensions`. */
function extensionOf(cluster: Fields, name: string): unknown {
  const { extensions } = cluster;
  const all: readonly unknown[] = Array.isArray(extensions) ? extensions : [];
  return all.filter(isFields).find((one) => one['name'] === name)?.['extension'];
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message.replace(/\.$/, '') : String(error));
