import type { Manifest } from '../../manifest/manifest.ts';
import { show, type Path } from '../../model/schema.ts';
import { labelsOf } from './metadata.ts';
import { isName, portNumberOf, portReference } from './ports-of-kubernetes.ts';
import { fieldsOf, isGiven, itemsOf, type Fields } from '../../manifest/raw.ts';
import type { Refusals } from './refusal.ts';

const TYPES = ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'];
const PROTOCOLS = ['TCP', 'UDP', 'SCTP'];

/** What the API server has against a Service. Source: Kubernetes' ValidateService */
export function* serviceRefusals({ object }: Manifest): Refusals {
  const spec = fieldsOf(object['spec']);
  const { type, clusterIP, externalName } = spec;
  const at = ['spec'];
  if (isGiven(type) && !TYPES.includes(String(type)))
    yield { at: [...at, 'type'], what: `${show(type)} is no type of a Service`, fix: `choices: ${TYPES.join(', ')}` };
  if (clusterIP === 'None' && (type === 'NodePort' || type === 'LoadBalancer'))
    yield {
      at: [...at, 'clusterIP'],
      what: `a Service of type ${type} has no "clusterIP: None"`,
      fix: 'leave out clusterIP, or write type: ClusterIP',
    };
  if (type === 'ExternalName' && !isGiven(externalName))
    yield {
      at: [...at, 'externalName'],
      what: 'the type is ExternalName, and there is no externalName',
      fix: 'add the name of the host',
    };
  if (type === 'ExternalName' && isGiven(externalName) && !isExternalName(String(externalName)))
    yield {
      at: [...at, 'externalName'],
      what: `${show(externalName)} is no name in DNS`,
      fix: 'write the bare name of the host, in small letters, without scheme, port and path',
    };
  const { sessionAffinity } = spec;
  if (isGiven(sessionAffinity) && sessionAffinity !== 'None' && sessionAffinity !== 'ClientIP')
    yield {
      at: [...at, 'sessionAffinity'],
      what: `${show(sessionAffinity)} is no sessionAffinity`,
      fix: 'choices: None, ClientIP',
    };
  yield* labelsOf([...at, 'selector'], spec['selector']);
  yield* ports([...at, 'ports'], spec);
}

/** Source: Kubernetes' IsDNS1123Subdomain, after one final dot */
const isExternalName = (name: string): boolean =>
  name.length <= 253 && /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*\.?$/.test(name);

function* ports(at: Path, { ports: list, type, clusterIP, selector }: Fields): Refusals {
  const all = itemsOf(list);
  // Without a selector either, it may be a patch of Kustomize, which nobody applies.
  if (all.length === 0 && type !== 'ExternalName' && clusterIP !== 'None' && isGiven(selector))
    yield { at, what: 'the Service has no ports', fix: 'add "ports" with name and port' };
  const names = new Map<unknown, number>();
  const numbers = new Map<string, number>();
  for (const [index, item] of all.entries()) {
    const port = fieldsOf(item);
    const here = [...at, index];
    yield* onePort(here, port, all.length, type);
    const { name, port: number, protocol = 'TCP' } = port;
    const [sameName, sameNumber] = [names.get(name), numbers.get(`${String(number)}/${String(protocol)}`)];
    if (isGiven(name)) {
      if (sameName !== undefined)
        yield {
          at: [...here, 'name'],
          what: `${show(name)} is already the name of port ${sameName}`,
          fix: 'give each port a name of its own',
        };
      names.set(name, index);
    }
    if (typeof number !== 'number') continue;
    if (sameNumber !== undefined)
      yield {
        at: [...here, 'port'],
        what: `${number} is already the number of port ${sameNumber}`,
        fix: 'give each port a number of its own',
      };
    numbers.set(`${number}/${String(protocol)}`, index);
  }
}

function* onePort(
  at: Path,
  { name, port, protocol, targetPort, nodePort }: Fields,
  count: number,
  type: unknown,
): Refusals {
  yield* portNumberOf([...at, 'port'], port, 'the port');
  if (!isGiven(name)) {
    if (count > 1)
      yield {
        at: [...at, 'name'],
        what: `there are ${count} ports, and this one has no name`,
        fix: 'name each of them, such as "http"',
      };
  } else if (!isName(name))
    yield {
      at: [...at, 'name'],
      what: `${show(name)} is no name of a port`,
      fix: 'use at most 63 of a-z, 0-9 and "-", such as "http"',
    };
  if (isGiven(protocol) && !PROTOCOLS.includes(String(protocol)))
    yield {
      at: [...at, 'protocol'],
      what: `${show(protocol)} is no protocol of a port`,
      fix: `choices: ${PROTOCOLS.join(', ')}; what is spoken on it goes into "appProtocol" or the name`,
    };
  if (targetPort !== undefined && targetPort !== null && targetPort !== 0 && targetPort !== '')
    yield* portReference([...at, 'targetPort'], targetPort);
  if (isGiven(nodePort) && nodePort !== 0 && type !== 'NodePort' && type !== 'LoadBalancer')
    yield {
      at: [...at, 'nodePort'],
      what: `a Service of type ${String(type ?? 'ClusterIP')} has no nodePort`,
      fix: 'leave it out, or write type: NodePort',
    };
}
