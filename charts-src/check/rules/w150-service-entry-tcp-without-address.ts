import type { MeshGraph } from '../../graph/mesh-graph.ts';
import type { Resource } from '../../graph/resource.ts';
import type { Rule } from '../rule.ts';

/**
 * A port of TCP has no name in it that tells hosts apart: without an address the proxy takes every connection to that
 * port, whatever it is for.
 */
export const serviceEntryTcpWithoutAddress = {
  code: 'W150',
  name: 'service-entry-tcp-without-address',
  severity: 'warning',
  summary: 'A ServiceEntry for TCP without addresses takes every connection to its port.',
  also: ['IST0134'],
  reads: ['ServiceEntry', 'ConfigMap'],
  *check(graph) {
    if (givesAddresses(graph)) return;
    for (const entry of graph.of('ServiceEntry')) {
      if (entry.spec.addresses !== undefined || hasAllocated(entry)) continue;
      for (const [index, { number, protocol = '' }] of (entry.spec.ports ?? []).entries()) {
        if (protocol !== '' && protocol.toUpperCase() !== 'TCP') continue;
        yield {
          manifest: entry.manifest,
          at: ['spec', 'ports', index],
          message: `port ${number} is ${protocol === '' ? 'of no protocol, which means TCP' : 'TCP'}, and ${entry.spec.hosts.join(', ')} has no addresses: the proxy cannot tell it from other hosts, and takes every connection to port ${number}`,
          fix:
            protocol === ''
              ? 'write protocol: TLS or HTTP where it speaks that; else add addresses'
              : 'add addresses, or protocol: TLS where it speaks TLS; or have Istio give addresses with DNS capture',
        };
      }
    }
  },
} satisfies Rule;

/** Whether proxies answer DNS for hosts and give each an address of its own. Source: Istio's ProtocolAddressesAnalyzer */
function givesAddresses({ meshConfig }: MeshGraph): boolean {
  const config = meshConfig?.mesh['defaultConfig'] as { readonly proxyMetadata?: unknown } | null | undefined; // YAML of any shape
  const metadata = config?.proxyMetadata as Readonly<Record<string, unknown>> | null | undefined; // likewise
  const isOn = (name: string): boolean => String(metadata?.[name]) === 'true';
  return (
    isOn('ISTIO_META_DNS_CAPTURE') && (isOn('ISTIO_META_DNS_AUTO_ALLOCATE') || isOn('PILOT_ENABLE_IP_AUTOALLOCATE'))
  );
}

/** Addresses that Istio gave it, in what a cluster prints. */
function hasAllocated({ manifest }: Resource<'ServiceEntry'>): boolean {
  const status = manifest.object['status'] as { readonly addresses?: unknown } | null | undefined; // JSON of any shape
  return Array.isArray(status?.addresses) && status.addresses.length > 0;
}
