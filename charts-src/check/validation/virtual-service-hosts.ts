import type { VirtualServiceSpec } from '../../imports/istio.ts';
import { hostsOverlap } from '../../model/host.ts';
import { gatewayNames } from './gateway-names.ts';
import { hostProblem } from './host-syntax.ts';
import { isIp } from './ip-syntax.ts';
import { refused, type Objections } from './objection.ts';

/** Whether the sidecars of the mesh follow it, alone or beside gateways. */
export const appliesToMesh = ({ gateways = [] }: VirtualServiceSpec): boolean =>
  gateways.length === 0 || gateways.includes('mesh');

/** Which requests a VirtualService is for: its hosts and gateways. */
export function* virtualServiceHosts(spec: VirtualServiceSpec): Objections {
  if (spec.hosts === undefined || spec.hosts.length === 0) yield* delegate(spec);
  yield* gatewayNames(['spec', 'gateways'], spec.gateways);
  if ((spec.http?.length ?? 0) + (spec.tcp?.length ?? 0) + (spec.tls?.length ?? 0) === 0)
    yield refused(['spec'], 'there is no rule: none of http, tcp and tls', 'add at least one rule, such as "http"');
  yield* hosts(spec);
}

/** A VirtualService without hosts is one that others delegate to. */
function* delegate({ gateways, tls, tcp }: VirtualServiceSpec): Objections {
  const parts = { gateways, tls, tcp };
  for (const [field, value] of Object.entries(parts))
    if (value !== undefined && value.length > 0)
      yield refused(
        ['spec', field],
        `there are no hosts, so this is a delegate, and it has ${field}`,
        `add hosts, or leave out ${field}: the VirtualService that delegates has them`,
      );
}

function* hosts(spec: VirtualServiceSpec): Objections {
  const all = spec.hosts ?? [];
  let isClean = true;
  for (const [index, host] of all.entries()) {
    const at = ['spec', 'hosts', index];
    const problem = isIp(host) ? undefined : virtualHostProblem(host, spec);
    if (problem !== undefined) yield refused(at, problem, 'write a host such as "orders" or "*.example.com"');
    else if (host === '*' && appliesToMesh(spec))
      yield refused(
        at,
        '"*" would take every request of the mesh',
        'name the hosts, or bind it to gateways only: "gateways" without "mesh"',
      );
    else continue;
    isClean = false;
  }
  if (isClean) yield* overlaps(all);
}

function* overlaps(all: readonly string[]): Objections {
  for (const [index, host] of all.entries()) {
    const earlier = all.slice(0, index).find((other) => hostsOverlap(other, host));
    if (earlier === undefined) continue;
    const how = earlier === host ? `"${host}" is there twice` : `"${host}" overlaps with "${earlier}"`;
    yield refused(['spec', 'hosts', index], how, 'keep one of them, or make two VirtualServices');
  }
}

/** What is wrong with a host of a route; undefined when nothing is. */
export function virtualHostProblem(
  host: string,
  spec: VirtualServiceSpec,
  isSni = hasSniHosts(spec),
): string | undefined {
  if (isSni && !appliesToMesh(spec) && host.startsWith('outbound_')) return generatedSniProblem(host);
  return hostProblem(host);
}

const hasSniHosts = ({ tls = [] }: VirtualServiceSpec): boolean =>
  tls.some(({ match }) => match.some(({ sniHosts }) => sniHosts.length > 0));

/** The name that Istio itself gives to a port of a service between clusters: `outbound_.80_._.orders.shop`. */
function generatedSniProblem(host: string): string | undefined {
  const [, port, , name] = host.split('_');
  if (name !== undefined && /\d/.test(port ?? '') && /[a-zA-Z]/.test(name)) return undefined;
  return `"${host}" is not of the form outbound_.<port>_._.<host>`;
}
