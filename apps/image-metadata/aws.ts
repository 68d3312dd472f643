import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  type AttributeValue,
} from '@aws-sdk/client-dynamodb';
import {
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { z } from 'zod';
import type { ImageMetadata, ImageTable, ObjectStore } from './process-image.ts';

/** Objects in S3. */
export const s3Objects = (s3: S3Client): ObjectStore => ({
  async head({ bucket, key }) {
    const head = await unlessGone(() => s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key })));
    if (head === undefined) return undefined;
    const { ContentLength, LastModified, ETag } = head;
    if (ContentLength === undefined || LastModified === undefined || ETag === undefined)
      throw new Error(`S3 did not say size, time and ETag of ${bucket}/${key}`);
    return { sizeBytes: ContentLength, uploadedAt: LastModified, etag: ETag };
  },
  async read({ bucket, key }, etag) {
    const object = await unlessGone(() => s3.send(new GetObjectCommand({ Bucket: bucket, Key: key, IfMatch: etag })));
    return object && (await object.Body?.transformToByteArray());
  },
  async write({ bucket, key }, { bytes, contentType }) {
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes, ContentType: contentType }));
  },
});

/**
 * An answer, or undefined for 404. Whoever may not list the bucket gets 403 instead of 404: the function needs
 * `s3:ListBucket`, or an object that is gone looks like a failure.
 */
async function unlessGone<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404) return undefined;
    throw error;
  }
}

const item = z.object({
  image_id: z.object({ S: z.string() }),
  bucket: z.object({ S: z.string() }),
  size_bytes: z.object({ N: z.string() }),
  uploaded_at: z.object({ S: z.string() }),
});

const rowOf = (attributes: Record<string, AttributeValue>): ImageMetadata => {
  const { image_id, bucket, size_bytes, uploaded_at } = item.parse(attributes);
  return {
    image_id: image_id.S,
    bucket: bucket.S,
    size_bytes: Number(size_bytes.N),
    uploaded_at: uploaded_at.S,
    status: 'processed',
  };
};

/** The table in DynamoDB; its key is `image_id`. */
export const dynamoTable = (dynamo: DynamoDBClient, table: string): ImageTable => ({
  async find(imageId) {
    const { Item } = await dynamo.send(
      new GetItemCommand({ TableName: table, Key: { image_id: { S: imageId } }, ConsistentRead: true }),
    );
    return Item && rowOf(Item);
  },
  async store({ image_id, bucket, size_bytes, uploaded_at, status }) {
    try {
      await dynamo.send(
        new PutItemCommand({
          TableName: table,
          Item: {
            image_id: { S: image_id },
            bucket: { S: bucket },
            size_bytes: { N: String(size_bytes) },
            uploaded_at: { S: uploaded_at },
            status: { S: status },
          },
          // Times of one form and zone are in order when their texts are.
          ConditionExpression:
            'attribute_not_exists(image_id) OR uploaded_at < :at OR (uploaded_at = :at AND (size_bytes <> :size OR #bucket <> :bucket))',
          ExpressionAttributeNames: { '#bucket': 'bucket' },
          ExpressionAttributeValues: {
            ':at': { S: uploaded_at },
            ':size': { N: String(size_bytes) },
            ':bucket': { S: bucket },
          },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return { isStored: true };
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException) || error.Item === undefined) throw error;
      return { isStored: false, there: rowOf(error.Item) };
    }
  },
});
