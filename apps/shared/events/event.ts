import { z } from 'zod';

/** What every event carries besides its own facts. */
export const envelope = {
  event_id: z.uuid().describe('The event itself: consumers know by it what they have seen.'),
  subject_id: z.uuid().describe('Whom it is about. Events about one subject arrive in their order.'),
  timestamp: z.iso.datetime().describe('When it happened, in UTC.'),
  version: z.literal(1).describe("Version of this type's facts; a new one keeps what the old one has."),
  traceparent: z.string().max(55).optional().describe('The trace that it belongs to, as W3C Trace Context has it.'),
};

/** A type of event: its facts, and the way it takes. */
export interface EventDefinition<Type extends string = string, Facts extends z.ZodRawShape = z.ZodRawShape> {
  readonly type: Type;
  /** Routing key on RabbitMQ's exchange `events`. */
  readonly routingKey: string;
  /** Topic on Kafka, where the key is the subject's id. */
  readonly topic: string;
  readonly schema: z.ZodObject<typeof envelope & { event_type: z.ZodLiteral<Type> } & Facts>;
}

/** Declares a type of event. Unknown facts are dropped when one is read, so that a publisher may add some. */
export function defineEvent<const Type extends string, Facts extends z.ZodRawShape>(
  type: Type,
  way: Pick<EventDefinition, 'routingKey' | 'topic'>,
  facts: Facts,
): EventDefinition<Type, Facts> {
  return { type, ...way, schema: z.object({ ...envelope, event_type: z.literal(type), ...facts }) };
}

/** The messages of a list of definitions. */
export type EventOf<Definition extends EventDefinition> = z.infer<Definition['schema']>;
