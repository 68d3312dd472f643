import type { ServiceEntrySpec, WorkloadEntrySpec, WorkloadGroupSpec } from '../../imports/istio.ts';
import type { Path } from '../../model/schema.ts';
import { nameProblem } from './host-syntax.ts';
import { isIp } from './ip-syntax.ts';
import { isDnsLabel } from './label-syntax.ts';
import { labels } from './labels.ts';
import { refused, warned, type Objections } from './objection.ts';
import { UNIX } from './unix-socket.ts';

/** A workload outside Kubernetes. */
export function* workloadEntry(spec: WorkloadEntrySpec): Objections {
  yield* workload(['spec'], spec, 'names or sockets');
}

/** A kind of workloads outside Kubernetes: labels of its metadata, and how it is told to be ready. */
export function* workloadGroup({ metadata, probe }: WorkloadGroupSpec): Objections {
  yield* labels(['spec', 'metadata', 'labels'], metadata?.labels);
  if (probe === undefined) return;
  const at = ['spec', 'probe'];
  if (probe.grpc !== undefined)
    yield refused([...at, 'grpc'], 'probes by gRPC are not supported', 'write httpGet, tcpSocket or exec');
  else if (probe.httpGet === undefined && probe.tcpSocket === undefined && probe.exec === undefined)
    yield refused(at, 'the probe asks nothing', 'add httpGet, tcpSocket or exec');
  if (probe.exec?.command.length === 0)
    yield refused([...at, 'exec', 'command'], 'there is no command', 'write what to run');
  for (const [index, { name = '' }] of (probe.httpGet?.httpHeaders ?? []).entries())
    if (!/^[-A-Za-z0-9]+$/.test(name))
      yield refused(
        [...at, 'httpGet', 'httpHeaders', index, 'name'],
        `"${name}" is no name of a header`,
        'write letters, digits and "-"',
      );
}

/** Where the host of a ServiceEntry runs. */
export function* serviceEntryEndpoints({
  resolution = 'NONE',
  endpoints = [],
  ports = [],
}: ServiceEntrySpec): Objections {
  if (resolution === 'NONE' || resolution === 'DYNAMIC_DNS') return;
  const names = new Set(ports.map(({ name }) => name));
  for (const [index, endpoint] of endpoints.entries()) {
    const at = ['spec', 'endpoints', index];
    yield* workload(at, endpoint, resolution === 'STATIC' ? 'sockets' : 'names');
    for (const name of Object.keys(endpoint.ports ?? {}))
      if (!names.has(name))
        yield refused(
          [...at, 'ports', name],
          `"${name}" is no port of the ServiceEntry (${[...names].join(', ') || 'none'})`,
          'name one of its ports',
        );
    if (endpoint.address?.startsWith(UNIX) === true && resolution === 'STATIC' && names.size !== 1)
      yield refused(
        [...at, 'address'],
        `a socket has one port, and the ServiceEntry has ${names.size}`,
        'declare exactly one port',
      );
  }
}

/** What an address may be besides an IP address. */
type Addresses = 'names' | 'sockets' | 'names or sockets';

function* workload(
  at: Path,
  { address = '', network = '', ports = {}, labels: own }: WorkloadEntrySpec,
  takes: Addresses,
): Objections {
  yield* workloadAddress([...at, 'address'], address, network, takes);
  for (const name of Object.keys(ports))
    if (!isDnsLabel(name))
      yield refused([...at, 'ports', name], `"${name}" is no name of a port`, 'write a DNS label, such as "http"');
  yield* labels([...at, 'labels'], own);
}

function* workloadAddress(at: Path, address: string, network: string, takes: Addresses): Objections {
  if (address === '') {
    if (network === '' || takes === 'names')
      yield refused(at, 'there is no address', 'add an IP address, or a name where names are looked up');
    else
      yield warned(
        at,
        `there is no address, only the network "${network}"`,
        'requests go to the gateway of that network',
        'add the address where the workload has one',
      );
    return;
  }
  // What a socket looks like, the API server knows too.
  if (isIp(address) || (takes !== 'names' && address.startsWith(UNIX))) return;
  if (takes === 'sockets')
    return yield refused(
      at,
      `"${address}" is no IP address, and with resolution STATIC nothing is looked up`,
      'write an IP address, or resolution: DNS',
    );
  const problem = nameProblem(address);
  if (problem !== undefined) yield refused(at, problem, 'write an IP address or a full name');
}
