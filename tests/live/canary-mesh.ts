import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { ROOT } from '../../scripts/dev/provision/locate.ts';
import type { CanaryStatus } from '../../scripts/cli/canary/status-document.ts';
import { PROMETHEUS_URL, type Lab } from '../support/lab.ts';
import { kubectl, run, type CommandResult, type PodName } from '../support/mesh-cluster.ts';

export const NAMESPACE = 'canary';
export const HOST = 'orders.canary.svc.cluster.local';
export const URL_IN_MESH = `http://${HOST}/`;
/** Where the gateway lets requests in. */
export const GATEWAY = { url: 'http://10.202.0.1/', headers: { host: 'orders.example.com' } } as const;
/** Callers with a proxy each. */
export const CLIENTS = 10;

const labels = (app: string, version = 'v1') => ({ app, version });

const deployment = (name: string, app: string, version: string, replicas: number) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: NAMESPACE },
  spec: {
    replicas,
    selector: { matchLabels: labels(app, version) },
    template: {
      metadata: { labels: labels(app, version) },
      spec: {
        terminationGracePeriodSeconds: 1,
        containers: [{ name: 'app', image: `weft-shop/${app}:${version}`, ports: [{ containerPort: 8080 }] }],
      },
    },
  },
});

const destination = (subset: string) => ({ host: HOST, port: { number: 80 }, subset });

/** A service in two versions, without retries, reached from the mesh and through the gateway; mutual TLS is STRICT. */
export const canaryObjects: readonly unknown[] = [
  {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: NAMESPACE, labels: { 'istio-injection': 'enabled' } },
  },
  {
    apiVersion: 'security.istio.io/v1',
    kind: 'PeerAuthentication',
    metadata: { name: 'default', namespace: NAMESPACE },
    spec: { mtls: { mode: 'STRICT' } },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'orders', namespace: NAMESPACE },
    spec: { selector: { app: 'orders' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
  },
  deployment('orders-v1', 'orders', 'v1', 2),
  deployment('orders-v2', 'orders', 'v2', 2),
  deployment('orders-v3', 'orders', 'v3', 2),
  deployment('client', 'client', 'v1', CLIENTS),
  {
    apiVersion: 'networking.istio.io/v1',
    kind: 'DestinationRule',
    metadata: { name: 'orders', namespace: NAMESPACE },
    spec: {
      host: HOST,
      subsets: ['v1', 'v2', 'v3'].map((version) => ({ name: version, labels: { version } })),
    },
  },
  {
    apiVersion: 'networking.istio.io/v1',
    kind: 'Gateway',
    metadata: { name: 'front', namespace: NAMESPACE },
    spec: {
      selector: { istio: 'ingressgateway' },
      servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['orders.example.com'] }],
    },
  },
  {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name: 'orders', namespace: NAMESPACE },
    spec: {
      hosts: [HOST, 'orders.example.com'],
      gateways: ['mesh', 'canary/front'],
      http: [{ name: 'default', retries: { attempts: 0 }, route: [{ destination: destination('v1') }] }],
    },
  },
];

/** A command line that runs on: its process, and how it will end. */
export interface RunningWeft {
  readonly ended: Promise<CommandResult>;
  signal(name: NodeJS.Signals): void;
  /** What it said on stderr so far. */
  said(): string;
}

/** As it is installed: it starts in a fraction of the time that the sources take. */
const MAIN = [process.execPath, `${ROOT}/build/cli/main.js`] as const;

/** Builds what {@link weft} runs. */
export const buildCommandLine = (): void =>
  void execFileSync(process.execPath, [`${ROOT}/scripts/dev/build.mjs`, 'cli'], { stdio: 'inherit' });

const environment = (lab: Lab): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(?:VITEST|NODE_OPTIONS|NODE_ENV)/.test(name)),
  ),
  KUBECONFIG: lab.kubeconfig,
  PROMETHEUS_URL,
  NO_COLOR: '1',
});

/** Runs `weft` from outside the mesh, as a laptop does. */
export const weft = (lab: Lab, argv: readonly string[], stdin = ''): Promise<CommandResult> => {
  const [program, ...args] = lab.inNetworkOf('node');
  return run([program, ...args, ...MAIN, ...argv], { env: environment(lab), stdin });
};

const running = new Set<ChildProcess>();

/** Ends what tests that failed have left behind. */
export const endAll = (): void => {
  for (const child of running) child.kill('SIGKILL');
};

/** Starts `weft` from outside the mesh. */
export function startWeft(lab: Lab, argv: readonly string[], stdin = ''): RunningWeft {
  const [program, ...args] = lab.inNetworkOf('node');
  const child = spawn(program, [...args, ...MAIN, ...argv], {
    env: environment(lab),
    stdio: 'pipe',
  });
  running.add(child);
  child.once('close', () => running.delete(child));
  child.stdin.on('error', () => undefined);
  child.stdin.end(stdin);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return {
    ended: new Promise((done) => child.once('close', (code) => done({ code: code ?? 128, stdout, stderr }))),
    // `env`, Python and `ip netns exec` replace themselves, so the number is that of Node.
    signal: (name) => void child.kill(name),
    said: () => stderr,
  };
}

/** The document on stdout. */
export const statusIn = ({ stdout }: Pick<CommandResult, 'stdout'>): CanaryStatus => JSON.parse(stdout) as CanaryStatus;

/** Processes of a pod's proxy agent, through which its configuration comes. */
export async function agentsOf(lab: Lab, pod: PodName): Promise<readonly number[]> {
  const [program, ...args] = lab.inNetworkOf(pod);
  const { stdout } = await run([program, ...args, 'readlink', '/proc/self/ns/net']);
  const network = stdout.trim();
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return (
          readlinkSync(`/proc/${pid}/ns/net`) === network &&
          readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('pilot-agent')
        );
      } catch {
        return false; // it ended meanwhile
      }
    });
}

/** The VirtualService anew, as it was before any run. */
export const resetRoutes = async (lab: Lab): Promise<void> => {
  const virtualService = canaryObjects.at(-1);
  await kubectl(lab, ['replace', '-f', '-'], JSON.stringify(virtualService));
};
