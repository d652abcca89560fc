/** A boot cut into stretches between its milestones, for bars. */
import type { BootResult } from '../schema.ts';
import { milestoneMs } from './rows.ts';

/** What goes on in each stretch, with a colour of Okabe & Ito 2008, "Color Universal Design". */
export const STRETCHES = [
  { name: 'hypervisor', title: "hvbench's launcher: Node and its script", colour: '#9a9a9a' },
  { name: 'guest', title: "hypervisor and firmware, to the guest's first sign", colour: '#0072b2' },
  { name: 'kernel', title: 'the kernel unpacks itself', colour: '#e69f00' },
  { name: 'userSpace', title: 'the kernel boots, to user space', colour: '#d55e00' },
  { name: 'ready', title: 'our program, to its first answer', colour: '#009e73' },
] as const;

export interface BootSegment {
  readonly stretch: (typeof STRETCHES)[number]['name'];
  /** Milliseconds from the start of the process. */
  readonly from: number;
  readonly to: number;
}

/** Stretches in their order; if a milestone was not seen, the next stretch begins earlier. */
export function segmentsOf(row: BootResult): BootSegment[] {
  let from = 0;
  return STRETCHES.flatMap(({ name: stretch }) => {
    const at = milestoneMs(row, stretch);
    // Estimates of neighbouring milestones may cross by a hair.
    if (at === null || at <= from) return [];
    const segment = { stretch, from, to: at };
    from = at;
    return [segment];
  });
}

/** Machines that are this many times as slow as the fastest get an axis of their own. */
const APART = 6;

/**
 * Where rows, the fastest first, are best cut in two so that neither part hides in the scale of the other; their number
 * if one scale will do.
 */
export function splitAt(ready: readonly number[]): number {
  const slowest = ready.at(-1) ?? 0;
  const index = ready.findIndex((ms) => ms * APART > slowest);
  return index <= 0 ? ready.length : index;
}
