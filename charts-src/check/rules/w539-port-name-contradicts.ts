import { isHttp, parseProtocol } from '../../graph/protocol.ts';
import type { Rule } from '../rule.ts';

/** The name of a port says one protocol and appProtocol another: Istio believes appProtocol, people read the name. */
export const portNameContradicts = {
  code: 'W539',
  name: 'port-name-contradicts',
  severity: 'warning',
  summary: 'The name of a port and its appProtocol say different protocols.',
  reads: ['Service'],
  *check({ services }) {
    for (const { manifest, ports, from } of services) {
      if (from.kind !== 'Service') continue;
      for (const [index, { name, protocol, at }] of ports.entries()) {
        const appProtocol = from.spec.ports?.[index]?.appProtocol;
        const named = parseProtocol(name.split('-')[0] ?? '');
        if (appProtocol === undefined || named === undefined || protocol === 'sniffed') continue;
        if (isHttp(named) === isHttp(protocol)) continue;
        yield {
          manifest,
          at: [...at, 'appProtocol'],
          message: `the port is named "${name}", and appProtocol is "${appProtocol}", which alone counts: it is ${protocol}, so ${isHttp(protocol) ? 'proxies read it as HTTP and answer 400 to anything else' : 'no route, retry, timeout or rule about requests acts on it'}`,
          fix: `write appProtocol: ${named.toLowerCase()}, or name the port ${protocol.toLowerCase()}-…`,
        };
      }
    }
  },
} satisfies Rule;
