import { defineConfig } from 'hvbench';

/**
 * What `npm run bench` measures: the workloads, on everything that can run here. Flags go before what is said here;
 * `--suite privileged` measures single operations instead.
 */
export default defineConfig({
  suites: ['cpu', 'memory'],
  profile: 'standard',
});
