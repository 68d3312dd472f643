import { Construct } from 'constructs';
import { connectionPool } from '../manifest/destination-rule.ts';
import { serviceEntrySpec } from '../manifest/service-entry.ts';
import { noteDeclaration } from '../model/declaration.ts';
import { given } from '../model/given.ts';
import type { ExternalCallee } from '../model/party.ts';
import { portProblem } from '../model/port.ts';
import { fieldProblems } from '../model/problems.ts';
import type { ObjectSchema, Schema } from '../model/schema.ts';
import { someTextsSchema } from '../model/word-schemas.ts';
import { fitId } from './fit-id.ts';
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
    const mesh = Mesh.of(scope);
    const fit = fitId(scope, id);
    ({ id } = fit);
    super(scope, id);
    noteDeclaration(this);
    const checked = given(externalServiceSchema, props, { hosts: ['not-given.example'] });
    const { hosts, port = 443, tls = 'passthrough', namespace = mesh.namespaces[0] } = checked.props;
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
    // A rule is for one host: the others would have no limits.
    hosts.forEach((host, index) => {
      const suffix = index === 0 ? '' : `-${index + 1}`;
      const head = { ...networking, kind: 'DestinationRule', metadata: { name: `${id}${suffix}`, namespace } };
      new ManifestObject(this, `DestinationRule${suffix}`, head, () => ({
        spec: {
          host,
          exportTo: ['.'],
          trafficPolicy: {
            connectionPool: connectionPool({ tcp: { connectTimeout: '5s' } }, false),
            ...(tls === 'originate' && {
              // Without a certificate authority Envoy would take any certificate.
              tls: { mode: 'SIMPLE', caCertificates: 'system', sni: host, subjectAltNames: [host] },
            }),
          },
        },
      }));
    });
    this.node.addValidation({
      validate: () => [
        ...fit.problems,
        ...checked.problems,
        ...fieldProblems({
          port: portProblem(port),
          namespace: mesh.namespaces.includes(namespace)
            ? undefined
            : `"${namespace}" is no namespace of the mesh (it has ${mesh.namespaces.join(', ')}), so nobody in the mesh would see it. Name one of these`,
        }),
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

const externalServiceSchema: ObjectSchema = {
  type: 'object',
  fields: {
    hosts: someTextsSchema,
    port: 'number',
    tls: { type: 'enum', of: ['passthrough', 'originate', 'none'] },
    namespace: 'string',
  } satisfies Record<keyof ExternalServiceProps, Schema>,
  required: ['hosts'],
};

const networking = { apiVersion: 'networking.istio.io/v1' } as const;
