/** What is wrong with, or worth knowing about, one place of an OpenAPI document. */
export interface ContractFinding {
  /** Field path, as in `paths["/users/{id}"].get.operationId`; empty for the document as a whole. */
  readonly path: string;
  /** What was found, with its value. */
  readonly message: string;
  /** What it does to the mesh. */
  readonly why: string;
  /** What to write instead. */
  readonly fix: string;
}

/** Collects what a reader comes across, so that its user sees all of it at once. */
export interface Findings {
  /** What makes a contract impossible. */
  readonly problems: ContractFinding[];
  /** What works, but perhaps not as expected. */
  readonly notes: ContractFinding[];
}

/** Keys from the root of the document to a place in it. */
export type Place = readonly (string | number)[];

/** A place as people read it: `paths["/users/{id}"].get.tags[0]`. */
export const fieldPath = (place: Place): string =>
  place
    .map((key, index) => {
      if (typeof key === 'number') return `[${key}]`;
      if (!/^[A-Za-z_$][\w$-]*$/.test(key)) return `[${JSON.stringify(key)}]`;
      return index === 0 ? key : `.${key}`;
    })
    .join('');

/** A finding at a place. */
export const findingAt = (place: Place, message: string, why: string, fix: string): ContractFinding => ({
  path: fieldPath(place),
  message,
  why,
  fix,
});

/** A finding as lines of text, with the file in which it is. */
export const formatFinding = (file: string, { path, message, why, fix }: ContractFinding): string =>
  `${[file, path, message].filter((part) => part !== '').join(': ')}\n  why: ${why}\n  fix: ${fix}`;
