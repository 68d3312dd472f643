import {
  gatewayApiOf,
  GATEWAY_API,
  ISTIO_CLASSES,
  type ApiGateway,
  type ApiListener,
} from '../../graph/gateway-api.ts';
import { show, type Path } from '../../model/schema.ts';
import type { Rule } from '../rule.ts';
import { slipOf } from '../slip.ts';

/** A Gateway of the Gateway API, or a listener of it, that is refused or that nobody serves. */
export const listenerNeverServed = {
  code: 'W167',
  name: 'listener-never-served',
  severity: 'error',
  summary: 'A Gateway of the Gateway API, or one of its listeners, is refused or served by nobody.',
  reads: ['Gateway', 'GatewayClass'],
  *check(graph) {
    const classes = new Set(graph.objects('GatewayClass', GATEWAY_API).map(({ name }) => name));
    for (const gateway of gatewayApiOf(graph).gateways) {
      const { manifest, className, listeners } = gateway;
      const meant = classes.has(className) ? undefined : slipOf(className, new Set([...classes, ...ISTIO_CLASSES]));
      if (meant !== undefined)
        yield {
          manifest,
          at: ['spec', 'gatewayClassName'],
          message: `there is no GatewayClass "${className}", neither of Istio nor among the files: no pods are made for this Gateway, and nothing listens`,
          fix: `did you mean ${meant}`,
        };
      for (const listener of listeners)
        for (const { at, what, effect, fix } of faults(listener, gateway))
          yield { manifest, at: [...listener.at, ...at], message: `${what}: ${effect}`, fix };
    }
  },
} satisfies Rule;

interface Fault {
  readonly at: Path;
  readonly what: string;
  readonly effect: string;
  readonly fix: string;
}

const REFUSED = 'the API server refuses the whole Gateway';
/** Protocols that carry TLS, and those that cannot. */
const SECURE = ['HTTPS', 'TLS'];
const PLAIN = ['HTTP', 'TCP', 'UDP'];
/** Source: Istio's listenerProtocolToIstio */
const SERVED = ['HTTP', 'HTTPS', 'TLS', 'TCP', 'HBONE'];
/** Source: Istio's buildTLS */
const MAX_CERTIFICATES = 2;

/** Source: the validation rules of the Gateway API's definition of Gateway; Istio's buildListener */
function* faults(listener: ApiListener, { listeners, className, isOpenToSets }: ApiGateway): Iterable<Fault> {
  const { name = '', port, protocol = '', hostname, tls } = listener;
  const before = listeners.slice(0, listeners.indexOf(listener));
  if (before.some((other) => other.name === name))
    yield {
      at: ['name'],
      what: `another listener is called "${name}"`,
      effect: REFUSED,
      fix: 'give each a name of its own',
    };
  const same = before.find(
    (other) => other.port === port && other.protocol === protocol && other.hostname === hostname,
  );
  if (same !== undefined)
    yield {
      at: [],
      what: `listener "${same.name ?? ''}" has the same port, protocol and hostname`,
      effect: REFUSED,
      fix: 'make one listener of both, or give each a hostname of its own',
    };
  if (PLAIN.includes(protocol) && tls !== undefined)
    yield {
      at: ['tls'],
      what: `a listener with protocol ${protocol} has tls`,
      effect: REFUSED,
      fix: `write protocol: ${protocol === 'HTTP' ? 'HTTPS' : 'TLS'}, or remove tls`,
    };
  if ((protocol === 'TCP' || protocol === 'UDP') && (hostname ?? '') !== '')
    yield { at: ['hostname'], what: `${protocol} knows no hostname`, effect: REFUSED, fix: 'remove hostname' };
  if (isOfIstio(className) && !SERVED.includes(protocol))
    yield {
      at: ['protocol'],
      what: `Istio serves no ${show(protocol)}`,
      effect: 'nothing listens on this port',
      fix: SERVED.includes(protocol.toUpperCase())
        ? `write protocol: ${protocol.toUpperCase()}`
        : `use one of ${SERVED.join(', ')}`,
    };
  if (SECURE.includes(protocol)) yield* tlsFaults(listener, { className, isOpenToSets });
}

const isOfIstio = (className: string): boolean => ISTIO_CLASSES.some((each) => each === className);

function* tlsFaults(
  { protocol = '', tls }: ApiListener,
  { className, isOpenToSets }: Pick<ApiGateway, 'className' | 'isOpenToSets'>,
): Iterable<Fault> {
  if (tls === undefined) {
    // One that only holds the place, beside those of ListenerSets.
    if (protocol === 'HTTPS' && isOpenToSets) return;
    return yield {
      at: ['protocol'],
      what: `the listener speaks ${protocol} and has no tls`,
      effect: protocol === 'TLS' ? REFUSED : 'Istio leaves it out, and nothing listens for it',
      fix: 'add tls: { certificateRefs: [{ name: … }] } with a Secret of this namespace',
    };
  }
  const { mode, certificateRefs = [], options = {} } = tls;
  if (protocol === 'HTTPS' && mode === 'Passthrough')
    yield {
      at: ['tls', 'mode'],
      what: 'HTTPS with mode Passthrough',
      effect: REFUSED,
      fix: 'write protocol: TLS and bind a TLSRoute, or mode: Terminate',
    };
  if ((mode ?? 'Terminate') === 'Terminate' && certificateRefs.length === 0 && Object.keys(options).length === 0)
    yield {
      at: ['tls'],
      what: 'TLS ends here, and there is no certificate for it',
      effect: REFUSED,
      fix: 'add certificateRefs: [{ name: … }] with a Secret of this namespace',
    };
  for (const [index, { kind = 'Secret' }] of certificateRefs.entries())
    if (kind !== 'Secret' && isOfIstio(className))
      yield {
        at: ['tls', 'certificateRefs', index, 'kind'],
        what: `Istio reads no certificate from a ${kind}`,
        effect: 'the listener has none',
        fix: 'name a Secret',
      };
  if (certificateRefs.length > MAX_CERTIFICATES)
    yield {
      at: ['tls', 'certificateRefs'],
      what: `${certificateRefs.length} certificates, and Istio takes at most ${MAX_CERTIFICATES} (one for each kind of key)`,
      effect: 'the listener has none',
      fix: 'make a listener for each hostname with its own certificate',
    };
}
