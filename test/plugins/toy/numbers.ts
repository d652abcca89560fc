/** A suite: a table of workloads, which hvbench compiles once and links into every image. */
import { fileURLToPath } from 'node:url';
import type { MeasuredSuite } from 'hvbench';

export const numbers: MeasuredSuite = {
  name: 'numbers',
  title: 'Number theory',
  // Where the code is linked, and so part of its digest: it stays for ever.
  slot: 100,
  folder: fileURLToPath(new URL('.', import.meta.url)),
  workloads: [
    {
      name: 'collatz',
      title: 'Steps of the Collatz sequence of one number',
      exposes: 'Branches that cannot be predicted.',
      source: 'collatz.c',
      entry: 'numbers/collatz',
    },
  ],
};
