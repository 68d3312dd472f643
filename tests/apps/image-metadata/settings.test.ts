import { expect, test } from 'vitest';
import { readSettings } from '../../../apps/image-metadata/settings.ts';

test('without any variable there are the names of the architecture', () => {
  expect(readSettings({})).toEqual({
    table: 'image_metadata',
    thumbnails: { prefix: 'thumbnails/', maxImageBytes: 26_214_400 },
    endpoint: undefined,
    failedEvents: 'answer',
    logLevel: 'info',
  });
});

test('all that is wrong is said at once', () => {
  expect(() => readSettings({ MAX_IMAGE_BYTES: 'many', FAILED_EVENTS: 'forget', AWS_ENDPOINT_URL: 'here' })).toThrow(
    /MAX_IMAGE_BYTES[^]*AWS_ENDPOINT_URL[^]*FAILED_EVENTS/,
  );
});
