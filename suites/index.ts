/** The suites, in slot order. */
import type { MeasuredSuite } from '../core/measure/method.ts';
import { boot } from './boot/index.ts';
import { consolidation } from './consolidation/index.ts';
import { cpu } from './cpu/index.ts';
import { density } from './density/index.ts';
import { faults } from './faults/index.ts';
import { memory } from './memory/index.ts';
import { privileged } from './privileged/index.ts';
import { system } from './system/index.ts';

export const suites: readonly MeasuredSuite[] = [
  cpu,
  memory,
  faults,
  privileged,
  system,
  boot,
  consolidation,
  density,
];
