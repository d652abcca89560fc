import { describe, expect, it } from 'vitest';
import { isWarm, warmingOf } from '../../../core/measure/warm-up.ts';

const MS = 1e6;

/** After how many batches of these times a machine counts as warm. */
function warmAfter(time: (batch: number) => number, known: number | null, calibrated = false): number {
  const times: number[] = [];
  do times.push(time(times.length));
  while (!isWarm(times, known, calibrated) && times.length < 5000);
  return times.length;
}

describe('isWarm', () => {
  it('asks for a time even of batches that agree from the start, and for twice as long in a first launch', () => {
    const steady = () => 10 * MS;
    expect(warmAfter(steady, 10 * MS)).toBe(30);
    expect(warmAfter(steady, null)).toBe(60);
    // Calibration has run it for as long already.
    expect(warmAfter(steady, null, true)).toBe(30);
  });

  it('asks for a number of batches, however long they take', () => {
    expect(warmAfter(() => 100 * MS, 100 * MS)).toBe(16);
    expect(warmAfter(() => 100 * MS, null)).toBe(16);
  });

  it('waits until batches stop getting faster', () => {
    const faster = (batch: number) => (10 + 90 * 0.8 ** batch) * MS;
    const count = warmAfter(faster, null);
    // The last two windows of five are within 3 % of each other, so the latest batch is near its limit.
    expect(faster(count - 1)).toBeLessThan(10.5 * MS);
    expect(count).toBeLessThan(60);
  });

  it('does not take a plateau for warm where an earlier launch was faster', () => {
    const plateau = (batch: number) => (batch < 40 ? 20 : 10) * MS;
    expect(warmAfter(plateau, null)).toBe(30);
    const count = warmAfter(plateau, 10 * MS);
    expect(count).toBeGreaterThan(40);
    expect(count).toBeLessThanOrEqual(55);
  });

  it('compares with an earlier launch to within a tenth, and does not wait for one that was slower', () => {
    expect(warmAfter(() => 10.9 * MS, 10 * MS)).toBe(28);
    // Of one that stays slower: a second.
    expect(warmAfter(() => 11.1 * MS, 10 * MS)).toBe(91);
    expect(warmAfter(() => 5 * MS, 10 * MS)).toBe(60);
  });

  it('is upset by no single odd batch, wherever it falls', () => {
    for (let odd = 20; odd < 30; odd++) {
      for (const factor of [0.2, 3]) {
        const times = Array.from({ length: 30 }, (_, batch) => (batch === odd ? factor : 1) * 10.5 * MS);
        expect(isWarm(times, 10 * MS), `${factor} at ${odd}`).toBe(true);
      }
    }
  });

  it('gives up after two seconds, or a thousand batches', () => {
    // Two speeds, in turns as long as the window is.
    const wild = (batch: number) => (Math.floor(batch / 5) % 2 ? 10 : 20) * MS;
    expect(
      isWarm(
        Array.from({ length: 50 }, (_, batch) => wild(batch)),
        null,
      ),
    ).toBe(false);
    expect(warmAfter(wild, 10 * MS)).toBeGreaterThan(100);
    expect(warmAfter(() => 0.02 * MS, 0.01 * MS)).toBe(1000);
  });
});

describe('warmingOf', () => {
  it.each([
    ['direct-execution', undefined, 'direct'],
    ['amd-v', undefined, 'direct'],
    ['binary-translation', true, 'once'],
    ['binary-translation', undefined, 'tiers'],
    ['interpretation', undefined, 'tiers'],
  ] as const)('%s that translates once (%s): %s', (technique, translatesOnce, expected) => {
    const hypervisor = translatesOnce === undefined ? {} : { translatesOnce };
    expect(warmingOf({ hypervisor, availability: { technique } })).toBe(expected);
  });
});
