import { describe, expect, it } from 'vitest';
import { capacityOf, type Needs, perMachine } from '../../../suites/density/capacity.ts';

const MIB = 2 ** 20;
const EACH: Needs = { descriptors: 1, mappings: 2, threads: 1, addressBytes: MIB, memoryBytes: MIB };
const ROOM: Needs = {
  descriptors: 20_000,
  mappings: 65_000,
  threads: 32_000,
  addressBytes: Number.POSITIVE_INFINITY,
  memoryBytes: 24_000 * MIB,
};

describe('capacityOf', () => {
  it('is the goal where every limit allows it', () => {
    const { most, binds, limits } = capacityOf(10_000, 0, ROOM, EACH);
    expect({ most, binds }).toEqual({ most: 10_000, binds: null });
    expect(limits.find(({ name }) => name.includes('RLIMIT_AS'))).toMatchObject({ room: null, fits: null });
    expect(limits.find(({ name }) => name === 'memory')?.fits).toBe(24_000);
  });

  it.each([
    ['descriptors', /RLIMIT_NOFILE/],
    ['mappings', /max_map_count/],
    ['threads', /pids.max/],
    ['addressBytes', /RLIMIT_AS/],
    ['memoryBytes', /^memory$/],
  ] as const)('names the limit that decides: %s', (key, name) => {
    const { most, binds } = capacityOf(10_000, 0, { ...ROOM, [key]: EACH[key] * 5000 }, EACH);
    expect(binds).toMatch(name);
    expect(most).toBeLessThanOrEqual(5000);
    expect(most).toBeGreaterThan(4000);
  });

  it('counts those that are there, and never below them', () => {
    expect(capacityOf(10_000, 3000, { ...ROOM, memoryBytes: 500 * MIB }, EACH).most).toBe(3500);
    expect(capacityOf(10_000, 3000, { ...ROOM, descriptors: 0, memoryBytes: -MIB }, EACH).most).toBe(3000);
  });

  it('does not take a need of nothing for a limit', () => {
    expect(capacityOf(10, 0, { ...ROOM, mappings: 0 }, { ...EACH, mappings: 0 }).binds).toBeNull();
  });
});

describe('perMachine', () => {
  it('is what those that came later took each, and no less than is sure', () => {
    const before = { descriptors: 20, mappings: 300, threads: 11, addressBytes: 0, memoryBytes: 100 * MIB };
    const now = {
      descriptors: 110,
      mappings: 400,
      threads: 11,
      addressBytes: 90 * MIB,
      memoryBytes: 145 * MIB,
    };
    const least = { descriptors: 1, mappings: 1, threads: 1, addressBytes: 0, memoryBytes: 0 };
    expect(perMachine(before, now, 90, least)).toEqual({
      ...{ descriptors: 1, mappings: 100 / 90, threads: 1 },
      ...{ addressBytes: MIB, memoryBytes: MIB / 2 },
    });
  });
});
