/** Workloads that run in a native process and misbehave in a guest: they test the tool, not a hypervisor. */
import type { Suite, Workload } from '../../core/model/suite.ts';

const fault = (name: string, title: string, exposes: string): Workload => ({
  name,
  title,
  exposes,
  source: 'faults.c',
  entry: `faults/${name}`,
});

export const faults: Suite<never> = {
  name: 'faults',
  title: 'Faults on purpose',
  slot: 2,
  folder: 'suites/faults',
  selfTest: true,
  workloads: [
    fault('hang', 'Loops for ever in a guest', 'Whether a guest that does not answer is ended at its limit.'),
    fault(
      'crash',
      'Executes UD2 in a guest',
      'Whether a guest that dies (a triple fault) is seen and named.',
    ),
    fault('wrong-checksum', 'Returns another checksum in a guest', 'Whether a wrong result fails the trial.'),
    fault(
      'refuse',
      'Declines to prepare in a guest',
      'Whether a workload that a machine cannot run is told from a failure.',
    ),
    fault(
      'wild-exit',
      'Writes to an unused I/O port in a guest',
      'Whether an exit that nobody expects is reported.',
    ),
    fault(
      'wild-store',
      'Writes to an unmapped address in a guest',
      'Whether a guest that leaves its memory is reported.',
    ),
  ],
};
