import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import {
  constants,
  copyFileSync,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  chmodSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROOT } from '../../scripts/dev/provision/locate.ts';
import { isRunning } from '../../scripts/dev/provision/process.ts';
import { toolPath } from '../../scripts/dev/provision/tools-file.ts';
import { run, sendBy, type MeshCluster, type PodName } from './mesh-cluster.ts';

/** A row of the lab's images.json: what containers of an image run. */
export interface ImageRow {
  /** Image references, with `*` and `?`. */
  readonly match: string;
  readonly command: readonly string[];
  readonly args?: 'container';
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly wait_for_ports?: boolean;
  /** Path in the container -> file of this machine. */
  readonly files?: Readonly<Record<string, string>>;
}

/** A lab that runs. */
export interface Lab extends MeshCluster {
  /** How names of its network namespaces start. */
  readonly prefix: string;
  /** kubectl against it, as the start of a command line. */
  readonly kubectlCommand: readonly [string, ...string[]];
  /** The start of a command line that runs in the network of a pod, or of the node, which is outside the mesh. */
  inNetworkOf(pod: PodName | 'node'): readonly [string, ...string[]];
  /** For programs in the network of the node. */
  readonly kubeconfig: string;
}

/** Prometheus of a lab that has one, for programs in the network of the node. */
export const PROMETHEUS_URL = 'http://10.201.0.1:9090';

export interface LabOptions {
  /** Whether requests are measured.
   * @default false */
  readonly prometheus?: boolean;
}

/** Where labs live. Containers execute what lies there as users of their own, so a home folder will not do; and pods
 * have volumes at /tmp, which would hide it from them. */
export const LABS = '/var/tmp';
const FOLDER = 'weft-lab-';
const KEEPER = fileURLToPath(new URL('../live/keep-lab.mjs', import.meta.url));
const BINARIES = [
  ...['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubectl'],
  ...['pilot-discovery', 'pilot-agent', 'istioctl', 'envoy'],
];

/** The folder with meshlab.py.
 * @throws Error when there is none */
const labFolder = (): string => {
  const folder = resolve(ROOT, process.env['WEFT_LAB'] || '../shared/lab');
  if (existsSync(join(folder, 'meshlab.py'))) return folder;
  throw new Error(`There is no meshlab.py in ${folder}, so no mesh can be started. Name the lab's folder in WEFT_LAB.`);
};

/** A copy without the cost of one, where the file system can. */
export const linkOrCopy = (from: string, to: string): void => {
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to, constants.COPYFILE_FICLONE);
  }
};

interface Place {
  readonly folder: string;
  readonly prefix: string;
  readonly meshlab: readonly [string, ...string[]];
  readonly env: NodeJS.ProcessEnv;
}

const placeIn = (folder: string, owner: number): Place => {
  const prefix = `w${owner}`;
  return {
    folder,
    prefix,
    meshlab: [toolPath('python3'), '-B', join(folder, 'lab', 'meshlab.py')],
    env: {
      ...process.env,
      PATH: [
        join(folder, 'bin'),
        ...['etcd', 'ip', 'iptables'].map((name) => dirname(toolPath(name))),
        process.env['PATH'],
      ].join(delimiter),
      MESHLAB_BIN: join(folder, 'bin'),
      MESHLAB_HOME: join(folder, 'home'),
      MESHLAB_PREFIX: prefix,
    },
  };
};

/** Folders of labs, with the process that each belongs to. */
const labFolders = (): readonly { readonly name: string; readonly owner: number }[] =>
  readdirSync(LABS)
    .filter((name) => name.startsWith(FOLDER))
    .map((name) => ({ name, owner: Number(name.slice(FOLDER.length).split('-')[0]) }))
    .filter(({ owner }) => Number.isInteger(owner));

/** Takes down labs of runs that were killed together with their keeper. */
const sweep = (): void => {
  for (const { name, owner } of labFolders()) {
    if (isRunning(owner)) continue;
    const place = placeIn(join(LABS, name), owner);
    const [python, ...args] = place.meshlab;
    if (existsSync(join(place.folder, 'home'))) spawnSync(python, [...args, 'down'], { env: place.env });
    rmSync(place.folder, { recursive: true, force: true });
  }
};

const INOTIFY_LIMIT = '/proc/sys/fs/inotify/max_user_instances';

/** All sidecars of all labs run as one user, and each takes three of that user's inotify instances: beyond the limit
 * proxies end with "couldn't initialize inotify", and their pods never become ready. */
const warnOfNeighbours = (): void => {
  const labCount = labFolders().length + 1;
  const limit = Number(readFileSync(INOTIFY_LIMIT, 'utf8'));
  if (labCount === 1 || limit >= labCount * 128) return;
  process.stderr.write(
    `${labCount - 1} other lab(s) run on this machine, and ${INOTIFY_LIMIT} is ${limit}, enough for about 40 sidecars ` +
      `in all of them. Wait for the others, or run: sysctl fs.inotify.max_user_instances=1024\n`,
  );
};

/** What images run; or what makes that in a folder that goes with the lab, for programs that containers can reach. */
export type Images = readonly ImageRow[] | ((folder: string) => Promise<readonly ImageRow[]>);

/** Makes the folder of a lab: its programs, its scripts, what its images run. */
const prepare = async (images: Images): Promise<Place> => {
  const folder = mkdtempSync(join(LABS, `${FOLDER}${process.pid}-`));
  chmodSync(folder, 0o755);
  cpSync(labFolder(), join(folder, 'lab'), { recursive: true });
  mkdirSync(join(folder, 'bin'));
  for (const name of BINARIES) linkOrCopy(toolPath(name), join(folder, 'bin', name));
  const programs = join(folder, 'images');
  mkdirSync(programs);
  const rows = typeof images === 'function' ? await images(programs) : images;
  writeFileSync(join(folder, 'images.json'), JSON.stringify({ images: rows }));
  return placeIn(folder, process.pid);
};

/** Network namespaces of the lab with this prefix. */
export const networksOf = (prefix: string): readonly string[] =>
  spawnSync(toolPath('ip'), ['netns', 'list'], { encoding: 'utf8' })
    .stdout.split('\n')
    .map((line) => line.split(' ')[0] ?? '')
    .filter((name) => name.startsWith(prefix) && /^(node|p\d+)$/.test(name.slice(prefix.length)));

const endOfLog = (place: Place): string => {
  const file = join(place.folder, 'keeper.log');
  return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n').slice(-8).join('\n') : '';
};

const firstLine = (child: ChildProcess): Promise<string> =>
  new Promise((done) => {
    let text = '';
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      if (text.includes('\n')) done(text.trim());
    });
    child.once('close', () => done(text.trim()));
  });

const labs = new Set<Lab>();

/**
 * Starts a lab with istio-cni and waits until its mesh is ready: istiod, an ingress gateway in istio-system, real
 * sidecars. It ends with `stop`, and with this process, however that ends.
 * @throws Error with the end of its log when it does not start
 */
export const startLab = async (images: Images, { prometheus = false }: LabOptions = {}): Promise<Lab> => {
  if (labs.size > 0) throw new Error('This process has a lab already. Stop it before another is started.');
  sweep();
  warnOfNeighbours();
  const place = await prepare(images);
  const [python, ...meshlab] = place.meshlab;
  const up = [
    ...['up', '--istio-src', toolPath('istio-source'), '--set', 'components.cni.enabled=true'],
    ...(prometheus ? [] : ['--no-prometheus']),
  ];
  const keeper = spawn(
    process.execPath,
    [
      ...[KEEPER, place.folder],
      ...[python, ...meshlab, ...up, '--images', join(place.folder, 'images.json')],
      ...['--', python, ...meshlab, 'down'],
    ],
    // Detached: Ctrl-C reaches the tests only, and their end reaches the keeper by its stdin.
    { stdio: ['pipe', 'pipe', 'ignore'], env: place.env, detached: true },
  );
  const ended = new Promise<number | null>((done) => keeper.once('close', done));
  keeper.stdin.on('error', () => undefined);
  const stop = async (): Promise<void> => {
    keeper.stdin.end();
    const code = await ended;
    labs.delete(lab);
    const left = networksOf(place.prefix);
    if (code === 0 && left.length === 0) return;
    throw new Error(
      `The lab did not go down (code ${code}, network namespaces left: ${left.join(', ') || 'none'}):\n${endOfLog(place)}`,
    );
  };
  const inLab = (args: readonly string[], stdin?: string) =>
    run([python, ...meshlab, ...args], { env: place.env, ...(stdin !== undefined && { stdin }) });
  const command = (args: readonly string[]) =>
    [
      'env',
      ...['PATH', 'MESHLAB_BIN', 'MESHLAB_HOME', 'MESHLAB_PREFIX'].map((name) => `${name}=${place.env[name]}`),
      ...[python, ...meshlab, ...args],
    ] as const;
  const lab: Lab = {
    runs: 'echo',
    prefix: place.prefix,
    kubectlCommand: command(['kubectl']),
    inNetworkOf: (pod) => command(['exec', pod === 'node' ? pod : `${pod.namespace}/${pod.name}`, '--']),
    kubeconfig: join(place.folder, 'home', 'kubeconfig'),
    kubectl: (args, stdin) => inLab(['kubectl', ...args], stdin),
    send: ({ namespace, name }, requests, options) =>
      sendBy(
        (node, stdin) => inLab(['exec', `${namespace}/${name}`, '--', process.execPath, ...node], stdin),
        requests,
        options,
      ),
    stop,
  };
  labs.add(lab);
  const code = await firstLine(keeper);
  if (code === '0') return lab;
  const log = endOfLog(place);
  await stop();
  throw new Error(`The lab did not start (code ${code}):\n${log}`);
};
