import { expect, it } from 'vitest';
import { type KeptSample, SampleKeeper } from '../../../core/results/kept-sample.ts';
import { isPlainSample } from '../../../core/results/sample-schema.ts';
import { sample } from './example.ts';

/** All that can be read of it. */
const read = (kept: KeptSample) =>
  Object.fromEntries(
    Object.keys(sample({ guestBeganNs: 1, exits: {}, emptyExits: {} })).map((key) => [
      key,
      kept[key as 'round'],
    ]),
  );

it('keeps everything of samples, however many', () => {
  const samples = Array.from({ length: 3000 }, (_, round) =>
    sample({
      ...{ round, phase: round % 3 === 0 ? 'warm-up' : 'round', wallNs: round + 0.5, cpuNs: -round },
      ...{
        beganNs: 2 ** 60 + round,
        ticks: round * 3,
        emptyWallNs: 1,
        emptyCpuNs: 2,
        beganTicks: 5,
        iterations: 9,
      },
      ...(round % 2 === 0 && { guestBeganNs: round, exits: { exits: round }, emptyExits: { exits: 1 } }),
    }),
  );
  expect(samples.some(isPlainSample)).toBe(true);
  const keeper = new SampleKeeper();
  let first: KeptSample | undefined;
  const kept = samples.map((one) => {
    const made = keeper.keep(one, first);
    first ??= made;
    return made;
  });
  const nothing = { guestBeganNs: undefined, exits: undefined, emptyExits: undefined };
  expect(kept.map(read)).toEqual(samples.map((one) => ({ ...nothing, ...one })));
});
