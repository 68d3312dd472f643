import type { Kind } from './crd.ts';

/** The module of constructs: one class per kind. */
export function printResources(kinds: readonly Kind[]): string {
  return kinds.map(printResource).join('\n\n');
}

const printResource = ({ kind, apiVersions: [apiVersion = ''] }: Kind) => `/** What a {@link ${kind}} is made from. */
export interface ${kind}Props {
  /** @default - a name from the construct's path, the namespace of the chart */
  readonly metadata?: ApiObjectMetadata;
  readonly spec: ${kind}Spec;
}

/** ${article(kind)} ${kind} of Istio, with its spec as it is written. */
export class ${kind} extends ApiObject {
  /** Group and version that it is written in. */
  static readonly apiVersion = '${apiVersion}';
  static readonly kind = '${kind}';

  constructor(scope: Construct, id: string, props: ${kind}Props) {
    super(scope, id, { ...props, apiVersion: ${kind}.apiVersion, kind: ${kind}.kind });
    noteDeclaration(this);
  }
}`;

const article = (noun: string) => (/^[AEIO]/.test(noun) ? 'An' : 'A');
