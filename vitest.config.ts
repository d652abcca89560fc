import { configDefaults, defineConfig } from 'vitest/config';
import { COMMAND_TESTS, LAST_TESTS, MACHINE_TESTS } from './test/machine-tests.ts';

const shared = {
  // Tests run several at once on purpose; those of the lock name a place of their own.
  env: { HVBENCH_LOCKS: '' },
  // A run over every hypervisor takes half a minute here; a busy neighbour of the computer doubles or triples that.
  testTimeout: 120_000,
  hookTimeout: 180_000,
};
// Tests import the sources; the real command is built before by npm test.
const resolve = { conditions: ['hvbench-source'] };

export default defineConfig({
  test: {
    globalSetup: ['test/temporary-folder.ts'],
    projects: [
      {
        resolve,
        test: {
          ...shared,
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...COMMAND_TESTS, ...MACHINE_TESTS],
          setupFiles: ['test/no-machines.ts'],
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        resolve,
        test: {
          ...shared,
          name: 'commands',
          include: COMMAND_TESTS,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        resolve,
        test: {
          ...shared,
          name: 'machines',
          include: MACHINE_TESTS,
          exclude: [...configDefaults.exclude, ...COMMAND_TESTS, ...LAST_TESTS],
          // Two cores, real machines: one file at a time, so that tests do not disturb each other.
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
      {
        resolve,
        test: {
          ...shared,
          name: 'last',
          include: LAST_TESTS,
          fileParallelism: false,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
