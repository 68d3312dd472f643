/** A case of the grid that Istio's own analyzers are tested with, told with manifests of our own. */
export interface GridCase {
  /** Its name in Istio's analyzers_test.go. */
  readonly upstream: string;
  /** Our manifests of the same shape. */
  readonly manifests: string;
  /** One entry a message that Istio gives. Empty: all must stay silent. */
  readonly expected: readonly ExpectedMessage[];
  /** Codes that a silent case must not give, where `expected` names none. @default - every code of its family */
  readonly silent?: readonly string[];
  /** Why no file can tell, where a live cluster, MeshConfig or an injector is needed. */
  readonly cannotJudge?: string;
}

/** A message of Istio's analyzers. */
export interface ExpectedMessage {
  /** `IST0101` */
  readonly code: string;
  /** As `objectName` writes it: `VirtualService shop/orders`. */
  readonly object: string;
}
