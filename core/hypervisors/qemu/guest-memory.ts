/** How much memory guests have, MiB, and what else can be chosen of them. */
import { LARGE_ARENA, LARGE_ARENA_SIZE } from '../../guest/layout.ts';
import { LEAST_LINUX_MIB } from '../linux-boot.ts';
import type { VmOffers } from '../vm-spec.ts';

const MIB = 1 << 20;
/** Room for the image and both arenas, and for what QEMU's loader puts at the end of memory. */
export const BARE_MEMORY_MIB = (LARGE_ARENA + LARGE_ARENA_SIZE) / MIB + 32;

/** Of a Linux guest on a pc. */
export const LINUX_OFFERS: VmOffers = { vcpus: 255, memoryMib: LEAST_LINUX_MIB };
