import { Construct } from 'constructs';
import { peerAuthenticationSpec, type StrictMtlsSpec } from '../manifest/peer-authentication.ts';
import { acceptanceAnnotations, type Acceptances } from '../model/acceptance.ts';
import { noteDeclaration } from '../model/declaration.ts';
import { given } from '../model/given.ts';
import type { ObjectSchema, Schema } from '../model/schema.ts';
import { acceptsSchema, textsSchema } from '../model/word-schemas.ts';
import { ManifestObject } from './manifest-object.ts';

/** Who refuses plain text. */
export interface StrictMtlsProps extends StrictMtlsSpec {
  /** `metadata.name` of the policy.
   * @default 'default' - the usual name of a namespace-wide policy */
  readonly name?: string;
  /** Namespace of the policy. @default - that of the chart */
  readonly namespace?: string;
  /** Plain-text ports need the reason for `plain-text-port`. */
  readonly accepts?: Pick<Acceptances, 'plain-text-port'>;
}

const strictMtlsSchema: ObjectSchema = {
  type: 'object',
  fields: {
    name: 'string',
    namespace: 'string',
    selector: textsSchema,
    plainTextPorts: { type: 'list', items: { type: 'integer', min: 1, max: 65_535 } },
    accepts: acceptsSchema,
  } satisfies Record<keyof StrictMtlsProps, Schema>,
};

/** Makes a namespace, or one workload in it, refuse plain text. */
export class StrictMtls extends Construct {
  constructor(scope: Construct, id: string, props: StrictMtlsProps = {}) {
    super(scope, id);
    noteDeclaration(this);
    const checked = given(strictMtlsSchema, props, {});
    ({ props } = checked);
    new ManifestObject(
      this,
      'Resource',
      {
        apiVersion: 'security.istio.io/v1',
        kind: 'PeerAuthentication',
        metadata: {
          name: props.name ?? 'default',
          ...(props.namespace !== undefined && { namespace: props.namespace }),
          ...(props.accepts && { annotations: acceptanceAnnotations(props.accepts) }),
        },
      },
      () => ({ spec: peerAuthenticationSpec(props) }),
    );
    this.node.addValidation({
      validate: () => [
        ...checked.problems,
        ...(props.plainTextPorts?.length && !props.selector
          ? [
              'plainTextPorts: needs `selector`, because Istio refuses portLevelMtls for a whole namespace. Name the workload, or drop the ports.',
            ]
          : []),
        ...(props.plainTextPorts?.length && !props.accepts?.['plain-text-port']?.trim()
          ? [
              `plainTextPorts: ${props.plainTextPorts.join(', ')} would take requests from anybody, unread and unnamed. Drop them, or write accepts: { 'plain-text-port': '<reason>' }.`,
            ]
          : []),
      ],
    });
  }
}
