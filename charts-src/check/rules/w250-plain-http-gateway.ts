import { looksLikeEgress } from '../egress-gateways.ts';
import type { Rule } from '../rule.ts';

/** A door to the outside that is not encrypted: passwords, tokens and cookies can be read on the way. */
export const plainHttpGateway = {
  code: 'W250',
  name: 'plain-http-gateway',
  severity: 'warning',
  summary: 'A Gateway serves plain HTTP without redirecting it to HTTPS.',
  reads: ['Gateway'],
  *check(graph) {
    for (const { gateway, servers } of graph.gateways) {
      if (looksLikeEgress(gateway.spec.selector ?? {})) continue;
      for (const { server, at, hosts } of servers) {
        const protocol = server.port?.protocol?.toUpperCase() ?? '';
        if (!['HTTP', 'HTTP2', 'GRPC', 'GRPC-WEB'].includes(protocol) || server.tls?.httpsRedirect === true) continue;
        const isAny = hosts.some(({ host }) => host === '*');
        yield {
          manifest: gateway.manifest,
          at: [...at, 'port', 'protocol'],
          message: `port ${server.port?.number ?? '?'} serves ${isAny ? 'every host name' : hosts.map(({ host }) => host).join(', ')} in plain ${protocol}: what is sent can be read and changed on the way`,
          fix: `add "tls: { httpsRedirect: true }" to this server and a server HTTPS on 443 with tls.mode SIMPLE and a credentialName${isAny ? ', both for the host names that are meant' : ''}`,
        };
      }
    }
  },
} satisfies Rule;
