import { expect, test } from 'vitest';
import { bestCpus, kindOf, quietOf, readTraits } from '../../../core/host/cpu-traits.ts';
import { fakeHost } from './folder-host.ts';

test('cores that are all alike have no kind, whichever list the kernel has of them', async () => {
  const host = await fakeHost({ 'sys/devices/cpu_atom/cpus': '0-3\n' });
  expect(kindOf(3, await readTraits(host))).toBeNull();
});

test('isolated and tickless CPUs are preferred, P-cores before both', () => {
  const kinds = { performance: [0, 1, 2, 3], efficiency: [4, 5] };
  const none = { kinds: { performance: [], efficiency: [] }, isolated: [], tickless: [] };
  const allowed = [0, 1, 2, 3, 4, 5];
  expect(bestCpus(allowed, none)).toEqual(allowed);
  expect(bestCpus(allowed, { ...none, isolated: [1, 2], tickless: [2] })).toEqual([2]);
  expect(bestCpus(allowed, { kinds, isolated: [5], tickless: [3] })).toEqual([3]);
  expect(bestCpus([4, 5], { kinds, isolated: [4], tickless: [] })).toEqual([4]);
});

test('what keeps others off a CPU is read from the kernel', async () => {
  const host = await fakeHost({
    'sys/devices/system/cpu/isolated': '2-3\n',
    'sys/devices/system/cpu/nohz_full': '3\n',
  });
  const traits = await readTraits(host);
  expect([1, 2, 3].map((cpu) => quietOf(cpu, traits))).toEqual([[], ['isolated'], ['isolated', 'tickless']]);
});
