import type { MakeThumbnail } from './process-image.ts';

/** Longest edge of a thumbnail, in pixels. */
const EDGE = 256;
/** A file of a few kilobytes can unpack to gigabytes: what claims more pixels than this is not unpacked. */
const MAX_PIXELS = 50_000_000;
const TIMEOUT_SECONDS = 20;

/**
 * Readers that may touch uploads. The others, of SVG or PDF among them, are large programs for what strangers may send,
 * and a format that is not here is answered like a file that is no image.
 */
const READERS = ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Heif', 'Tiff'].map((format) => `VipsForeignLoad${format}Buffer`);

const load = async () => {
  const { default: sharp } = await import('sharp');
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: READERS });
  sharp.cache(false);
  return sharp;
};
let loading: ReturnType<typeof load> | undefined;

/** A WebP picture of at most 256 by 256 pixels, turned upright, without what the camera wrote about place and time. */
export const makeThumbnail: MakeThumbnail = async (image) => {
  // Loaded with the first image: API calls need none of it and start sooner.
  loading ??= load();
  const sharp = await loading;
  try {
    const bytes = await sharp(image, { limitInputPixels: MAX_PIXELS })
      .timeout({ seconds: TIMEOUT_SECONDS })
      .autoOrient()
      .resize({ width: EDGE, height: EDGE, fit: 'inside', withoutEnlargement: true })
      .webp({ quality: 80 })
      .toBuffer();
    return { bytes, contentType: 'image/webp' };
  } catch (error) {
    // The library has one kind of error: what it says is about the bytes, and will be the same next time.
    return { none: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error) };
  }
};
