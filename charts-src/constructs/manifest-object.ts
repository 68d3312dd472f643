import { ApiObject, JsonPatch } from 'cdk8s';
import type { Construct } from 'constructs';
import type { KubernetesObject, ObjectMeta } from '../manifest/kubernetes-object.ts';

/** What a {@link ManifestObject} is, without its content. */
export interface ManifestHead {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
}

/** The content of a {@link ManifestObject}. */
export interface ManifestContent {
  /** Annotations that are known at synthesis only. */
  readonly metadata?: Pick<ObjectMeta, 'annotations'>;
  readonly [field: string]: unknown;
}

/**
 * An object whose content is worked out at synthesis, when all edges are known. It is an ordinary `ApiObject`: its
 * metadata can be added to, and JSON patches apply.
 */
export class ManifestObject extends ApiObject {
  readonly #content: () => ManifestContent;
  readonly #patches: JsonPatch[] = [];

  /** @param content everything of the object but apiVersion and kind: plain JSON without undefined or null. Of the
   * metadata it may give further annotations */
  constructor(scope: Construct, id: string, head: ManifestHead, content: () => ManifestContent) {
    super(scope, id, head);
    this.#content = content;
  }

  override addJsonPatch(...ops: JsonPatch[]): void {
    this.#patches.push(...ops);
  }

  // The content is plain JSON already: cdk8s' walk over it for tokens and nulls would cost more than making it.
  override toJson(): KubernetesObject {
    const { metadata, ...content } = this.#content();
    const json = {
      apiVersion: this.apiVersion,
      kind: this.kind,
      metadata: annotated(this.metadata.toJson() as ObjectMeta, metadata?.annotations), // it renders what it was given
      ...content,
    };
    // A patch of cdk8s takes and gives any JSON; what it gives is judged when it is printed.
    return this.#patches.length === 0 ? json : (JsonPatch.apply(json, ...this.#patches) as KubernetesObject);
  }
}

const annotated = (metadata: ObjectMeta, further: ObjectMeta['annotations'] = {}): ObjectMeta =>
  Object.keys(further).length === 0 ? metadata : { ...metadata, annotations: { ...metadata.annotations, ...further } };
