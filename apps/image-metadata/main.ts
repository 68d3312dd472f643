/** What AWS Lambda runs: `main.handler`. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { pino } from 'pino';
import { dynamoTable, s3Objects } from './aws.ts';
import { imageMetadata, type Handler } from './handler.ts';
import { makeThumbnail } from './make-thumbnail.ts';
import { readEvent } from './read-event.ts';
import { readSettings } from './settings.ts';

const { table, thumbnails, endpoint, failedEvents, logLevel } = readSettings(process.env);
const log = pino({ level: logLevel, base: { service: 'image-metadata' } }, pino.destination({ fd: 2, sync: true }));

const answerTo = imageMetadata(
  {
    // A server of one's own has no name for each bucket, so the bucket goes into the path.
    objects: s3Objects(new S3Client({ forcePathStyle: endpoint !== undefined })),
    table: dynamoTable(new DynamoDBClient(), table),
    makeThumbnail,
  },
  { thumbnails, log },
);

/** Answers 200 or 500; with FAILED_EVENTS=throw, an event that S3 sent itself fails, so that Lambda sends it again. */
export const handler: Handler = async (event, context) => {
  const answer = await answerTo(event, context);
  if (failedEvents === 'throw' && answer.statusCode === 500 && readEvent(event).by === 'object store')
    throw new Error(answer.body);
  return answer;
};
