import { ApiObject, JsonPatch } from 'cdk8s';
import type { Construct } from 'constructs';
import type { KubernetesObject, ObjectMeta } from '../manifest/kubernetes-object.ts';

/** What a {@link ManifestObject} is, without its content. */
export interface ManifestHead {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
}

/**
 * An object whose content is worked out at synthesis, when all edges are known. It is an ordinary `ApiObject`: its
 * metadata can be added to, and JSON patches apply.
 */
export class ManifestObject extends ApiObject {
  readonly #content: () => object;
  readonly #patches: JsonPatch[] = [];

  /** @param content everything of the object but apiVersion, kind and metadata: plain JSON without undefined or null */
  constructor(scope: Construct, id: string, head: ManifestHead, content: () => object) {
    super(scope, id, head);
    this.#content = content;
  }

  override addJsonPatch(...ops: JsonPatch[]): void {
    this.#patches.push(...ops);
  }

  // The content is plain JSON already: cdk8s' walk over it for tokens and nulls would cost more than making it.
  override toJson(): KubernetesObject {
    const json = {
      apiVersion: this.apiVersion,
      kind: this.kind,
      metadata: this.metadata.toJson() as ObjectMeta, // ApiObjectMetadataDefinition renders what it was given
      ...this.#content(),
    };
    // A patch of cdk8s takes and gives any JSON; what it gives is judged when it is printed.
    return this.#patches.length === 0 ? json : (JsonPatch.apply(json, ...this.#patches) as KubernetesObject);
  }
}
