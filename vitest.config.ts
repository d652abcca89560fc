import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Tests import the sources; the real command is built before by npm test.
  resolve: { conditions: ['hvbench-source'] },
  test: {
    include: ['test/**/*.test.ts'],
    // Tests run several at once on purpose; those of the lock name a place of their own.
    env: { HVBENCH_LOCKS: '' },
    globalSetup: ['test/temporary-folder.ts'],
    // A run over every hypervisor takes half a minute here; a busy neighbour of the computer doubles or triples that.
    testTimeout: 120_000,
    hookTimeout: 180_000,
    // Two cores, real machines: one file at a time, so that tests do not disturb each other.
    fileParallelism: false,
  },
});
