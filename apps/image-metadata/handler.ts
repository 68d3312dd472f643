import type { Context } from 'aws-lambda';
import { processImage, type ObjectName, type Outcome, type Ports, type ThumbnailSettings } from './process-image.ts';
import { readEvent, type Asked } from './read-event.ts';

/** What the function answers: to an API call as HTTP, to a queue with the messages that are to come again. */
export interface Answer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body: string;
  readonly batchItemFailures?: readonly { readonly itemIdentifier: string }[];
}

/** What became of a record of the event. */
type Result = Partial<ObjectName> & Outcome;

/** The function: an event of either trigger in, an answer out. It never throws. */
export type Handler = (event: unknown, context?: Pick<Context, 'getRemainingTimeInMillis'>) => Promise<Answer>;

/** Where the function writes what it did: facts and a message. */
export type Log = Readonly<Record<'info' | 'warn' | 'error', (facts: object, message: string) => void>>;

/** Objects that are worked on at once; each may hold a whole image in memory. */
const AT_ONCE = 4;
/** With less than this, no further object is begun: the platform would end the function in the middle of it. */
const LAST_START_MS = 10_000;

/** Composes the function from what it needs of the world. */
export function imageMetadata(
  ports: Ports,
  { thumbnails, log }: { readonly thumbnails: ThumbnailSettings; readonly log: Log },
): Handler {
  return async (event, context) => {
    const trigger = readEvent(event);
    try {
      switch (trigger.by) {
        case 'http':
          return await show(trigger.method, trigger.imageId);
        case 'object store': {
          const results = await processAll(trigger.asked, context);
          return answer(isDone(results) ? 200 : 500, { results });
        }
        case 'queue': {
          const results = await processAll(
            trigger.messages.flatMap(({ asked }) => asked),
            context,
          );
          let from = 0;
          const failed = trigger.messages.filter(({ asked }) => !isDone(results.slice(from, (from += asked.length))));
          return {
            ...answer(failed.length === 0 ? 200 : 500, { results }),
            batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })),
          };
        }
        case 'nobody known':
          log.error({ event }, 'this event is of neither trigger');
          return problem(500, 'Unknown event', 'The event is neither from an object store nor an API call.');
      }
    } catch (error) {
      log.error({ err: error }, 'the event could not be handled');
      return problem(500, 'Internal error', 'The request could not be handled.');
    }
  };

  /** The API: the metadata of one image. */
  async function show(method: string, imageId: string | undefined): Promise<Answer> {
    if (method !== 'GET') return problem(405, 'Method not allowed', 'Only GET is allowed here.', { allow: 'GET' });
    if (!imageId) return problem(400, 'Invalid request', 'Name the image: ?image_id=…');
    const row = await ports.table.find(imageId);
    return row === undefined ? problem(404, 'Not found', 'There is no image with this id.') : answer(200, row);
  }

  /** A result for each record, in their order. An object that is named twice is worked on once. */
  async function processAll(asked: readonly Asked[], context: Parameters<Handler>[1]): Promise<readonly Result[]> {
    const results = new Map<string, Result>();
    const names = new Map(asked.flatMap((one) => ('object' in one ? [[id(one.object), one.object] as const] : [])));
    const waiting = [...names];
    for (let next = waiting.splice(0, AT_ONCE); next.length > 0; next = waiting.splice(0, AT_ONCE)) {
      const hasTime = (context?.getRemainingTimeInMillis() ?? Infinity) >= LAST_START_MS;
      await Promise.all(
        next.map(async ([key, name]) => {
          const outcome = hasTime ? await processOne(name) : failure('no time was left');
          results.set(key, { ...name, ...outcome });
        }),
      );
    }
    const seen = new Set<string>();
    return asked.map((one) => {
      const result = resultOf(one);
      tell(result);
      return result;
    });

    function resultOf(one: Asked): Result {
      if ('ignored' in one) return { outcome: 'ignored', why: one.ignored };
      if ('malformed' in one) return failure(one.malformed);
      const key = id(one.object);
      const result = results.get(key) ?? failure('it was not begun');
      const isAgain = seen.has(key) && result.outcome === 'processed';
      seen.add(key);
      return isAgain ? { ...one.object, outcome: 'duplicate' } : result;
    }
  }

  async function processOne(name: ObjectName): Promise<Outcome> {
    try {
      return await processImage(ports, thumbnails, name);
    } catch (error) {
      log.error({ ...name, err: error }, 'an image could not be processed');
      return failure('a service behind this function did not do its part; the log says which');
    }
  }

  function tell(result: Result): void {
    const level = result.outcome === 'failed' ? 'error' : result.outcome === 'gone' ? 'warn' : 'info';
    log[level](result, `image ${result.outcome}`);
  }
}

const id = ({ bucket, key }: ObjectName): string => `${bucket}/${key}`;

const failure = (why: string): Outcome => ({ outcome: 'failed', why });

const isDone = (results: readonly Result[]): boolean => results.every(({ outcome }) => outcome !== 'failed');

const answer = (statusCode: number, body: object): Answer => ({
  statusCode,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

const problem = (
  status: number,
  title: string,
  detail: string,
  headers: Readonly<Record<string, string>> = {},
): Answer => ({
  statusCode: status,
  headers: { 'content-type': 'application/problem+json', ...headers },
  body: JSON.stringify({ type: 'about:blank', title, status, detail }),
});
