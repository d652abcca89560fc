import { MachineError } from './hypervisor.ts';
import type { VmGroup } from './vm-group.ts';

const LIMIT_MS = 10 * 60_000;

/** A group with so many machines; all of it is stopped if they do not come up. Throws MachineError. */
export async function grownTo(group: VmGroup, count: number): Promise<VmGroup> {
  if (count === 0) return group;
  try {
    const { stop } = await group.grow(count, { reserveBytes: 0, moreBytes: null }, LIMIT_MS, () => {});
    if (stop === null) return group;
    throw new MachineError(`not all of ${count} machines came up: ${stop.text}`);
  } catch (error) {
    await group.stop();
    throw error;
  }
}
