/** This computer. */
import { availableParallelism, loadavg, release, totalmem, type } from 'node:os';
import { capture } from './capture.ts';
import { readCpuid } from './cpuid.ts';
import { execute } from './execute.ts';
import { filesBelow } from './files-below.ts';
import type { Host } from './host.ts';
import { findOnPath } from './path.ts';
import { start } from './start.ts';

export const localHost: Host = {
  ...filesBelow('/'),
  platform: process.platform,
  arch: process.arch,
  get userId() {
    return process.geteuid?.() ?? null;
  },
  get searchPath() {
    return process.env.PATH ?? '';
  },
  facts: () => ({
    memoryBytes: totalmem(),
    system: type(),
    kernel: release(),
    load: loadavg()[0] ?? 0,
    cpus: availableParallelism(),
  }),
  cpuid: readCpuid,
  find: (program, path) => findOnPath(program, path ?? localHost.searchPath),
  capture,
  execute,
  start,
  now: () => process.hrtime.bigint(),
};
