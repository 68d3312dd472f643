import { z } from 'zod';
import type { ObjectName } from './process-image.ts';

/** What one record of an event asks for. */
export type Asked =
  | { readonly object: ObjectName }
  | { readonly ignored: string }
  /** Nobody can do it, now or later. */
  | { readonly malformed: string };

/** A message of a queue, and what its body asks for. */
export interface QueuedMessage {
  readonly messageId: string;
  readonly asked: readonly Asked[];
}

/** What the function was called for. */
export type Trigger =
  | { readonly by: 'object store'; readonly asked: readonly Asked[] }
  /** Notifications of the object store that came through SQS, where a part of a batch can fail. */
  | { readonly by: 'queue'; readonly messages: readonly QueuedMessage[] }
  | { readonly by: 'http'; readonly method: string; readonly imageId: string | undefined }
  | { readonly by: 'nobody known' };

const objectRecord = z.object({
  eventName: z.string().optional(),
  s3: z.object({ bucket: z.object({ name: z.string().min(1) }), object: z.object({ key: z.string().min(1) }) }),
});
const queueRecord = z.object({ eventSource: z.literal('aws:sqs'), messageId: z.string(), body: z.string() });
const records = z.object({ Records: z.array(z.unknown()) });
/** S3 sends it once, when notifications are switched on. */
const testEvent = z.object({ Event: z.literal('s3:TestEvent') });
const query = z.record(z.string(), z.string().optional()).nullish();
/** API Gateway: payload format 1.0, and 2.0, which function URLs have too. */
const httpEvent = z.union([
  z.object({ httpMethod: z.string(), queryStringParameters: query }),
  z
    .object({ requestContext: z.object({ http: z.object({ method: z.string() }) }), queryStringParameters: query })
    .transform((event) => ({ ...event, httpMethod: event.requestContext.http.method })),
]);

/** Says what an event is, whatever it is. */
export function readEvent(event: unknown): Trigger {
  const http = httpEvent.safeParse(event);
  if (http.success) {
    const { httpMethod: method, queryStringParameters } = http.data;
    return { by: 'http', method, imageId: queryStringParameters?.['image_id'] };
  }
  const batch = records.safeParse(event);
  if (!batch.success) {
    const asked = askedIn(event);
    return asked === undefined ? { by: 'nobody known' } : { by: 'object store', asked };
  }
  const messages = z.array(queueRecord).min(1).safeParse(batch.data.Records);
  if (!messages.success) return { by: 'object store', asked: batch.data.Records.map(askedBy) };
  return {
    by: 'queue',
    messages: messages.data.map(({ messageId, body }) => ({
      messageId,
      asked: askedIn(json(body)) ?? [{ malformed: 'the message is no notification of an object store' }],
    })),
  };
}

/** What a notification asks for; undefined when it is none. */
function askedIn(notification: unknown): readonly Asked[] | undefined {
  if (testEvent.safeParse(notification).success) return [{ ignored: 'it is the test event of S3' }];
  return records.safeParse(notification).data?.Records.map(askedBy);
}

function askedBy(record: unknown): Asked {
  const read = objectRecord.safeParse(record);
  if (!read.success) return { malformed: `the record names no object: ${z.prettifyError(read.error)}` };
  const { eventName, s3 } = read.data;
  if (eventName !== undefined && !/^(s3:)?ObjectCreated:/.test(eventName))
    return { ignored: `${eventName} is not about a new object` };
  const key = decodedKey(s3.object.key);
  return key === undefined
    ? { malformed: `the key ${s3.object.key} is not URL-encoded` }
    : { object: { bucket: s3.bucket.name, key } };
}

/** Keys in notifications are encoded like forms: a blank is a plus, and a plus is %2B. */
function decodedKey(key: string): string | undefined {
  try {
    return decodeURIComponent(key.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
