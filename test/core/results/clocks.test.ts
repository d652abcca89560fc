import { describe, expect, it } from 'vitest';
import { compareClocks } from '../../../core/results/clocks.ts';
import { SampleTable } from '../../../core/results/rows.ts';
import { sample } from './example.ts';

const MS = 1e6;

/** Batches that began 20 ms apart, in a machine whose counter runs at so many ticks a ns. */
function batches(hypervisor: string, rates: readonly number[], start = 1e12) {
  let beganTicks = start;
  return rates.map((rate, index) => {
    const reading = sample({ hypervisor, round: index, beganNs: index * 20 * MS, beganTicks });
    beganTicks += rate * 20 * MS;
    return reading;
  });
}

const steady = (rate: number) => Array.from({ length: 20 }, () => rate);

describe('compareClocks', () => {
  it('forgives a batch that was preempted between the two readings', () => {
    const readings = batches('kvm', steady(3)).map((reading, index) =>
      index === 3 ? { ...reading, beganNs: reading.beganNs - 4 * MS } : reading,
    );
    const [clock] = compareClocks(readings);
    expect(clock).toMatchObject({ ticksPerNs: expect.closeTo(3, 9), agrees: true });
  });

  it("finds each machine's rate, and which counters are native's own", () => {
    const clocks = compareClocks([
      ...batches('native', steady(2.6)),
      ...batches('kvm', steady(2.6001), 5),
      ...batches('v86', steady(1)),
    ]);
    expect(clocks).toEqual([
      {
        hypervisor: 'native',
        ticksPerNs: expect.closeTo(2.6, 6),
        deviation: expect.closeTo(0, 9),
        agrees: true,
        refines: true,
      },
      {
        hypervisor: 'kvm',
        ticksPerNs: expect.closeTo(2.6001, 6),
        deviation: expect.closeTo(0, 9),
        agrees: true,
        refines: true,
      },
      {
        hypervisor: 'v86',
        ticksPerNs: expect.closeTo(1, 6),
        deviation: expect.closeTo(0, 9),
        agrees: true,
        refines: false,
      },
    ]);
  });

  it('sees a counter that runs at two speeds, and lets it refine nothing', () => {
    const [, kvm] = compareClocks([
      ...batches('native', steady(3)),
      ...batches('kvm', [3, 3, 3, 3, 3.1, 3.1, 3.1, 3.1]),
    ]);
    expect(kvm).toMatchObject({ agrees: false, refines: false });
    expect(kvm?.deviation).toBeGreaterThan(0.01);
  });

  it('does not agree with a counter that stands still or was set back', () => {
    expect(compareClocks(batches('v86', steady(0)))).toEqual([
      { hypervisor: 'v86', ticksPerNs: 0, deviation: 1, agrees: false, refines: false },
    ]);
    expect(compareClocks(batches('kvm', [3, 3, 3, -90, 3, 3, 3, 3]))[0]?.agrees).toBe(false);
  });

  it("tells how far a guest's own clock drifts, if it has one", () => {
    const guest = batches('uml', steady(1)).map((reading) => ({
      ...reading,
      guestBeganNs: 5e9 + reading.beganNs * 1.01,
    }));
    const clocks = compareClocks([...batches('native', steady(2.6)), ...guest]);
    expect(clocks.map(({ drift }) => drift)).toEqual([undefined, expect.closeTo(0.01, 6)]);
  });

  it('says nothing of spans too short to compare', () => {
    expect(compareClocks(batches('native', [3]))).toEqual([]);
    expect(compareClocks([])).toEqual([]);
  });
});

describe('what a clock refines', () => {
  const wall = {
    iterations: 1000,
    wallNs: 10 * MS,
    cpuNs: 9 * MS,
    emptyWallNs: 0.05 * MS,
    emptyCpuNs: 0.05 * MS,
  };

  function perIteration(ticks: number, rate: number): { wall: number | null; cpu: number | null } {
    const table = new SampleTable();
    for (const reading of batches('native', steady(2.5))) table.add(reading);
    const measured = batches('kvm', steady(rate)).map((reading) => ({ ...reading, ...wall, ticks }));
    for (const reading of measured) table.add(reading);
    const [first] = measured;
    if (!first) throw new Error('no sample');
    return { wall: table.perIteration(first, 'wall'), cpu: table.perIteration(first, 'cpu') };
  }

  it("times a batch by native's own counter; CPU time is never taken from a counter", () => {
    const { wall: ns, cpu } = perIteration(9.9 * MS * 2.5, 2.5);
    expect(ns).toBeCloseTo(9900, 6);
    expect(cpu).toBe(8950);
  });

  it('leaves it to the marks, less the empty batch, where the counter is another or says more than they do', () => {
    expect(perIteration(9.9 * MS, 1)).toEqual({ wall: 9950, cpu: 8950 });
    expect(perIteration(11 * MS * 2.5, 2.5)).toEqual({ wall: 9950, cpu: 8950 });
    expect(perIteration(0, 2.5)).toEqual({ wall: 9950, cpu: 8950 });
  });
});
