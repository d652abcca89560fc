import { spawnSync } from 'node:child_process';

/** Whether there is a QEMU for x86: the name `qemu` of requireOrSkip. */
export const qemuIsUsable = spawnSync('qemu-system-x86_64', ['--version']).status === 0;
