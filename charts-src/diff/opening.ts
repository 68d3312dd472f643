import type { Reference, SecurityTopic } from './change.ts';

/**
 * Something that one set of manifests lets happen and another does not. A comparison looks for them in both directions:
 * what only the new set lets happen is broader, what only the old one let happen is narrower.
 */
export interface Opening {
  readonly topic: SecurityTopic;
  /** `Deployment shop/orders-v1`. */
  readonly subject: string;
  /** Said of the set that lets it happen: `lets in …`. */
  readonly opened: string;
  /** Said of a set that let it happen before: `lets in no more …`. */
  readonly closed: string;
  readonly by: Reference | undefined;
}
