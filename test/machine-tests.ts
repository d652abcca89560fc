/**
 * Tests that run the real command, and look neither at how long anything takes nor at what all of the computer shares:
 * two files at a time, when those that run no command are done. Most of their time they wait: for a guest that boots, a
 * budget, a package.
 */
export const COMMAND_TESTS = [
  'test/cli/{compare,elsewhere,exec-journal,exec-options,faults,guest,history,library,library-examples}.test.ts',
  'test/cli/{disk,fleet,names,no-kvm,no-size,plugins,qemu-faults,site,start,usage}.test.ts',
  'test/systems/*.test.ts',
];

/**
 * The tests that start machines, run the real command, or measure: one file at a time, when all others are done. Whatever
 * is not listed here runs beside others, and fails as soon as it starts a machine or the command: see no-machines.ts.
 */
export const MACHINE_TESTS = [
  'test/cli/**/*.test.ts',
  'test/systems/*.test.ts',
  'test/{action,action-ab,native-tax}.test.ts',
  'test/suites/privileged.test.ts',
  'test/core/measure/workloads.test.ts',
  'test/core/host/{cpu-time,noise}.test.ts',
  'test/core/hypervisors/{boot-failure,process-machine,registry,shape}.test.ts',
  'test/core/emulate/computer.test.ts',
  'test/core/hypervisors/kvm/{exit-cost,exit-counts,paging,vm}.test.ts',
  'test/core/hypervisors/kvm/vm-group/vm-group.test.ts',
  'test/core/hypervisors/qemu/{exit-counts,microvm-group}.test.ts',
];

/** When all of these are done: what takes results that they made (kept-results.ts), and makes alone what it lacks. */
export const LAST_TESTS = ['test/cli/site-conditions.test.ts'];
