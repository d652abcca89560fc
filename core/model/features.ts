/**
 * What a machine may offer beyond running code, and a workload may need.
 * `large-pages`: an arena of 2 MiB pages. `discard`: memory that can be given back, so that a page can
 * be touched for the first time again.
 */
export type MachineFeature = 'large-pages' | 'discard';

/** What operations find in a hypervisor's machines. */
export interface Scratch {
  /** Guest-physical address of a device's register that may be read and written at will. */
  readonly mmio: number;
}
