import { z } from 'zod';
import type { ThumbnailSettings } from './process-image.ts';

/** What the function is told by its environment. */
export interface Settings {
  readonly table: string;
  readonly thumbnails: ThumbnailSettings;
  /** A server to use in place of AWS. */
  readonly endpoint: string | undefined;
  /**
   * What becomes of an event that S3 itself sent and that could not be done: `answer` says 500, which Lambda takes for a
   * success; `throw` lets Lambda try again. Events that come through SQS name what failed and need neither.
   */
  readonly failedEvents: 'answer' | 'throw';
  readonly logLevel: string;
}

const environment = z.object({
  TABLE_NAME: z.string().min(1).default('image_metadata'),
  THUMBNAILS_BUCKET: z.string().min(1).optional(),
  THUMBNAILS_PREFIX: z.string().min(1).default('thumbnails/'),
  MAX_IMAGE_BYTES: z.coerce
    .number()
    .int()
    .min(1)
    .default(25 * 1024 * 1024),
  AWS_ENDPOINT_URL: z.url().optional(),
  FAILED_EVENTS: z.enum(['answer', 'throw']).default('answer'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
});

/** Reads the environment.
 * @throws Error that names every variable that is wrong */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const read = environment.safeParse(env);
  if (!read.success) throw new Error(`image-metadata cannot start:\n${z.prettifyError(read.error)}`);
  const { THUMBNAILS_BUCKET, ...given } = read.data;
  return {
    table: given.TABLE_NAME,
    thumbnails: {
      ...(THUMBNAILS_BUCKET !== undefined && { bucket: THUMBNAILS_BUCKET }),
      prefix: given.THUMBNAILS_PREFIX,
      maxImageBytes: given.MAX_IMAGE_BYTES,
    },
    endpoint: given.AWS_ENDPOINT_URL,
    failedEvents: given.FAILED_EVENTS,
    logLevel: given.LOG_LEVEL,
  };
}
