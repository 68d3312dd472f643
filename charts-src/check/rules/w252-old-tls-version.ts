import type { ServerTLSSettings } from '../../imports/istio.ts';
import type { Manifest } from '../../manifest/manifest.ts';
import type { Path } from '../../model/schema.ts';
import type { Hit, Rule } from '../rule.ts';

/** TLS 1.0 and 1.1 have been broken and given up; Istio's own minimum is 1.2. */
export const oldTlsVersion = {
  code: 'W252',
  name: 'old-tls-version',
  severity: 'warning',
  summary: 'A server accepts TLS 1.0 or 1.1, or encryption that is known to be weak.',
  reads: ['Gateway', 'Sidecar'],
  *check(graph) {
    for (const { gateway, servers } of graph.gateways)
      for (const { server, at } of servers) yield* judge(gateway.manifest, [...at, 'tls'], server.tls);
    for (const { manifest, spec } of graph.of('Sidecar'))
      for (const [index, listener] of (spec.ingress ?? []).entries())
        yield* judge(manifest, ['spec', 'ingress', index, 'tls'], listener.tls);
  },
} satisfies Rule;

function* judge(manifest: Manifest, at: Path, tls: ServerTLSSettings | undefined): Generator<Hit> {
  if (tls === undefined) return;
  for (const field of ['minProtocolVersion', 'maxProtocolVersion'] as const) {
    const version = tls[field];
    if (version !== 'TLSV1_0' && version !== 'TLSV1_1') continue;
    // Without ciphers of its own nobody can agree on an old version: that the line is pointless is W461's.
    if (field === 'minProtocolVersion' && (tls.cipherSuites ?? []).length === 0) continue;
    yield {
      manifest,
      at: [...at, field],
      message: `${field} ${version}: ${field === 'minProtocolVersion' ? 'clients may agree on' : 'clients get nothing better than'} TLS 1.${version.slice(-1)}, whose weaknesses are known`,
      fix: field === 'minProtocolVersion' ? 'remove it, or write TLSV1_2 or TLSV1_3' : 'remove it',
    };
    return;
  }
  const weak = (tls.cipherSuites ?? []).findIndex((suite) => /RC4|3DES|DES-CBC3|NULL|EXPORT|MD5/.test(suite));
  if (weak >= 0)
    yield {
      manifest,
      at: [...at, 'cipherSuites', weak],
      message: `cipher suite ${tls.cipherSuites?.[weak] ?? ''} is known to be weak`,
      fix: 'remove cipherSuites: the default has only suites that are not',
    };
}
