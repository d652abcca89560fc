import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Tests import the sources; the real command is built once by the global set-up.
  resolve: { conditions: ['hvbench-source'] },
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Two cores, real machines: one file at a time, so that tests do not disturb each other.
    fileParallelism: false,
  },
});
