import { describe, expect, it } from 'vitest';
import { checkElapsed } from '../../../core/hypervisors/batch-times.ts';
import { MachineError } from '../../../core/hypervisors/hypervisor.ts';

const MS = 1_000_000n;
/** A batch of 20 ms, 5 s after that computer has booted; between question and answer passed 21 ms here. */
const TOLD = { hostBegin: 5000n * MS, hostEnd: 5020n * MS, cpuNs: 20e6 };

describe('a batch on another computer', () => {
  it('may have begun at any time by a clock that is not ours', () => {
    expect(() => checkElapsed(7, TOLD, 21n * MS, 1)).not.toThrow();
    expect(() => checkElapsed(0, { ...TOLD, hostEnd: TOLD.hostBegin, cpuNs: 0 }, 21n * MS, 1)).not.toThrow();
  });

  it.each([
    [
      'took longer than passed',
      { hostEnd: 5030n * MS },
      /took 30\.0 ms by its clock, and 21\.0 ms passed here$/,
    ],
    ['ended before it began', { hostEnd: 4999n * MS }, /did not mark both ends/],
    ['was not marked', { hostBegin: 0n, hostEnd: 0n }, /did not mark both ends/],
    ['took no time', { hostEnd: TOLD.hostBegin }, /its batch of 7 iterations took no time$/],
    ['took more CPU time than there is', { cpuNs: 1e9 }, /more CPU time than was available$/],
  ])('did not: it %s', (_, change, message) => {
    const check = () => checkElapsed(7, { ...TOLD, ...change }, 21n * MS, 1);
    expect(check).toThrow(MachineError);
    expect(check).toThrow(message);
  });
});
