import type { Resource } from '../../graph/resource.ts';
import type { ClientTLSSettings, TrafficPolicy } from '../../imports/istio.ts';
import { fullHost, serviceOfHost } from '../../model/host.ts';
import type { Path } from '../../model/schema.ts';
import type { Hit, Rule } from '../rule.ts';

/** The proxy opens TLS to a server without being told whose certificate to believe. */
export const unverifiedTls = {
  code: 'W253',
  name: 'unverified-tls',
  severity: 'warning',
  summary: 'A DestinationRule opens TLS without saying which certificate authority to believe.',
  reads: ['DestinationRule'],
  *check(graph) {
    for (const rule of graph.of('DestinationRule')) {
      const isInside =
        serviceOfHost(
          fullHost(rule.spec.host, rule.namespace, graph.settings.clusterDomain),
          graph.settings.clusterDomain,
        ) !== undefined;
      for (const { policy, at, isWhole } of policiesOf(rule)) {
        yield* judge(rule, policy.tls, [...at, 'tls'], isWhole ? 'IST0128' : undefined, isInside);
        for (const [index, { tls, port }] of (policy.portLevelSettings ?? []).entries())
          yield* judge(
            rule,
            tls,
            [...at, 'portLevelSettings', index, 'tls'],
            isWhole ? 'IST0129' : undefined,
            isInside,
            port?.number,
          );
      }
    }
  },
} satisfies Rule;

interface Placed {
  readonly policy: TrafficPolicy;
  readonly at: Path;
  /** Whether it is for the host as a whole: istioctl does not look into subsets. */
  readonly isWhole: boolean;
}

const policiesOf = ({ spec }: Resource<'DestinationRule'>): readonly Placed[] => [
  ...(spec.trafficPolicy === undefined
    ? []
    : [{ policy: spec.trafficPolicy, at: ['spec', 'trafficPolicy'], isWhole: true }]),
  ...(spec.subsets ?? []).flatMap(({ trafficPolicy }, index) =>
    trafficPolicy === undefined
      ? []
      : [{ policy: trafficPolicy, at: ['spec', 'subsets', index, 'trafficPolicy'], isWhole: false }],
  ),
];

function* judge(
  { manifest, spec }: Resource<'DestinationRule'>,
  tls: ClientTLSSettings | undefined,
  at: Path,
  ist: string | undefined,
  isInside: boolean,
  port?: number,
): Generator<Hit> {
  if (tls?.mode !== 'SIMPLE' && tls?.mode !== 'MUTUAL') return;
  const where = `${spec.host}${port === undefined ? '' : `:${port}`}`;
  const also = ist === undefined ? [] : [ist];
  if (tls.insecureSkipVerify === true) {
    yield {
      manifest,
      at: [...at, 'insecureSkipVerify'],
      also: tls.caCertificates === undefined && !isFromSecret(tls, spec) ? also : [],
      message: `insecureSkipVerify: whoever stands between the proxy and ${where} can pretend to be it, read everything and change it`,
      fix: 'remove insecureSkipVerify, and name the certificate authority in caCertificates',
    };
    return;
  }
  if ((tls.caCertificates ?? '') !== '' || isFromSecret(tls, spec)) return;
  yield {
    manifest,
    at: [...at, 'mode'],
    also,
    message:
      `tls mode ${tls.mode} for ${where} names no caCertificates` +
      ((tls.credentialName ?? '') !== ''
        ? ', and credentialName is read by gateways only, unless the rule has a workloadSelector'
        : '') +
      `: proxies believe every public certificate authority of their image${isInside ? ', which rarely certify a name inside the cluster: then the handshake fails' : ', whichever it is'}`,
    fix: 'set caCertificates to the file of the authority that certifies this host, and subjectAltNames to its name',
  };
}

/** A secret brings its own authority; a sidecar reads it only for a rule that selects its pods. */
const isFromSecret = (tls: ClientTLSSettings, { workloadSelector }: Resource<'DestinationRule'>['spec']): boolean =>
  (tls.credentialName ?? '') !== '' && workloadSelector !== undefined;
