/** An object of the object store by its full name; the key is as a person would write it, not URL-encoded. */
export interface ObjectName {
  readonly bucket: string;
  readonly key: string;
}

/** What is known of an object without reading it. */
export interface ObjectHead {
  readonly sizeBytes: number;
  readonly uploadedAt: Date;
  /** Changes with the content. */
  readonly etag: string;
}

/** A row of the table `image_metadata`. */
export interface ImageMetadata {
  /** Key of the object. */
  readonly image_id: string;
  readonly bucket: string;
  readonly size_bytes: number;
  /** When the object was written, in UTC as ISO 8601. */
  readonly uploaded_at: string;
  readonly status: 'processed';
}

/** A small picture of an image, ready to be stored. */
export interface Thumbnail {
  readonly bytes: Uint8Array;
  readonly contentType: string;
}

/** Where images lie. */
export interface ObjectStore {
  /** Answers undefined when there is no such object. */
  head(name: ObjectName): Promise<ObjectHead | undefined>;
  /** Reads the content that `etag` names. Answers undefined when the object is gone.
   * @throws Error when the object has other content by now */
  read(name: ObjectName, etag: string): Promise<Uint8Array | undefined>;
  write(name: ObjectName, thumbnail: Thumbnail): Promise<void>;
}

/** Whether a row was stored, and if not, what is there instead. */
export type Stored = { readonly isStored: true } | { readonly isStored: false; readonly there: ImageMetadata };

/** The table `image_metadata`. */
export interface ImageTable {
  find(imageId: string): Promise<ImageMetadata | undefined>;
  /** Stores a row unless the same one, or one of a later upload, is there: one atomic step. */
  store(row: ImageMetadata): Promise<Stored>;
}

/** Makes a thumbnail, or says why there can be none. A thumbnail that will never be is no failure. */
export type MakeThumbnail = (image: Uint8Array) => Promise<Thumbnail | { readonly none: string }>;

/** What the function needs of the world. */
export interface Ports {
  readonly objects: ObjectStore;
  readonly table: ImageTable;
  readonly makeThumbnail: MakeThumbnail;
}

/** Where thumbnails go, and which images get one. */
export interface ThumbnailSettings {
  /** @default - the bucket of the image */
  readonly bucket?: string;
  /** What the key of a thumbnail begins with. Objects there are thumbnails, and no images to work on. */
  readonly prefix: string;
  /** A larger image is not read into memory and gets no thumbnail. */
  readonly maxImageBytes: number;
}

/** What became of one object. */
export type Outcome =
  | { readonly outcome: 'processed'; readonly thumbnail: string }
  | { readonly outcome: 'processed'; readonly noThumbnail: string }
  /** This upload was worked on before. */
  | { readonly outcome: 'duplicate' }
  /** There is no such object any more. */
  | { readonly outcome: 'gone' }
  | { readonly outcome: 'ignored'; readonly why: string }
  /** Not done; the same event again may do it. */
  | { readonly outcome: 'failed'; readonly why: string };

/** What an object store takes for a key at most. */
const MAX_KEY_BYTES = 1024;

/** Key of the thumbnail of an image. */
export const thumbnailKey = ({ prefix }: Pick<ThumbnailSettings, 'prefix'>, key: string): string =>
  `${prefix}${key}.webp`;

/**
 * Stores metadata and thumbnail of one object, as it is now. The row comes last, so that `processed` means that all of
 * it is done, and a try that broke off is done again by the next delivery of its event.
 */
export async function processImage(ports: Ports, settings: ThumbnailSettings, name: ObjectName): Promise<Outcome> {
  const thumbnailBucket = settings.bucket ?? name.bucket;
  if (name.bucket === thumbnailBucket && name.key.startsWith(settings.prefix))
    return { outcome: 'ignored', why: 'it is a thumbnail' };
  return attempt({ isSecond: false });

  async function attempt({ isSecond }: { readonly isSecond: boolean }): Promise<Outcome> {
    const head = await ports.objects.head(name);
    if (head === undefined) return { outcome: 'gone' };
    const row: ImageMetadata = {
      image_id: name.key,
      bucket: name.bucket,
      size_bytes: head.sizeBytes,
      uploaded_at: head.uploadedAt.toISOString(),
      status: 'processed',
    };
    const before = isSecond ? undefined : await ports.table.find(name.key);
    if (before !== undefined && isSameUpload(before, row)) return { outcome: 'duplicate' };

    const key = thumbnailKey(settings, name.key);
    const thumbnail =
      Buffer.byteLength(key) > MAX_KEY_BYTES
        ? { none: `its key would be longer than ${MAX_KEY_BYTES} bytes` }
        : await thumbnailOf(head);
    if (thumbnail === undefined) return { outcome: 'gone' };
    if (!('none' in thumbnail)) await ports.objects.write({ bucket: thumbnailBucket, key }, thumbnail);

    const stored = await ports.table.store(row);
    if (stored.isStored)
      return { outcome: 'processed', ...('none' in thumbnail ? { noThumbnail: thumbnail.none } : { thumbnail: key }) };
    if (isSameUpload(stored.there, row)) return { outcome: 'duplicate' };
    if (isSecond) return { outcome: 'ignored', why: 'a later upload has this id' };
    // A later upload was quicker, and our thumbnail may now lie on top of its own: make it from what is there.
    return attempt({ isSecond: true });
  }

  async function thumbnailOf({ sizeBytes, etag }: ObjectHead): Promise<Awaited<ReturnType<MakeThumbnail>> | undefined> {
    if (sizeBytes === 0) return { none: 'the object is empty' };
    if (sizeBytes > settings.maxImageBytes)
      return { none: `${sizeBytes} bytes are more than the ${settings.maxImageBytes} that are read` };
    const bytes = await ports.objects.read(name, etag);
    return bytes === undefined ? undefined : ports.makeThumbnail(bytes);
  }
}

/** An object store keeps seconds, so two uploads within one are told apart by their size. */
export const isSameUpload = (one: ImageMetadata, other: ImageMetadata): boolean =>
  one.bucket === other.bucket && one.uploaded_at === other.uploaded_at && one.size_bytes === other.size_bytes;
