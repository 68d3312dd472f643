import type { ClientTLSSettings, DestinationRuleSpec } from '../../imports/istio.ts';
import type { Manifest } from '../../manifest/manifest.ts';
import type { Path } from '../../model/schema.ts';
import { refused, type Objections } from './objection.ts';
import { policyBlocks } from './traffic-policies.ts';

/** How clients encrypt what they send. */
export function* clientTls(spec: DestinationRuleSpec, { namespace }: Manifest): Objections {
  for (const { at, policy } of policyBlocks(spec)) {
    if (policy.tls === undefined) continue;
    yield* configMap([...at, 'tls', 'credentialName'], policy.tls, namespace);
    yield* verification([...at, 'tls'], policy.tls);
    yield* certificates([...at, 'tls'], policy.tls);
  }
}

const CONFIG_MAP = 'configmap://';

function* configMap(at: Path, { credentialName = '' }: ClientTLSSettings, namespace: string): Objections {
  if (!credentialName.startsWith(CONFIG_MAP)) return;
  const [where = '', name = ''] = credentialName.slice(CONFIG_MAP.length).split('/');
  if (where === '' || name === '' || where !== namespace)
    yield refused(
      at,
      `"${credentialName}" names no ConfigMap of the namespace ${namespace}`,
      `write "${CONFIG_MAP}${namespace}/<name>"`,
    );
}

/** Files and Secrets that would verify what is not to be verified. */
function* verification(at: Path, tls: ClientTLSSettings): Objections {
  if (tls.insecureSkipVerify !== true || (tls.mode !== 'SIMPLE' && tls.mode !== 'MUTUAL')) return;
  const found = [
    ...(isSet(tls.caCertificates) ? ['caCertificates'] : []),
    ...(tls.mode === 'SIMPLE' && isSet(tls.credentialName) ? ['credentialName'] : []),
    ...((tls.subjectAltNames?.length ?? 0) > 0 ? ['subjectAltNames'] : []),
  ];
  for (const field of found)
    yield refused(
      [...at, field],
      `insecureSkipVerify verifies nothing, and ${field} says what to verify with`,
      'leave out insecureSkipVerify',
    );
}

const FILES = ['clientCertificate', 'privateKey', 'caCertificates', 'caCrl'] as const;

function* certificates(at: Path, tls: ClientTLSSettings): Objections {
  if ((tls.mode === 'SIMPLE' || tls.mode === 'MUTUAL') && isSet(tls.credentialName)) {
    for (const field of FILES)
      if (isSet(tls[field]))
        yield refused(
          [...at, field],
          `${field} is a file, and credentialName has the certificates`,
          'keep one of them',
        );
    return;
  }
  if (tls.mode !== 'MUTUAL') return;
  for (const field of ['clientCertificate', 'privateKey'] as const)
    if (!isSet(tls[field]))
      yield refused([...at, field], `tls is MUTUAL, and there is no ${field}`, `add ${field}, or a credentialName`);
}

const isSet = (text: string | undefined): boolean => text !== undefined && text !== '';
