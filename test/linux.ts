import { spawnSync } from 'node:child_process';
import { findKernels } from '../core/guest/kernels.ts';

/** Whether there is a User Mode Linux: the name `uml` of requireOrSkip. */
export const umlIsUsable = spawnSync('linux.uml', ['--version']).status === 0;

/**
 * The kernels that guests can boot here, as `hvbench guest` left them: the name `guests` of requireOrSkip. Looked for
 * before any test gives itself a cache of its own.
 */
export const kernels = await findKernels([]);
