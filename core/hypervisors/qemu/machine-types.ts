/** The machines that QEMU is started as. */
import type { Platform } from '../../results/schema.ts';

/** QEMU's `-M` for each. A bare guest needs no timer, and a microvm can do without. */
export const MACHINE_TYPES: ReadonlyMap<string, string> = new Map([
  ['microvm', 'microvm,pit=off,pic=off,rtc=off,isa-serial=on'],
  ['pc', 'pc'],
]);

/**
 * Those that can run a platform's images, the usual one first. Linux finds out the rate of its clock by a timer, and on
 * a microvm, which has the oldest alone, it fails to every now and then, and hangs.
 */
export const machineTypes = { bare: ['microvm', 'pc'], linux: ['pc'] } as const satisfies Record<
  Platform,
  readonly string[]
>;
