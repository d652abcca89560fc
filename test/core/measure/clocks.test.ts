import { describe, expect, it } from 'vitest';
import { compareClocks } from '../../../core/measure/clocks.ts';
import { sample } from '../results/example.ts';

/** A batch of so many ns whose counter ran at so many ticks a ns. */
const batch = (hypervisor: string, ns: number, rate: number) =>
  sample({ hypervisor, wallNs: ns, ticks: ns * rate });

describe('compareClocks', () => {
  it('finds the rate of each machine', () => {
    const clocks = compareClocks([
      batch('native', 5e6, 3),
      batch('native', 10e6, 3),
      batch('v86', 8e6, 0.001),
      batch('v86', 12e6, 0.001),
    ]);
    expect(clocks).toEqual([
      {
        hypervisor: 'native',
        ticksPerNs: expect.closeTo(3, 9),
        deviation: expect.closeTo(0, 9),
        agrees: true,
      },
      {
        hypervisor: 'v86',
        ticksPerNs: expect.closeTo(0.001, 9),
        deviation: expect.closeTo(0, 9),
        agrees: true,
      },
    ]);
  });

  it('takes the empty batch off the side of the host', () => {
    const [clock] = compareClocks([sample({ wallNs: 10e6, emptyWallNs: 2e6, ticks: 24e6 })]);
    expect(clock?.ticksPerNs).toBeCloseTo(3, 9);
  });

  it('sees a counter that runs at two speeds', () => {
    const samples = [
      batch('kvm', 5e6, 3),
      batch('kvm', 5e6, 3),
      batch('kvm', 5e6, 3.1),
      batch('kvm', 5e6, 3.1),
    ];
    const [clock] = compareClocks(samples);
    expect(clock?.agrees).toBe(false);
    expect(clock?.deviation).toBeCloseTo(0.05 / 3.05, 6);
  });

  it('forgives a batch that was preempted between the two clocks, one among many', () => {
    const samples = Array.from({ length: 200 }, () => batch('kvm', 5e6, 3));
    const [clock] = compareClocks([...samples, batch('kvm', 7e6, 15 / 7)]);
    expect(clock?.agrees).toBe(true);
  });

  it('says nothing of batches too short to compare', () => {
    expect(compareClocks([batch('native', 1e6, 3)])).toEqual([]);
    expect(compareClocks([sample({ wallNs: 3e6, emptyWallNs: 2e6 })])).toEqual([]);
    expect(compareClocks([])).toEqual([]);
  });

  it('does not agree with a counter that stands still', () => {
    expect(compareClocks([batch('v86', 5e6, 0), batch('v86', 5e6, 0)])).toEqual([
      { hypervisor: 'v86', ticksPerNs: 0, deviation: 1, agrees: false },
    ]);
  });
});
