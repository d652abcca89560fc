import { defineConfig } from 'hvbench';

/** What `npm run bench` measures: everything that can run here. Flags go before what is said here. */
export default defineConfig({
  profile: 'standard',
});
