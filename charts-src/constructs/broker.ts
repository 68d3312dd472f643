import { closest } from '../model/closest.ts';
import type { Client } from './client.ts';

/** Carries messages from those that publish `P` to those that consume from `Q`. */
export interface Broker<P extends string, Q extends string> {
  addPublisher(client: Client, names: readonly P[]): void;
  addConsumer(client: Client, from: readonly Q[]): void;
}

/** What is wrong with names that a client gave and a broker does not have, for code that no compiler has seen. */
export const unknownNames = (
  verb: 'publishes' | 'consumes',
  { party }: Pick<Client, 'party'>,
  names: readonly unknown[],
  known: readonly string[],
  noun: 'event' | 'queue' | 'topic',
): string[] =>
  names
    .map(String) // whatever it is
    .filter((name) => !known.includes(name))
    .map((name) => {
      const meant = closest(name, known);
      return (
        `${party.name} ${verb} "${name}", which is no ${noun} here (there are ${known.join(', ') || 'none'}), so nothing would ever arrive. ` +
        (meant === undefined ? `Name one of these, or declare the ${noun}.` : `Did you mean "${meant}"?`)
      );
    });
