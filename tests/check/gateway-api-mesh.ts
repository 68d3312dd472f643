/** Parts of meshes with the Gateway API, for tests of rules: each is one YAML document. */
import { namespace, object, service } from './workload-yaml.ts';

const GATEWAY = 'gateway.networking.k8s.io/v1';

export const LISTENER =
  '{ name: https, port: 443, protocol: HTTPS, hostname: "*.example.com", tls: { certificateRefs: [{ name: edge }] }, allowedRoutes: { namespaces: { from: All } } }';

/** The Gateway `infra/edge`, with one listener that takes all namespaces; metadata are line 4, the spec is line 5. */
export const apiGateway = (
  listeners = LISTENER,
  { name = 'infra/edge', className = 'istio' }: { readonly name?: string; readonly className?: string } = {},
): string => object(GATEWAY, 'Gateway', name, `{ gatewayClassName: ${className}, listeners: [${listeners}] }`);

/** The route `shop/orders` of `infra/edge` to the Service `orders`. */
export const httpRoute = ({
  kind = 'HTTPRoute',
  name = 'shop/orders',
  parents = '{ name: edge, namespace: infra }',
  hostnames = 'shop.example.com',
  rules = '{ backendRefs: [{ name: orders, port: 80 }] }',
}: {
  readonly kind?: string;
  readonly name?: string;
  readonly parents?: string;
  readonly hostnames?: string;
  readonly rules?: string;
} = {}): string => `---
apiVersion: ${GATEWAY}
kind: ${kind}
metadata: { name: ${name.split('/')[1] ?? ''}, namespace: ${name.split('/')[0] ?? ''} }
spec:
  parentRefs: [${parents}]
  hostnames: [${hostnames}]
  rules: [${rules}]
`;

/** A ReferenceGrant of a namespace. */
export const referenceGrant = (namespace: string, from: string, to: string): string =>
  object(
    'gateway.networking.k8s.io/v1beta1',
    'ReferenceGrant',
    `${namespace}/grant`,
    `{ from: [{ group: gateway.networking.k8s.io, ${from} }], to: [{ ${to} }] }`,
  );

/** A parent that is the Service `orders`: its callers in the mesh follow the route. */
export const OF_SERVICE = '{ group: "", kind: Service, name: orders }';

/** The namespace `shop` in ambient mode, with a Service `orders`. */
export const ambientShop = (labels = ''): string =>
  namespace(`istio.io/dataplane-mode: ambient${labels === '' ? '' : `, ${labels}`}`) + service();

/** The waypoint `shop/waypoint`. */
export const waypoint = (allowed = ''): string =>
  apiGateway(`{ name: mesh, port: 15008, protocol: HBONE${allowed === '' ? '' : `, allowedRoutes: ${allowed}`} }`, {
    name: 'shop/waypoint',
    className: 'istio-waypoint',
  });
