import type { World } from '../world.ts';
import { failed, isAtLeast, note, ok, type Diagnosis } from './diagnosis.ts';
import { fieldOf, runTool } from './tool.ts';

/** Oldest version of Kubernetes that manifests are written for. */
const KUBERNETES = '1.30';

/** What every manifest of a mesh needs of Istio. */
const DEFINITIONS = [
  'virtualservices.networking.istio.io',
  'destinationrules.networking.istio.io',
  'gateways.networking.istio.io',
  'serviceentries.networking.istio.io',
  'sidecars.networking.istio.io',
  'envoyfilters.networking.istio.io',
  'peerauthentications.security.istio.io',
  'requestauthentications.security.istio.io',
  'authorizationpolicies.security.istio.io',
  'telemetries.telemetry.istio.io',
];

/** kubectl, the cluster that it talks to, and Istio in there. */
export async function clusterDiagnoses(context: string | undefined, world: World): Promise<readonly Diagnosis[]> {
  const client = await runTool('kubectl', ['version', '--client', '-o', 'json'], world);
  if (client.kind === 'missing')
    return [note('kubectl', 'is not on PATH', 'install it to apply manifests; check and explain need no cluster')];
  const version = fieldOf(client.out, 'clientVersion', 'gitVersion');
  const kubectl =
    version === undefined
      ? failed(
          'kubectl',
          `does not say its version: ${firstLine(client.err)}`,
          'see what `kubectl version --client` says',
        )
      : ok('kubectl', version);
  const of = context === undefined ? [] : [`--context=${context}`];
  const server = await runTool('kubectl', ['version', '-o', 'json', '--request-timeout=5s', ...of], world);
  const kubernetes = server.kind === 'ran' ? fieldOf(server.out, 'serverVersion', 'gitVersion') : undefined;
  if (kubernetes === undefined) {
    const why = server.kind === 'ran' ? firstLine(server.err) : '';
    const cluster = note(
      'cluster',
      `${context === undefined ? 'the current context' : `context ${context}`} leads to no cluster${why === '' ? '' : `: ${why}`}`,
      'kubectl config get-contexts, or scripts/kind for one on this machine',
    );
    return [kubectl, cluster];
  }
  return [
    kubectl,
    isAtLeast(kubernetes, KUBERNETES)
      ? ok('cluster', `Kubernetes ${kubernetes}`)
      : failed(
          'cluster',
          `Kubernetes ${kubernetes} is older than ${KUBERNETES}`,
          `upgrade it to ${KUBERNETES} or newer`,
        ),
    await definitionsDiagnosis(of, world),
  ];
}

async function definitionsDiagnosis(of: readonly string[], world: World): Promise<Diagnosis> {
  const name = 'istio';
  const listed = await runTool('kubectl', ['get', 'crd', '-o', 'name', '--request-timeout=5s', ...of], world);
  if (listed.kind === 'missing' || !listed.isFine)
    return note(
      name,
      `its definitions cannot be listed: ${listed.kind === 'ran' ? firstLine(listed.err) : 'kubectl is gone'}`,
      'ask for the right to list CustomResourceDefinitions',
    );
  const missing = DEFINITIONS.filter((definition) => !listed.out.includes(`/${definition}`));
  return missing.length === 0
    ? ok(name, 'its definitions are there')
    : failed(
        name,
        missing.length === DEFINITIONS.length
          ? 'is not installed in this cluster'
          : `definitions are missing: ${missing.join(', ')}`,
        'install Istio 1.31: istioctl install, or scripts/kind/up.sh',
      );
}

const firstLine = (text: string): string => text.trim().split('\n').at(-1)?.trim() ?? '';
