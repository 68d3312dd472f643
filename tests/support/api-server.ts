import { execFileSync, spawn } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { Agent, request as httpsRequest } from 'node:https';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { toolPath } from '../../scripts/dev/provision/tools-file.ts';
import { freePort } from './free-port.ts';
import { hasEnded, serverFolder } from './server-folder.ts';
import { until } from './until.ts';

/** A Kubernetes object as it comes out of YAML or JSON. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly resourceVersion?: string;
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}

/** An answer of the API server. */
export interface ApiAnswer {
  readonly status: number;
  readonly text: string;
}

/** What `kubectl` printed and how it ended. */
export interface KubectlResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A real kube-apiserver with an etcd of its own, both on loopback. */
export interface ApiServer {
  readonly url: string;
  /** A token of the group system:masters. */
  readonly token: string;
  /** The certificate that signs the server's, as PEM. */
  readonly certificate: string;
  /** Path of a kubeconfig with the certificate and the token. */
  readonly kubeconfig: string;
  /** The real kubectl against this server. A result that is not 0 is for the caller to judge. */
  kubectl(args: readonly string[], stdin?: string): Promise<KubectlResult>;
  /** One request. A body goes out as it is. */
  request(method: string, path: string, options?: RequestOptions): Promise<ApiAnswer>;
  /** The path of an object, or of its collection, by what the server says of its kind.
   * @throws Error when the server does not know the kind */
  pathOf(object: KubernetesObject): Promise<string>;
  /** Server-side apply as field manager "weft", unknown fields refused. Gives the stored object.
   * @throws ApiRefusal when the server says no */
  apply(object: KubernetesObject, options?: ApplyOptions): Promise<KubernetesObject>;
  /** Reads an object back.
   * @throws ApiRefusal when it is not there */
  read(object: KubernetesObject): Promise<KubernetesObject>;
  /** A kubeconfig of a service account, with the rights that it was given and no others. Makes it if it is not there. */
  kubeconfigOf(serviceAccount: { readonly namespace: string; readonly name: string }): Promise<string>;
  /** What was asked of the server so far, oldest first; only of a server that was started with `audit`. */
  auditEvents(): readonly AuditEvent[];
  /** Ends both processes and removes their folder. */
  stop(): Promise<void>;
}

/** A call as the server's audit log has it: written when it is over. */
export interface AuditEvent {
  readonly verb: string;
  readonly user: { readonly username: string };
  readonly userAgent?: string;
  readonly requestURI: string;
  /** RFC 3339 with microseconds. */
  readonly requestReceivedTimestamp: string;
  readonly stageTimestamp: string;
  readonly objectRef?: {
    readonly resource: string;
    readonly subresource?: string;
    readonly namespace?: string;
    readonly name?: string;
  };
  readonly responseStatus?: { readonly code?: number };
  /** Of changes of VirtualServices only. */
  readonly requestObject?: KubernetesObject;
  readonly responseObject?: KubernetesObject;
}

/** What a request has beside its method and path. */
export interface RequestOptions {
  readonly body?: string;
  /** @default 'application/json' */
  readonly contentType?: string;
  /** @default 'application/json' */
  readonly accept?: string;
}

/** How an object is applied. */
export interface ApplyOptions {
  /** The text to send, when it must be the very bytes of a file.
   * @default - the object as JSON */
  readonly text?: string;
  /** @default false */
  readonly dryRun?: boolean;
}

/** The API server said no. */
export class ApiRefusal extends Error {
  override readonly name = 'ApiRefusal';
  readonly status: number;
  constructor(what: string, answer: ApiAnswer) {
    let message = answer.text;
    try {
      const status: unknown = JSON.parse(answer.text);
      if (typeof status === 'object' && status !== null && 'message' in status) message = String(status.message);
    } catch {
      // A text that is no JSON is the message itself.
    }
    super(`${what}: ${answer.status} ${message}`);
    this.status = answer.status;
  }
}

const JSON_TYPE = 'application/json';

/** The discovery that kubectl reads. */
const DISCOVERY_TYPE = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

const makeCredentials = (folder: string, token: string): void => {
  execFileSync(
    toolPath('openssl'),
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
      ...['-subj', '/CN=weft-test', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost,DNS:kubernetes.default.svc'],
      ...['-keyout', join(folder, 'tls.key'), '-out', join(folder, 'tls.crt')],
    ],
    { stdio: 'ignore' },
  );
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  writeFileSync(join(folder, 'service-accounts.key'), privateKey.export({ type: 'pkcs8', format: 'pem' }), {
    mode: 0o600,
  });
  writeFileSync(join(folder, 'tokens.csv'), `${token},admin,admin,"system:masters"\n`, { mode: 0o600 });
};

interface ResourceKind {
  readonly plural: string;
  readonly namespaced: boolean;
}

export interface ApiServerOptions {
  /** Whether the server knows Istio's kinds. @default true */
  readonly istio?: boolean;
  /** Whether it writes down who asked for what. @default false */
  readonly audit?: boolean;
}

/** Everything is written down once, when it is over; of changes of VirtualServices also what was sent and stored. */
const AUDIT_POLICY = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived', 'ResponseStarted'],
  rules: [
    {
      level: 'RequestResponse',
      verbs: ['update', 'patch'],
      resources: [{ group: 'networking.istio.io', resources: ['virtualservices'] }],
    },
    { level: 'Metadata' },
  ],
};

/** Starts etcd and kube-apiserver, and waits until they answer.
 * @throws Error with the end of their logs when they do not */
export const startApiServer = async (options: ApiServerOptions = {}): Promise<ApiServer> => {
  // A port that was free a moment ago may be taken by now: that is worth another try, and nothing else is.
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOnce(options);
    } catch (error) {
      if (attempt === 3 || !(error instanceof Error && /address already in use/.test(error.message))) throw error;
    }
  }
};

const startOnce = async ({ istio = true, audit = false }: ApiServerOptions): Promise<ApiServer> => {
  const servers = serverFolder('api-server');
  const { path: folder } = servers;
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const stop = async (): Promise<void> => {
    await servers.stop();
    agent.destroy();
  };

  try {
    const token = randomBytes(24).toString('hex');
    makeCredentials(folder, token);
    const [port, clientPort, peerPort] = await Promise.all([freePort(), freePort(), freePort()]);
    const etcd = `http://127.0.0.1:${clientPort}`;
    const auditPolicy = join(folder, 'audit-policy.json');
    const auditLog = join(folder, 'audit.log');
    if (audit) writeFileSync(auditPolicy, JSON.stringify(AUDIT_POLICY));
    const children = new Map([
      [
        'etcd',
        servers.start('etcd', toolPath('etcd'), [
          ...['--data-dir', join(folder, 'etcd'), '--listen-client-urls', etcd, '--advertise-client-urls', etcd],
          ...['--listen-peer-urls', `http://127.0.0.1:${peerPort}`, '--unsafe-no-fsync', '--log-level', 'warn'],
        ]),
      ],
      [
        'kube-apiserver',
        servers.start('kube-apiserver', toolPath('kube-apiserver'), [
          `--etcd-servers=${etcd}`,
          '--bind-address=127.0.0.1',
          '--advertise-address=127.0.0.1',
          // The default endpoint of the Service "kubernetes" may not be a loopback address; there is no pod to use it.
          '--endpoint-reconciler-type=none',
          `--secure-port=${port}`,
          `--tls-cert-file=${join(folder, 'tls.crt')}`,
          `--tls-private-key-file=${join(folder, 'tls.key')}`,
          `--cert-dir=${folder}`,
          `--service-account-key-file=${join(folder, 'service-accounts.key')}`,
          `--service-account-signing-key-file=${join(folder, 'service-accounts.key')}`,
          '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
          '--service-cluster-ip-range=10.96.0.0/16',
          `--token-auth-file=${join(folder, 'tokens.csv')}`,
          '--authorization-mode=RBAC',
          '--allow-privileged=true',
          ...(audit ? [`--audit-policy-file=${auditPolicy}`, `--audit-log-path=${auditLog}`] : []),
        ]),
      ],
    ]);

    const url = `https://127.0.0.1:${port}`;
    const certificate = readFileSync(join(folder, 'tls.crt'), 'utf8');
    const writeKubeconfig = (user: string, userToken: string): string => {
      const file = join(folder, `kubeconfig-${user}.json`);
      const config = {
        apiVersion: 'v1',
        kind: 'Config',
        'current-context': 'weft-test',
        contexts: [{ name: 'weft-test', context: { cluster: 'weft-test', user } }],
        clusters: [{ name: 'weft-test', cluster: { server: url, 'certificate-authority': join(folder, 'tls.crt') } }],
        users: [{ name: user, user: { token: userToken } }],
      };
      writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
      return file;
    };
    const kubeconfig = writeKubeconfig('admin', token);

    const request: ApiServer['request'] = (method, path, { body, contentType = JSON_TYPE, accept = JSON_TYPE } = {}) =>
      new Promise((resolve, reject) => {
        const outgoing = httpsRequest(`${url}${path}`, {
          method,
          agent,
          ca: certificate,
          timeout: 60_000,
          headers: {
            authorization: `Bearer ${token}`,
            accept,
            ...(body === undefined ? {} : { 'content-type': contentType, 'content-length': Buffer.byteLength(body) }),
          },
        });
        outgoing.on('error', reject);
        outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer to ${method} ${path} within 60 s`)));
        outgoing.on('response', (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
          );
        });
        outgoing.end(body);
      });

    const kinds = new Map<string, Map<string, ResourceKind>>();
    const kindOf = async ({ apiVersion, kind }: KubernetesObject): Promise<ResourceKind> => {
      const known = kinds.get(apiVersion)?.get(kind);
      if (known !== undefined) return known;
      const path = groupPath(apiVersion);
      const answer = await request('GET', path);
      if (answer.status !== 200) throw new ApiRefusal(`the server does not know ${apiVersion}`, answer);
      // The server's own answer: an APIResourceList.
      const { resources } = JSON.parse(answer.text) as {
        readonly resources: readonly { readonly name: string; readonly kind: string; readonly namespaced: boolean }[];
      };
      const found = new Map(
        resources
          .filter(({ name }) => !name.includes('/'))
          .map(({ name, kind: of, namespaced }) => [of, { plural: name, namespaced }]),
      );
      kinds.set(apiVersion, found);
      const resource = found.get(kind);
      if (resource === undefined) throw new Error(`the server knows ${apiVersion}, but no kind ${kind} in it`);
      return resource;
    };

    const pathOf = async (object: KubernetesObject): Promise<string> => {
      const { plural, namespaced } = await kindOf(object);
      const { name, namespace = 'default' } = object.metadata;
      return `${groupPath(object.apiVersion)}/${namespaced ? `namespaces/${namespace}/` : ''}${plural}/${encodeURIComponent(name)}`;
    };

    const nameOf = ({ kind, metadata }: KubernetesObject): string =>
      `${kind} ${metadata.namespace ?? '-'}/${metadata.name}`;

    const object = (what: string, answer: ApiAnswer): KubernetesObject => {
      if (answer.status < 200 || answer.status > 299) throw new ApiRefusal(what, answer);
      // A success of the API server on an object's path is that object.
      return JSON.parse(answer.text) as KubernetesObject;
    };

    const apply: ApiServer['apply'] = async (wanted, { text, dryRun = false } = {}) => {
      const query = `fieldManager=weft&force=true&fieldValidation=Strict${dryRun ? '&dryRun=All' : ''}`;
      const body = text ?? JSON.stringify(wanted);
      return object(
        `apply ${nameOf(wanted)}`,
        await request('PATCH', `${await pathOf(wanted)}?${query}`, {
          body,
          contentType: 'application/apply-patch+yaml',
        }),
      );
    };

    const kubectl: ApiServer['kubectl'] = (args, stdin) =>
      new Promise((resolve, reject) => {
        const child = spawn(toolPath('kubectl'), ['--kubeconfig', kubeconfig, ...args], {
          cwd: folder,
          stdio: ['pipe', 'pipe', 'pipe'],
          env: { ...process.env, KUBECONFIG: kubeconfig, HOME: folder },
          timeout: 120_000,
          killSignal: 'SIGKILL',
        });
        const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
        child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
        child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
        child.on('error', reject);
        child.on('close', (code) =>
          resolve({
            code: code ?? 1,
            stdout: Buffer.concat(stdout).toString('utf8'),
            stderr: Buffer.concat(stderr).toString('utf8'),
          }),
        );
        // A kubectl that ends before it has read everything says so by its code.
        child.stdin.on('error', () => undefined);
        child.stdin.end(stdin ?? '');
      });

    await until(
      'the API server is ready',
      { timeoutMs: 60_000, details: () => servers.endOfLog('kube-apiserver') },
      async () => {
        for (const [name, child] of children) {
          if (hasEnded(child))
            throw new Error(`${name} ended (code ${child.exitCode ?? child.signalCode}):\n${servers.endOfLog(name)}`);
        }
        const answer = await request('GET', '/readyz').catch(() => undefined);
        return answer?.status === 200;
      },
    );

    const server: ApiServer = {
      url,
      token,
      certificate,
      kubeconfig,
      kubectl,
      request,
      pathOf,
      apply,
      kubeconfigOf: async ({ namespace, name }) => {
        await apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace, name } });
        const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`;
        const body = JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} });
        const { status } = object(`ask for a token of ${name}`, await request('POST', path, { body }));
        // The server's own answer to a TokenRequest.
        return writeKubeconfig(`${namespace}-${name}`, (status as { readonly token: string }).token);
      },
      auditEvents: () =>
        // A line that is not complete yet ends without a line break.
        (existsSync(auditLog) ? readFileSync(auditLog, 'utf8') : '')
          .split('\n')
          .slice(0, -1)
          .map((line) => JSON.parse(line) as AuditEvent), // the server's own format
      read: async (wanted) => object(`read ${nameOf(wanted)}`, await request('GET', await pathOf(wanted))),
      stop,
    };
    // Every mesh has it; Istio's installation makes it, and mesh-wide policies live there.
    if (istio) await installIstio(server);
    return server;
  } catch (error) {
    await stop();
    throw error;
  }
};

const groupPath = (apiVersion: string): string =>
  apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;

/** The documents of Istio's own CRD file, from the Go module istio.io/api. */
export const istioCrds = (): readonly KubernetesObject[] => {
  const file = join(toolPath('istio-api'), 'kubernetes', 'customresourcedefinitions.gen.yaml');
  return (
    parseAllDocuments(readFileSync(file, 'utf8'))
      // Istio generates the file: every document that is not empty is a CustomResourceDefinition.
      .map((document) => document.toJS() as KubernetesObject | null)
      .filter((document) => document !== null)
  );
};

const installIstio = async (server: ApiServer): Promise<void> => {
  await server.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'istio-system' } });
  const crds = istioCrds();
  await Promise.all(crds.map((crd) => server.apply(crd)));
  // A CRD is served, and then told to clients, some time after it is accepted: until then its objects get 404.
  const served = crds.flatMap((crd) => {
    // The shape of every CustomResourceDefinition.
    const { group, names, versions } = crd['spec'] as {
      readonly group: string;
      readonly names: { readonly plural: string };
      readonly versions: readonly { readonly name: string; readonly served: boolean }[];
    };
    return versions
      .filter((version) => version.served)
      .map(({ name }) => ({
        group,
        version: name,
        plural: names.plural,
        path: `/apis/${group}/${name}/${names.plural}?limit=1`,
      }));
  });
  await Promise.all(
    served.map(({ path }) =>
      until(`${path} is served`, { timeoutMs: 30_000 }, async () => (await server.request('GET', path)).status === 200),
    ),
  );
  await until('discovery lists all of Istio', { timeoutMs: 30_000 }, async () => {
    const answer = await server.request('GET', '/apis', { accept: DISCOVERY_TYPE });
    // The server's own answer, of the type that was asked for.
    const { items } = JSON.parse(answer.text) as Discovery;
    return served.every(({ group, version, plural }) =>
      items
        .find(({ metadata }) => metadata.name === group)
        ?.versions.find((one) => one.version === version)
        ?.resources.some(({ resource }) => resource === plural),
    );
  });
};

interface Discovery {
  readonly items: readonly {
    readonly metadata: { readonly name: string };
    readonly versions: readonly {
      readonly version: string;
      readonly resources: readonly { readonly resource: string }[];
    }[];
  }[];
}
