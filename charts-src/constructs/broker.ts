import type { Client } from './client.ts';

/** Carries messages from those that publish `P` to those that consume from `Q`. */
export interface Broker<P extends string, Q extends string> {
  addPublisher(client: Client, names: readonly P[]): void;
  addConsumer(client: Client, from: readonly Q[]): void;
}
