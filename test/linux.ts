import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { findKernels } from '../core/guest/kernels.ts';

/** Whether there is a User Mode Linux: the name `uml` of requireOrSkip. */
export const umlIsUsable = spawnSync('linux.uml', ['--version']).status === 0;

/** Whether there is a BIOS that v86 boots Linux with: the name `seabios` of requireOrSkip. */
export const seabiosIsHere = ['/usr/share/seabios/bios.bin', '/usr/share/qemu/bios.bin'].some((path) =>
  existsSync(path),
);

/**
 * The kernels that guests can boot here, as `hvbench guest` left them: the name `guests` of requireOrSkip. Looked for
 * before any test gives itself a cache of its own.
 */
export const kernels = await findKernels([]);

/** Whether a process is one of User Mode Linux, by its command line. */
export const isUml = (commandLine: string): boolean => /^\S*linux\.uml /.test(commandLine);
