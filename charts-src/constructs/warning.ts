import type { IConstruct } from 'constructs';

/** Kind of construct metadata under which warnings are kept. */
const WARNING = 'weft:warning';

/** A configuration that works, but rarely as meant. */
export interface Warning {
  /** Path of the construct. */
  readonly path: string;
  readonly message: string;
}

/** Notes something that works, but rarely as meant. Synthesis says it and goes on. */
export const warn = (construct: IConstruct, message: string): void => construct.node.addMetadata(WARNING, message);

/** All warnings in a tree of constructs. */
export const warningsOf = (root: IConstruct): readonly Warning[] =>
  root.node
    .findAll()
    .flatMap(({ node }) =>
      node.metadata
        .filter(({ type }) => type === WARNING)
        .map(({ data }) => ({ path: node.path, message: String(data) })),
    );
