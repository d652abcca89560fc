import { createCanvas, loadImage } from '@napi-rs/canvas';
import { describe, expect, test } from 'vitest';
import type { Result } from '../../../core/results/schema.ts';
import { inksOf } from '../../../reports/charts/palette.ts';
import { atLeastOne } from '../../at-least-one.ts';
import { fixtureResult } from '../fixture.ts';
import { pngOf } from '../presented.ts';

type Rgb = readonly [number, number, number];

interface Picture {
  readonly width: number;
  readonly height: number;
  /** Share of the pixels for which `test` holds, in a part given by fractions of width and height. */
  share(
    part: readonly [left: number, top: number, right: number, bottom: number],
    test: (rgb: Rgb) => boolean,
  ): number;
}

async function decode(png: Buffer): Promise<Picture> {
  const image = await loadImage(png);
  const { width, height } = image;
  const context = createCanvas(width, height).getContext('2d');
  context.drawImage(image, 0, 0);
  return {
    width,
    height,
    share([left, top, right, bottom], test) {
      const [x, y] = [Math.floor(left * width), Math.floor(top * height)];
      const [w, h] = [Math.floor((right - left) * width), Math.floor((bottom - top) * height)];
      const { data } = context.getImageData(x, y, w, h);
      let hits = 0;
      for (let index = 0; index < data.length; index += 4) {
        if (test([data[index] ?? 0, data[index + 1] ?? 0, data[index + 2] ?? 0])) hits++;
      }
      return hits / (w * h);
    },
  };
}

const isDark = ([red, green, blue]: Rgb) => red + green + blue < 300;
const isInk = ([red, green, blue]: Rgb) => red + green + blue < 740;
const isBand = ([red, green, blue]: Rgb) => red > 240 && green > 230 && blue > 190 && blue < 215;

function isColour(hex: string): (rgb: Rgb) => boolean {
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as [
    number,
    number,
    number,
  ];
  return (rgb) => rgb[0] === red && rgb[1] === green && rgb[2] === blue;
}

describe.each(['overhead.png', 'distribution.png'])('%s', (file) => {
  const render = (result: Result) => pngOf(result, file) as Buffer;

  test('has title, labels, axis, the claimed band and a mark in the ink of every hypervisor', async () => {
    const picture = await decode(render(fixtureResult({ hostile: false })));
    expect(picture.width).toBe(2400);
    expect(picture.height).toBeGreaterThan(1600);
    expect(picture.share([0.2, 0, 0.8, 0.03], isDark)).toBeGreaterThan(0.02);
    expect(picture.share([0, 0.12, 0.12, 0.94], isDark)).toBeGreaterThan(0.01);
    expect(picture.share([0.1, 0.94, 1, 1], isDark)).toBeGreaterThan(0.005);
    expect(picture.share([0.1, 0.1, 1, 0.94], isBand)).toBeGreaterThan(0.05);
    const native = inksOf([]).get('native')?.light;
    const lights = [...inksOf(['control', 'kvm', 'v86']).values()].map(({ light }) => light);
    for (const light of atLeastOne(lights.filter((light) => light !== native)))
      expect(picture.share([0.12, 0.12, 1, 0.94], isColour(light))).toBeGreaterThan(0);
  });

  test('nothing touches the edge, however long the names are', async () => {
    const result = fixtureResult();
    result.host.cpu.model = 'W'.repeat(4096);
    for (const m of result.measurements) m.workload = `${m.workload}${'W'.repeat(500)}`;
    const picture = await decode(render(result));
    const edge = 4 / picture.width;
    expect(picture.share([0, 0, edge, 1], isInk)).toBe(0);
    expect(picture.share([1 - edge, 0, 1, 1], isInk)).toBe(0);
  });

  test('there is no picture of a result without measurements', () => {
    expect(pngOf({ ...fixtureResult(), measurements: [], suites: [] }, file)).toBeNull();
  });
});

test('an overhead far beyond the others moves no mark out of the picture', async () => {
  const result = fixtureResult({ hostile: false });
  const m = result.measurements.find(({ hypervisor }) => hypervisor === 'v86');
  Object.assign(m ?? {}, { overhead: { estimate: 5000, low: -0.9, high: 20_000 } });
  const picture = await decode(pngOf(result, 'overhead.png') as Buffer);
  const edge = 4 / picture.width;
  expect(picture.share([1 - edge, 0, 1, 1], isInk)).toBe(0);
});
