import { createCanvas, loadImage } from '@napi-rs/canvas';
import { expect, test } from 'vitest';
import { STRETCHES } from '../../../../suites/boot/present/segments.ts';
import { atLeastOne } from '../../../at-least-one.ts';
import { fixtureResult } from '../../../reports/fixture.ts';
import { pngOf } from '../../../reports/presented.ts';
import { bootResult } from './example.ts';

/** How many pixels have exactly this colour. */
async function pixelsOf(png: Buffer, colours: readonly string[]): Promise<number[]> {
  const image = await loadImage(png);
  const context = createCanvas(image.width, image.height).getContext('2d');
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, image.width, image.height);
  const counts = new Map<string, number>();
  for (let index = 0; index < data.length; index += 4) {
    const colour = `#${Buffer.from(data.subarray(index, index + 3)).toString('hex')}`;
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  return colours.map((colour) => counts.get(colour) ?? 0);
}

test('every stretch is there in its colour, as long as it took', async () => {
  const png = pngOf(bootResult(), 'boot.png') as Buffer;
  const pixels = await pixelsOf(
    png,
    STRETCHES.map(({ colour }) => colour),
  );
  // Legend included.
  for (const count of atLeastOne(pixels)) expect(count).toBeGreaterThan(500);
  const [, , kernel = 0, userSpace = 0] = pixels;
  // 300 ms against 1500 and 2000 ms, on the same axis.
  expect(userSpace).toBeGreaterThan(3 * kernel);
});

test('there is no picture of nothing', () => {
  expect(pngOf(fixtureResult(), 'boot.png')).toBeNull();
  expect(pngOf({ ...bootResult(), details: { boot: [] } }, 'boot.png')).toBeNull();
});
