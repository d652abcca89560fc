import { localHost } from '../core/host/local.ts';
import { findQemu } from '../core/hypervisors/qemu/program.ts';

/** The QEMU for x86 of this host, by whichever name; empty where there is none. */
export const qemu = (await findQemu(localHost)).program?.path ?? '';

/** Whether there is one: the name `qemu` of requireOrSkip. */
export const qemuIsUsable = qemu !== '';
