import { DynamoDBClient, GetItemCommand, CreateTableCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startMoto, type MotoServer } from '../../support/moto.ts';

let server: MotoServer;

beforeAll(async () => {
  server = await startMoto();
});

afterAll(() => server?.stop());

const settings = () => ({
  endpoint: server.url,
  region: 'eu-central-1',
  credentials: { accessKeyId: 'for-tests', secretAccessKey: 'for-tests' },
});

test('it keeps objects and items, refuses a condition that does not hold, and forgets on demand', async () => {
  const s3 = new S3Client({ ...settings(), forcePathStyle: true });
  await s3.send(
    new CreateBucketCommand({ Bucket: 'images', CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' } }),
  );
  await s3.send(new PutObjectCommand({ Bucket: 'images', Key: 'a b.png', Body: 'seven..' }));
  const head = await s3.send(new HeadObjectCommand({ Bucket: 'images', Key: 'a b.png' }));
  expect(head.ContentLength).toBe(7);

  const dynamo = new DynamoDBClient(settings());
  await dynamo.send(
    new CreateTableCommand({
      TableName: 'seen',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  const put = new PutItemCommand({
    TableName: 'seen',
    Item: { id: { S: 'one' } },
    ConditionExpression: 'attribute_not_exists(id)',
  });
  await dynamo.send(put);
  await expect(dynamo.send(put)).rejects.toThrow('conditional request failed');
  const { Item } = await dynamo.send(new GetItemCommand({ TableName: 'seen', Key: { id: { S: 'one' } } }));
  expect(Item).toEqual({ id: { S: 'one' } });

  await server.reset();
  expect((await s3.send(new ListBucketsCommand())).Buckets ?? []).toEqual([]);
});
