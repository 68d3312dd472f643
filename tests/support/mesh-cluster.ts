import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** How a command ended, and what it printed. */
export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A pod by its full name. */
export interface PodName {
  readonly namespace: string;
  readonly name: string;
}

/** An HTTP request, as a program in a pod would send it. The path goes out byte for byte. */
export interface MeshRequest {
  /** @default 'GET' */
  readonly method?: string;
  /** Name that is asked for: Host header and, with TLS, SNI. */
  readonly host: string;
  /** @default - 80, with TLS 443 */
  readonly port?: number;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Certificates are not checked. @default false */
  readonly tls?: boolean;
  /** Where to connect to. @default - `host` */
  readonly connectTo?: string;
  /** @default 30000 */
  readonly timeoutMs?: number;
}

/** What came back: a status, or the error of the connection (`ECONNRESET`, `ENOTFOUND`, `TIMEOUT`). */
export interface MeshAnswer {
  readonly status: number | null;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly text: string;
  readonly error: string | null;
  readonly milliseconds: number;
}

/** How a batch of requests is sent. */
export interface SendOptions {
  /** Requests under way at once. @default 8 */
  readonly concurrency?: number;
  /** @default - as fast as it goes */
  readonly perSecond?: number;
}

/** A Kubernetes cluster with Istio, its pods reached through kubectl or something quicker. */
export interface MeshCluster {
  /** What containers run: `echo` answers every request with 200 and tells what it got; `images` are the real ones. */
  readonly runs: 'echo' | 'images';
  /** kubectl against this cluster. A code that is not 0 is for the caller to judge. */
  kubectl(args: readonly string[], stdin?: string): Promise<CommandResult>;
  /** Sends requests from inside a pod, so through its sidecar. One call is one process there, however many they are. */
  send(from: PodName, requests: readonly MeshRequest[], options?: SendOptions): Promise<readonly MeshAnswer[]>;
  /** Gives back what was taken. */
  stop(): Promise<void>;
}

/** Runs a command to its end.
 * @throws Error when it cannot be started */
export const run = (
  command: readonly [string, ...string[]],
  options: { readonly stdin?: string; readonly env?: NodeJS.ProcessEnv; readonly cwd?: string } = {},
): Promise<CommandResult> =>
  new Promise((resolve, reject) => {
    const [program, ...args] = command;
    const child = spawn(program, args, { stdio: 'pipe', env: options.env ?? process.env, cwd: options.cwd });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 128, stdout, stderr }));
    // A program that does not read its input is not our failure; its code says what is.
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.stdin ?? '');
  });

const SENDER = readFileSync(new URL('../live/send-requests.mjs', import.meta.url), 'utf8');

/** Sends requests by a Node program that `inPod` starts where it should run.
 * @throws Error with the program's own words when it gives no answers */
export const sendBy = async (
  inPod: (node: readonly string[], stdin: string) => Promise<CommandResult>,
  requests: readonly MeshRequest[],
  { concurrency = 8, perSecond }: SendOptions = {},
): Promise<readonly MeshAnswer[]> => {
  if (requests.length === 0) return [];
  const { code, stdout, stderr } = await inPod(
    ['--input-type=module', '-e', SENDER],
    JSON.stringify({ requests, concurrency, perSecond }),
  );
  if (code !== 0) throw new Error(`no requests could be sent (code ${code}): ${stderr.trim() || stdout.trim()}`);
  // Printed by send-requests.mjs, one answer a request.
  return JSON.parse(stdout) as readonly MeshAnswer[];
};

/** Any cluster by kubeconfig, such as kind: its pods are reached by `kubectl exec`, so the container needs Node.
 * `kubectl` is the command with all that it needs to find the cluster. */
export const kubectlCluster = (
  kubectl: readonly [string, ...string[]],
  { container = 'app', runs = 'images' }: { readonly container?: string; readonly runs?: MeshCluster['runs'] } = {},
): MeshCluster => ({
  runs,
  kubectl: (args, stdin) => run([...kubectl, ...args], stdin === undefined ? {} : { stdin }),
  send: ({ namespace, name }, requests, options) =>
    sendBy(
      (node, stdin) =>
        run([...kubectl, 'exec', '-i', '-n', namespace, name, '-c', container, '--', 'node', ...node], { stdin }),
      requests,
      options,
    ),
  stop: () => Promise.resolve(),
});

/** kubectl that must succeed.
 * @throws Error with what kubectl said */
export const kubectl = async (cluster: MeshCluster, args: readonly string[], stdin?: string): Promise<string> => {
  const { code, stdout, stderr } = await cluster.kubectl(args, stdin);
  if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr.trim() || stdout.trim()}`);
  return stdout;
};

/** Applies objects, as YAML or as values. Istio's webhooks judge them.
 * @throws Error with what the cluster said */
export const apply = (cluster: MeshCluster, objects: string | readonly unknown[]): Promise<string> =>
  kubectl(
    cluster,
    ['apply', '--server-side', '--force-conflicts', '-f', '-'],
    typeof objects === 'string' ? objects : JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }),
  );

/** A running pod. */
export interface Pod extends PodName {
  readonly labels: Readonly<Record<string, string>>;
  readonly ip: string;
  readonly serviceAccount: string;
  /** Its containers, sidecar and init containers included. */
  readonly containers: readonly string[];
}

interface PodObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: string;
  };
  readonly spec: {
    readonly serviceAccountName: string;
    readonly containers: readonly { readonly name: string }[];
    readonly initContainers?: readonly { readonly name: string }[];
  };
  readonly status: { readonly phase: string; readonly podIP?: string };
}

/** The pods of a namespace that run and are not about to end. */
export const runningPods = async (cluster: MeshCluster, namespace: string): Promise<readonly Pod[]> => {
  // What the API server answers to a list of pods.
  const { items } = JSON.parse(await kubectl(cluster, ['get', 'pods', '-n', namespace, '-o', 'json'])) as {
    readonly items: readonly PodObject[];
  };
  return items
    .filter(({ metadata, status }) => status.phase === 'Running' && metadata.deletionTimestamp === undefined)
    .map(({ metadata, spec, status }) => ({
      namespace: metadata.namespace,
      name: metadata.name,
      labels: metadata.labels ?? {},
      ip: status.podIP ?? '',
      serviceAccount: spec.serviceAccountName,
      containers: [...spec.containers, ...(spec.initContainers ?? [])].map(({ name }) => name),
    }));
};

/** Asks a pod's proxy over its admin port, as pilot-agent does.
 * @throws Error when the pod has no proxy */
export const askProxy = async (cluster: MeshCluster, pod: PodName, path: string): Promise<string> => {
  const [answer] = await cluster.send(pod, [{ host: 'localhost', connectTo: '127.0.0.1', port: 15000, path }]);
  if (answer?.status !== 200) {
    throw new Error(
      `the proxy of ${pod.namespace}/${pod.name} did not answer ${path}: ${answer?.error ?? answer?.status}`,
    );
  }
  return answer.text;
};

/** The limits of a cluster for normal requests, as Envoy holds them; 4294967295 is none. */
export interface Thresholds {
  readonly max_connections?: number;
  readonly max_pending_requests?: number;
  readonly max_requests?: number;
  readonly max_retries?: number;
}

/** An upstream of a proxy, as its configuration has it. */
export interface ProxyCluster {
  /** `outbound|80|v1|order-service.shop.svc.cluster.local` */
  readonly name: string;
  readonly circuit_breakers?: { readonly thresholds: readonly Thresholds[] };
  readonly outlier_detection?: Readonly<Record<string, unknown>>;
  readonly lb_policy?: string;
}

/** The upstreams of a pod's proxy. */
export const proxyClusters = async (cluster: MeshCluster, pod: PodName): Promise<readonly ProxyCluster[]> => {
  // Envoy's own dump; an empty list is left out of it.
  const { configs = [] } = JSON.parse(
    await askProxy(cluster, pod, '/config_dump?resource=dynamic_active_clusters'),
  ) as { readonly configs?: readonly { readonly cluster: ProxyCluster }[] };
  return configs.map((config) => config.cluster);
};

/** Hosts to which a proxy can send requests or connections: all that it knows of the mesh. */
export const outboundHosts = (clusters: readonly ProxyCluster[]): readonly string[] =>
  [
    ...new Set(
      clusters.flatMap(({ name }) => {
        const [direction, , , host = ''] = name.split('|');
        return direction === 'outbound' ? [host] : [];
      }),
    ),
  ].sort();

/** What a proxy has counted and found out about one endpoint of one upstream. */
export interface EndpointState {
  readonly cluster: string;
  readonly address: string;
  readonly isEjected: boolean;
  /** Requests sent to it, every try counted. */
  readonly requests: number;
  /** Connections made to it. */
  readonly connections: number;
}

/** The endpoints of a pod's proxy, with their counters. */
export const endpointStates = async (cluster: MeshCluster, pod: PodName): Promise<readonly EndpointState[]> => {
  const values = new Map<string, Map<string, string>>();
  for (const line of (await askProxy(cluster, pod, '/clusters')).split('\n')) {
    const [name, address, key, value] = line.split('::');
    if (name === undefined || address === undefined || key === undefined || value === undefined) continue;
    if (!/^\d+\.\d+\.\d+\.\d+:\d+$/.test(address)) continue;
    const of = values.get(`${name}::${address}`) ?? new Map<string, string>();
    values.set(`${name}::${address}`, of.set(key, value));
  }
  return [...values].map(([key, of]) => {
    const [name = '', address = ''] = key.split('::');
    return {
      cluster: name,
      address,
      isEjected: (of.get('health_flags') ?? '').includes('failed_outlier_check'),
      requests: Number(of.get('rq_total') ?? 0),
      connections: Number(of.get('cx_total') ?? 0),
    };
  });
};

/** Asks until the answer is right, and fails with the last one when it never is. */
export const eventually = async <T>(
  what: string,
  ask: () => Promise<T>,
  isRight: (value: T) => boolean,
  { timeoutMs = 30_000, everyMs = 250 } = {},
): Promise<T> => {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const value = await ask();
    if (isRight(value)) return value;
    if (Date.now() > end) throw new Error(`${what}: not within ${timeoutMs / 1000} s. Last: ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
};
