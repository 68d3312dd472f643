/** Documents of one text: the first one begins in its second line. */
export const mesh = (...documents: readonly string[]): string =>
  `---\n${documents.map((document) => document.trim()).join('\n---\n')}\n`;

/** A Namespace whose pods get sidecars. */
export const namespace = (name = 'shop', labels = 'istio-injection: enabled'): string => `
apiVersion: v1
kind: Namespace
metadata:
  name: ${name}
  labels: { ${labels} }`;

/** A Deployment with one container, and whatever else is said. */
export const deployment = (
  name = 'orders',
  { labels = `app: ${name}`, annotations = '', container = '', pod = '', account = name, of = 'shop', on = '' } = {},
): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: ${of}${on} }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata:
      labels: { ${labels} }
      annotations: { ${annotations} }
    spec:
      serviceAccountName: ${account}
      containers:
        - { name: app, image: shop/app, ports: [{ name: web, containerPort: 8080 }]${container} }${pod}`;

/** A Service of that Deployment. */
export const service = (name = 'orders', port = '{ name: http, port: 80, targetPort: 8080 }', of = 'shop'): string => `
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: ${of} }
spec:
  selector: { app: ${name} }
  ports: [${port}]`;

/** A PeerAuthentication. */
export const peerAuthentication = (
  spec = 'mtls: { mode: STRICT }',
  name = 'default',
  of = 'shop',
  metadata = '',
): string => `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: ${name}, namespace: ${of}${metadata} }
spec:
  ${spec}`;

/** An AuthorizationPolicy; without rules it denies everything. */
export const authorizationPolicy = (spec = '{}', name = 'deny-all', of = 'shop', metadata = ''): string => `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: ${name}, namespace: ${of}${metadata} }
spec:
  ${spec}`;

/** A RequestAuthentication. */
export const requestAuthentication = (
  spec = 'jwtRules: [{ issuer: shop, jwks: "{}" }]',
  name = 'tokens',
  of = 'shop',
): string => `
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: { name: ${name}, namespace: ${of} }
spec:
  ${spec}`;

/** A DestinationRule of the Service orders. */
export const destinationRule = (spec: string, host = 'orders.shop.svc.cluster.local', of = 'shop'): string => `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: orders, namespace: ${of} }
spec:
  host: "${host}"
  ${spec}`;

/** A Gateway of the ingress gateway's pods. */
export const gateway = (servers: string, selector = 'istio: ingressgateway', of = 'shop'): string => `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: public, namespace: ${of} }
spec:
  selector: { ${selector} }
  servers:
    ${servers}`;

/** A Sidecar for the pods of a namespace. */
export const sidecar = (mode: string | undefined, of = 'shop'): string => `
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: { name: default, namespace: ${of} }
spec:
  egress: [{ hosts: [./*] }]${mode === undefined ? '' : `\n  outboundTrafficPolicy: { mode: ${mode} }`}`;

/** A NetworkPolicy. */
export const networkPolicy = (
  spec = 'podSelector: {}\n  policyTypes: [Ingress, Egress]',
  name = 'deny-all',
  of = 'shop',
): string => `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: ${of} }
spec:
  ${spec}`;

/** The pods of the ingress gateway. */
export const INGRESS = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: istio-ingressgateway, namespace: istio-system, labels: { istio: ingressgateway } }
spec:
  selector: { matchLabels: { istio: ingressgateway } }
  template:
    metadata: { labels: { istio: ingressgateway, app: istio-ingressgateway } }
    spec: { serviceAccountName: istio-ingressgateway-service-account, containers: [{ name: istio-proxy, image: auto, args: [proxy, router] }] }`;
