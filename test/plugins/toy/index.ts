/** The plugin: what a package of its own would export. */
import type { Plugin } from 'hvbench';
import { lines } from './lines.ts';
import { nice } from './nice.ts';
import { numbers } from './numbers.ts';
import { spawn } from './spawn.ts';

export const toy: Plugin = {
  name: 'toy',
  version: '1.0.0',
  suites: [numbers, spawn],
  hypervisors: [nice],
  reports: [lines],
};
