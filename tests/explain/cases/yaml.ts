/** Manifests in few words: each returns one document, to be joined with `mesh`. */

/** Joins documents; what is empty is left out. */
export const mesh = (...documents: readonly string[]): string =>
  documents.filter((text) => text !== '').join('\n---\n');

/** An object of Istio, its spec as YAML in one line; `age` is the year in which it was made. */
const object =
  (apiVersion: string, kind: string) =>
  (name: string, spec: string, age?: number): string => {
    const [namespace = '', own = ''] = name.split('/');
    const made = age === undefined ? '' : `, creationTimestamp: "${age}-01-01T00:00:00Z"`;
    return `{ apiVersion: ${apiVersion}, kind: ${kind}, metadata: { name: ${own}, namespace: ${namespace}${made} }, spec: ${spec} }`;
  };

const NETWORKING = 'networking.istio.io/v1';
const SECURITY = 'security.istio.io/v1';
export const virtualService = object(NETWORKING, 'VirtualService');
export const destinationRule = object(NETWORKING, 'DestinationRule');
export const gateway = object(NETWORKING, 'Gateway');
export const serviceEntry = object(NETWORKING, 'ServiceEntry');
export const sidecar = object(NETWORKING, 'Sidecar');
export const peerAuthentication = object(SECURITY, 'PeerAuthentication');
export const authorizationPolicy = object(SECURITY, 'AuthorizationPolicy');
export const requestAuthentication = object(SECURITY, 'RequestAuthentication');

/** A namespace with injection. */
export const namespace = (name: string): string =>
  `{ apiVersion: v1, kind: Namespace, metadata: { name: ${name}, labels: { istio-injection: enabled } } }`;

/** A Service of ports such as `80 http, 8080>9090 http-web`. It selects the label `app` of its name. */
export function service(name: string, ports: string, more = ''): string {
  const [owner = '', own = ''] = name.split('/');
  const list = ports.split(', ').map((port) => {
    const [, number = '', , target, label = ''] = /^(\d+)(>(\S+))? (\S+)$/.exec(port) ?? [];
    return `{ port: ${number}, name: ${label}${target === undefined ? '' : `, targetPort: ${target}`} }`;
  });
  return `{ apiVersion: v1, kind: Service, metadata: { name: ${own}, namespace: ${owner} }, spec: { selector: { app: ${own} }, ports: [${list.join(', ')}]${more === '' ? '' : `, ${more}`} } }`;
}

/** Pods with a sidecar, or those of a gateway. */
export function deployment(name: string, labels = '', kind: 'app' | 'gateway' | 'bare' = 'app'): string {
  const [owner = '', own = ''] = name.split('/');
  const app = labels.includes('app:') ? labels : `app: ${own}${labels === '' ? '' : `, ${labels}`}`;
  const annotations =
    kind === 'gateway'
      ? 'annotations: { inject.istio.io/templates: gateway }, '
      : `annotations: { sidecar.istio.io/inject: "${kind === 'app'}" }, `;
  return `{ apiVersion: apps/v1, kind: Deployment, metadata: { name: ${own}, namespace: ${owner} }, spec: { template: { metadata: { ${annotations}labels: { ${app}, sidecar.istio.io/inject: "${kind !== 'bare'}" } }, spec: { serviceAccountName: ${own}, containers: [{ name: app, image: app }] } } } }`;
}
