import { createHash } from 'node:crypto';
import {
  isSameUpload,
  type ImageMetadata,
  type ImageTable,
  type ObjectName,
  type ObjectStore,
} from './process-image.ts';

/** An object that lies in memory. */
export interface StoredObject {
  readonly bytes: Uint8Array;
  readonly uploadedAt: Date;
}

/** Full name of an object as a key of the map. */
export const objectPath = ({ bucket, key }: ObjectName): string => `${bucket}/${key}`;

/** An object store in a map, for tests and for trying the function without a cloud. */
export function inMemoryObjects(objects: Map<string, StoredObject>, now: () => Date): ObjectStore {
  const etagOf = ({ bytes }: StoredObject): string => createHash('sha256').update(bytes).digest('hex');
  return {
    async head(name) {
      const object = objects.get(objectPath(name));
      return object && { sizeBytes: object.bytes.length, uploadedAt: object.uploadedAt, etag: etagOf(object) };
    },
    async read(name, etag) {
      const object = objects.get(objectPath(name));
      if (object !== undefined && etagOf(object) !== etag) throw new Error(`${objectPath(name)} has changed`);
      return object?.bytes;
    },
    async write(name, { bytes }) {
      objects.set(objectPath(name), { bytes, uploadedAt: now() });
    },
  };
}

/** The table in a map. */
export const inMemoryTable = (rows: Map<string, ImageMetadata>): ImageTable => ({
  async find(imageId) {
    return rows.get(imageId);
  },
  async store(row) {
    const there = rows.get(row.image_id);
    if (there !== undefined && (isSameUpload(there, row) || there.uploaded_at > row.uploaded_at))
      return { isStored: false, there };
    rows.set(row.image_id, row);
    return { isStored: true };
  },
});
