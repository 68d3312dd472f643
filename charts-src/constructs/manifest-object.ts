import { ApiObject, Chart, JsonPatch } from 'cdk8s';
import type { Construct, IConstruct } from 'constructs';
import type { KubernetesObject, ObjectMeta } from '../manifest/kubernetes-object.ts';
import { noteDeclaration, noteOf } from '../model/declaration.ts';

/** What a {@link ManifestObject} is, without its content. */
export interface ManifestHead {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
}

/** The content of a {@link ManifestObject}. */
export interface ManifestContent {
  /** What is known at synthesis only: annotations, and a name that depends on the content. */
  readonly metadata?: Pick<ObjectMeta, 'annotations'> & Partial<Pick<ObjectMeta, 'name'>>;
  readonly [field: string]: unknown;
}

/**
 * An object whose content is worked out at synthesis, when all edges are known. It is an ordinary `ApiObject`: its
 * metadata can be added to, and JSON patches apply.
 */
export class ManifestObject extends ApiObject {
  readonly #content: () => ManifestContent;
  #patches: JsonPatch[] | undefined;

  /** @param content everything of the object but apiVersion and kind: plain JSON without undefined or null. Of the
   * metadata it may give further annotations and another name */
  constructor(scope: Construct, id: string, head: ManifestHead, content: () => ManifestContent) {
    super(scope, id, head);
    this.#content = content;
    if (declaringOf(scope) === undefined) noteDeclaration(this);
  }

  override addJsonPatch(...ops: JsonPatch[]): void {
    this.#patches = [...(this.#patches ?? []), ...ops];
  }

  // The content is plain JSON already: cdk8s' walk over it for tokens and nulls would cost more than making it.
  override toJson(): KubernetesObject {
    const content = this.#content();
    const metadata = this.metadata.toJson() as ObjectMeta; // ApiObjectMetadataDefinition renders what it was given
    const json: { -readonly [field in keyof KubernetesObject]: KubernetesObject[field] } = {
      apiVersion: this.apiVersion,
      kind: this.kind,
      metadata: completed(metadata, content.metadata),
    };
    for (const field in content) if (field !== 'metadata') json[field] = content[field];
    if (this.#patches === undefined) return json;
    // A patch changes what it is given, and content may be shared between objects. What it makes of it, any JSON, is
    // judged when it is printed.
    return JsonPatch.apply(copyOf(json), ...this.#patches) as KubernetesObject;
  }
}

/**
 * The construct by which the user declared something: itself, or what it is part of within its chart. A service notes
 * its line once for all of its objects.
 */
export function declaringOf(construct: IConstruct): IConstruct | undefined {
  for (let at: IConstruct | undefined = construct; at; at = Chart.isChart(at) ? undefined : at.node.scope)
    if (noteOf(at)) return at;
  return undefined;
}

function completed(metadata: ObjectMeta, { name, annotations = {} }: ManifestContent['metadata'] = {}): ObjectMeta {
  const named = name === undefined ? metadata : { ...metadata, name };
  return Object.keys(annotations).length === 0
    ? named
    : { ...named, annotations: { ...named.annotations, ...annotations } };
}

function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, copyOf(item)]));
}
