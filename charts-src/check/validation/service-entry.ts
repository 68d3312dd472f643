import { parseProtocol } from '../../graph/protocol.ts';
import type { ServiceEntryPort, ServiceEntrySpec } from '../../imports/istio.ts';
import type { Manifest } from '../../manifest/manifest.ts';
import { isWildcardHost } from '../../model/host.ts';
import { hostProblem, isPartialWildcard, nameProblem } from './host-syntax.ts';
import { isIpOrSubnet } from './ip-syntax.ts';
import { isDnsLabel } from './label-syntax.ts';
import { refused, warned, type Objections } from './objection.ts';
import { isHttpProtocol, isTcpProtocol, isTlsProtocol, knownProtocol } from './port-protocol.ts';

/** Hosts and addresses of a ServiceEntry. */
export function* serviceEntryHosts({ hosts, addresses = [], resolution }: ServiceEntrySpec): Objections {
  for (const [index, host] of hosts.entries()) {
    const at = ['spec', 'hosts', index];
    const problem = hostProblem(host);
    if (problem !== undefined) yield refused(at, problem, 'write a host such as "api.example.com"');
    else if (resolution !== 'DYNAMIC_DNS' && isPartialWildcard(host))
      yield warned(
        at,
        `"${host}" has "*" in a part of a label`,
        'hosts are matched by whole labels, so that it matches none',
        'write "*" as a whole label, as in "*.example.com"',
      );
  }
  for (const [index, address] of addresses.entries())
    if (!isIpOrSubnet(address))
      yield refused(
        ['spec', 'addresses', index],
        `"${address}" is no IP address or subnet`,
        'write an address such as 10.1.2.3, or a subnet such as 10.1.0.0/16',
      );
}

/** Ports of a ServiceEntry, and whether what is sent to them can be told apart. */
export function* serviceEntryPorts(spec: ServiceEntrySpec): Objections {
  const ports = spec.ports ?? [];
  for (const [index, { name, protocol = '' }] of ports.entries()) {
    const at = ['spec', 'ports', index];
    if (!isDnsLabel(name))
      yield refused([...at, 'name'], `"${name}" is no name of a port`, 'write a DNS label, such as "https"');
    yield* knownProtocol([...at, 'protocol'], protocol);
  }
  yield* severalHosts(spec, ports);
}

function* severalHosts(
  { hosts, addresses = [], resolution = 'NONE' }: ServiceEntrySpec,
  ports: readonly ServiceEntryPort[],
): Objections {
  if (hosts.length < 2) return;
  const blind = ports.findIndex(({ protocol = '' }) => !isHttpProtocol(protocol) && !isTlsProtocol(protocol));
  if (resolution !== 'NONE' && blind !== -1)
    return yield refused(
      ['spec', 'ports', blind, 'protocol'],
      `there are ${hosts.length} hosts, and connections of ${ports[blind]?.protocol || 'no protocol'} say nothing about which one they want`,
      'make a ServiceEntry for each host, or write protocol: TLS or HTTP where it is one of these',
    );
  const tcp = ports.findIndex(({ protocol = '' }) => isTcpProtocol(protocol));
  if ((resolution === 'DNS' || resolution === 'DNS_ROUND_ROBIN') && addresses.length > 0 && tcp !== -1)
    yield warned(
      ['spec', 'ports', tcp],
      `there are ${hosts.length} hosts with one address and a port of ${ports[tcp]?.protocol}`,
      'by its address no connection can be told to be for one of them',
      'make a ServiceEntry for each host',
    );
}

const DYNAMIC_PROTOCOLS = new Set(['HTTP', 'TLS', 'GRPC', 'HTTP2']);
const USE_WAYPOINT = 'istio.io/use-waypoint';

/** What each way to find the addresses of a host asks for. */
export function* serviceEntryResolution(spec: ServiceEntrySpec, manifest: Manifest): Objections {
  const { resolution = 'NONE', endpoints = [], hosts } = spec;
  if (resolution === 'NONE' && spec.workloadSelector !== undefined)
    yield warned(
      ['spec', 'workloadSelector'],
      'the resolution is NONE, and there is a workloadSelector',
      'connections go to the address that the client has, and the selected workloads get none',
      'write resolution: STATIC',
    );
  if ((resolution === 'DNS' || resolution === 'DNS_ROUND_ROBIN') && endpoints.length === 0)
    for (const [index, host] of hosts.entries())
      // What is no host at all is said where hosts are judged.
      if (hostProblem(host) === undefined && nameProblem(host) !== undefined)
        return yield refused(
          ['spec', 'hosts', index],
          `"${host}" is no single name, and with resolution ${resolution} it is looked up`,
          'write a full name, or add endpoints with addresses',
        );
  if (resolution === 'DYNAMIC_DNS') yield* dynamic(spec, manifest);
}

function* dynamic(
  { hosts, addresses = [], endpoints = [], ports = [], location }: ServiceEntrySpec,
  { labels }: Manifest,
): Objections {
  const fits = 'write resolution: DNS, or ';
  for (const [index, host] of hosts.entries())
    if (!isWildcardHost(host))
      yield refused(
        ['spec', 'hosts', index],
        `"${host}" is no wildcard, and the resolution is DYNAMIC_DNS`,
        `${fits}a host such as "*.example.com"`,
      );
  if (addresses.length > 0)
    yield refused(
      ['spec', 'addresses'],
      'there are addresses, and the resolution is DYNAMIC_DNS',
      `${fits}leave out addresses`,
    );
  if (endpoints.length > 0)
    yield refused(
      ['spec', 'endpoints'],
      'there are endpoints, and the resolution is DYNAMIC_DNS',
      `${fits}leave out endpoints`,
    );
  for (const [index, { protocol = '' }] of ports.entries())
    if (!DYNAMIC_PROTOCOLS.has(parseProtocol(protocol) ?? ''))
      yield refused(
        ['spec', 'ports', index, 'protocol'],
        `the protocol is ${protocol || 'not said'}, and the resolution is DYNAMIC_DNS`,
        `${fits}protocol: HTTP, HTTP2, GRPC or TLS`,
      );
  const waypoint = labels[USE_WAYPOINT] ?? '';
  if (location === 'MESH_INTERNAL' && waypoint !== '' && waypoint.toLowerCase() !== 'none')
    yield refused(
      ['spec', 'location'],
      `the location is MESH_INTERNAL, the resolution DYNAMIC_DNS, and the waypoint "${waypoint}" is used`,
      'write location: MESH_EXTERNAL, or leave out the waypoint',
    );
}
