import sharp from 'sharp';
import { expect, test } from 'vitest';
import { makeThumbnail } from '../../../apps/image-metadata/make-thumbnail.ts';

const picture = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: { r: 10, g: 120, b: 120 } } });

/** Format and size of a thumbnail, or why there is none. */
const looked = async (image: Uint8Array): Promise<unknown> => {
  const thumbnail = await makeThumbnail(image);
  if ('none' in thumbnail) return thumbnail.none;
  const { format, width, height, exif, orientation } = await sharp(Buffer.from(thumbnail.bytes)).metadata();
  return { contentType: thumbnail.contentType, format, width, height, exif, orientation };
};
const small = (width: number, height: number) => ({
  contentType: 'image/webp',
  format: 'webp',
  width,
  height,
  exif: undefined,
  orientation: undefined,
});

test.each(['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif'] as const)('of %s', async (format) => {
  expect(await looked(await picture(1024, 512).toFormat(format).toBuffer())).toEqual(small(256, 128));
});

test('what is small stays as it is', async () => {
  expect(await looked(await picture(40, 30).png().toBuffer())).toEqual(small(40, 30));
});

test('a picture that lies on its side is turned upright, and loses what the camera wrote', async () => {
  const image = await picture(1024, 512)
    .withExif({ IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 0/1' } })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer();
  expect((await sharp(image).metadata()).exif).toBeDefined();
  expect(await looked(image)).toEqual(small(128, 256));
});

test('a file that claims more pixels than memory has is not unpacked', async () => {
  const image = await picture(9000, 9000).png().toBuffer();
  expect(image.length).toBeLessThan(2_000_000);
  expect(await looked(image)).toBe('Input image exceeds pixel limit');
});

test('a picture that breaks off has none', async () => {
  const image = await picture(1024, 512).jpeg().toBuffer();
  expect(await looked(image.subarray(0, image.length / 2))).toEqual(expect.any(String));
});

test.each([
  ['text', 'hello'],
  ['nothing', ''],
  [
    'SVG, a program of its own',
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>',
  ],
  ['PDF', '%PDF-1.7\n'],
])('%s has none', async (_, content) => {
  expect(await looked(Buffer.from(content))).toEqual(expect.stringMatching(/unsupported image format|is empty/i));
});
