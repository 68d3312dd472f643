import type { Construct } from 'constructs';
import { dnsLabelProblem } from '../model/names.ts';

/** An id that a construct can have, and what is wrong with the wanted one. */
export interface FitId {
  readonly id: string;
  readonly problems: readonly string[];
}

/** What an id has to be besides free among its siblings. */
export interface IdRules {
  /** What is wrong with an id for its own sake.
   * @default - that it is no DNS label */
  readonly problemOf?: (id: string) => string | undefined;
  /** Whether something that lies elsewhere has it already.
   * @default - nothing does */
  readonly isTaken?: (id: string) => boolean;
}

/**
 * The id of a construct that is also a name: of a Service, an identity, a file. One that cannot be is replaced by one
 * that can, so that the cause is reported and not all that follows from it.
 */
export function fitId(
  scope: Construct,
  wanted: string,
  { problemOf = nameProblem, isTaken = () => false }: IdRules = {},
): FitId {
  const given: unknown = wanted; // code that no compiler has seen gives anything
  const isFree = (id: string): boolean => scope.node.tryFindChild(id) === undefined && !isTaken(id);
  const problem = typeof given === 'string' ? problemOf(given) : `${String(given)} is no text. Write one`;
  if (problem === undefined && isFree(wanted)) return { id: wanted, problems: [] };
  const near = problem === undefined ? wanted.slice(0, 55) : label(String(given));
  let id = near;
  for (let count = 2; !isFree(id); count++) id = `${near}-${count}`;
  return {
    id,
    problems: [
      problem === undefined
        ? `id: "${wanted}" is taken: two things of one name would be one address and one identity. Give this one another id.`
        : `id: ${problem}.`,
    ],
  };
}

const nameProblem = (id: string): string | undefined => {
  const problem = dnsLabelProblem(id);
  return problem && `${problem}; it is an address and an identity, and Kubernetes would refuse it`;
};

/** A DNS label that reminds of a text. */
const label = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 50)
    .replace(/-+$/, '') || 'unnamed';
