/** How many live machines fit into a host's memory: our own VMM with all of them in one process, and QEMU microvms. */
import type { Suite } from '../../core/model/suite.ts';

export const density: Suite = {
  name: 'density',
  title:
    'Density: 1, 10, 100, … idle machines that all answer a request; the memory and the start of each, up to 10,000',
  slot: 7,
  folder: 'suites/density',
  study: 'density',
  workloads: [],
};

/** Machines at once, where neither the host nor `--machines` says fewer. */
export const GOAL = 10_000;

/** What each machine is asked: registers only, so that what a machine holds is not the request's. */
export const REQUEST = { suite: 'cpu', workload: 'integer', iterations: 100 } as const;

/** The most memory that an idle machine of our own should take beyond what its guest has touched, bytes. */
export const CEILING_BYTES = 2 ** 20;

/** Each step holds so many times the machines of the one before. */
export const STEP = 10;
