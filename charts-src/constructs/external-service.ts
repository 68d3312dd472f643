import { Construct } from 'constructs';
import { connectionPool } from '../manifest/destination-rule.ts';
import { serviceEntrySpec } from '../manifest/service-entry.ts';
import { dnsLabelProblem } from '../model/names.ts';
import type { ExternalCallee } from '../model/party.ts';
import { fieldProblems } from '../model/problems.ts';
import { ManifestObject } from './manifest-object.ts';
import { Mesh } from './mesh.ts';

/** A host outside the mesh. */
export interface ExternalServiceProps {
  /** Its exact DNS names. */
  readonly hosts: readonly [string, ...string[]];
  /** Port that it listens on. @default 443 */
  readonly port?: number;
  /**
   * `passthrough`: the application speaks TLS itself. `originate`: the application speaks HTTP to port 80, and its
   * proxy makes TLS of it, checked against the system's certificate authorities. `none`: plain TCP.
   * @default 'passthrough'
   */
  readonly tls?: 'passthrough' | 'originate' | 'none';
  /** Namespace whose workloads may be given edges to it. @default - the first of the mesh */
  readonly namespace?: string;
}

/** A host outside the mesh that services can be allowed to call. */
export class ExternalService extends Construct {
  readonly external: ExternalCallee;
  readonly serviceEntry: ManifestObject;

  constructor(scope: Construct, id: string, props: ExternalServiceProps) {
    super(scope, id);
    const mesh = Mesh.of(scope);
    const { hosts, port = 443, tls = 'passthrough', namespace = mesh.namespaces[0] } = props;
    const ports: ExternalCallee['ports'] =
      tls === 'originate'
        ? [{ number: 80, targetPort: port, protocol: 'HTTP' }]
        : [{ number: port, targetPort: port, protocol: tls === 'none' ? 'TCP' : 'TLS' }];
    this.external = { name: id, namespace, hosts, ports };
    const metadata = { name: id, namespace };
    this.serviceEntry = new ManifestObject(
      this,
      'ServiceEntry',
      { ...networking, kind: 'ServiceEntry', metadata },
      () => ({
        spec: serviceEntrySpec(this.external),
      }),
    );
    new ManifestObject(this, 'DestinationRule', { ...networking, kind: 'DestinationRule', metadata }, () => ({
      spec: {
        host: hosts[0],
        exportTo: ['.'],
        trafficPolicy: {
          connectionPool: connectionPool({ tcp: { connectTimeout: '5s' } }, false),
          ...(tls === 'originate' && {
            // Without a certificate authority Envoy would take any certificate.
            tls: { mode: 'SIMPLE', caCertificates: 'system', sni: hosts[0], subjectAltNames: [hosts[0]] },
          }),
        },
      },
    }));
    this.node.addValidation({
      validate: () => [
        ...fieldProblems({ id: dnsLabelProblem(id) }),
        ...hosts.flatMap((host) =>
          fieldProblems({
            hosts: /^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/.test(host)
              ? undefined
              : `"${host}" is no exact DNS name: a wildcard cannot be resolved, and an address says nothing about whom it belongs to`,
          }),
        ),
        ...(tls === 'none' && hosts.length > 1
          ? [
              `hosts: plain TCP carries no name to tell ${hosts.length} hosts apart by, and Istio refuses such a ServiceEntry. Make an ExternalService for each.`,
            ]
          : []),
        ...(tls === 'originate' && hosts.length > 1
          ? [`hosts: TLS is checked for one name, and there are ${hosts.length}. Make an ExternalService for each.`]
          : []),
      ],
    });
  }
}

const networking = { apiVersion: 'networking.istio.io/v1' } as const;
