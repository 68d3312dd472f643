import type { Labels } from './labels.ts';
import type { Workload } from './workload.ts';

const PREFIX = 'traffic.sidecar.istio.io/';

type Annotated = Pick<Workload, 'annotations'>;

/** The annotation by which connections to a port of pods do not go through their proxy; undefined where they do.
 * Source: Istio's istio-iptables */
export function inboundBypass({ annotations }: Annotated, port: number): string | undefined {
  const included = annotations[`${PREFIX}includeInboundPorts`] ?? '*';
  if (isOff(annotations)) return MODE;
  if (included !== '*') return names(included, port) ? undefined : `${PREFIX}includeInboundPorts`;
  return names(annotations[`${PREFIX}excludeInboundPorts`], port) ? `${PREFIX}excludeInboundPorts` : undefined;
}

/** The annotation by which connections of pods to a port do not go through their proxy; undefined where they do. */
export function outboundBypass({ annotations }: Annotated, port: number): string | undefined {
  if (isOff(annotations)) return MODE;
  if (names(annotations[`${PREFIX}excludeOutboundPorts`], port)) return `${PREFIX}excludeOutboundPorts`;
  if (names(annotations[`${PREFIX}includeOutboundPorts`], port)) return undefined;
  return annotations[`${PREFIX}includeOutboundIPRanges`] === '' ? `${PREFIX}includeOutboundIPRanges` : undefined;
}

/** The annotation that lets some addresses pass by the proxy, and others not. */
export const splitByAddress = ({ annotations }: Annotated): string | undefined =>
  ['includeOutboundIPRanges', 'excludeOutboundIPRanges']
    .map((name) => `${PREFIX}${name}`)
    .find((name) => !['', '*'].includes(annotations[name] ?? ''));

const MODE = 'sidecar.istio.io/interceptionMode';
const isOff = (annotations: Labels): boolean => annotations[MODE] === 'NONE';

const names = (list: string | undefined, port: number): boolean =>
  (list ?? '').split(',').some((one) => one.trim() !== '' && Number(one) === port);
