import { isOfIstio } from '../long-running.ts';
import type { Rule } from '../rule.ts';

/** An ExternalName Service whose port is TCP takes every connection to that port of the whole mesh. */
export const externalNamePort = {
  code: 'W535',
  name: 'external-name-port',
  severity: 'warning',
  summary: 'A port of an ExternalName Service is TCP, or does not say what it is.',
  also: ['IST0150'],
  reads: ['Service'],
  *check({ services }) {
    for (const { manifest, ports, from } of services) {
      if (from.kind !== 'Service' || from.spec.type !== 'ExternalName' || isOfIstio(manifest)) continue;
      for (const { protocol, name, number, at } of ports) {
        if (protocol !== 'sniffed' && name !== 'tcp') continue;
        yield {
          manifest,
          at: [...at, 'name'],
          message: `port ${number} ${name === '' ? 'has no name' : `is named "${name}"`}: the Service has no address of its own, so for TCP the proxies listen on 0.0.0.0:${number} and send what any client sends to that port, whoever it is for, to ${from.spec.externalName ?? 'the external name'}`,
          fix: 'name it by the protocol that tells hosts apart, http or https (or tls), or use a ServiceEntry',
        };
      }
    }
  },
} satisfies Rule;
