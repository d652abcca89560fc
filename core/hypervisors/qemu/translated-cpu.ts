/**
 * Linux guests of QEMU on KVM where another QEMU's translator emulates the CPU, AMD-V included.
 *
 * If KVM hands a guest's registers to QEMU and takes them back, the guest's task segment comes back marked as busy, as it
 * always is on a real CPU (Linux: svm_get_segment). The translator keeps it unmarked, and takes a marked one for none
 * (target/i386/tcg/seg_helper.c, as of 2025): in an x86-64 guest user code may then do no port I/O, by which our first
 * process reaches us; in an i386 guest it ends the whole emulated computer, "invalid tss type".
 * They are handed out for what Linux does without: vAPIC, made for 32-bit Windows, and system management mode.
 */
import { emulatorOf } from '../../host/emulation.ts';
import type { Host } from '../../host/host.ts';
import { onceFor } from '../once-for.ts';
import type { QemuBuild } from './build.ts';

const isTranslated = onceFor(async (host) => {
  const cpuid = host.cpuid?.() ?? null;
  // What TCG says of itself will do.
  return emulatorOf({ cpuid, model: '', dmi: [], isNamed: true }) !== null;
});

/** For people. */
export const HELD_NOTE =
  'On this emulated CPU, Linux guests go without vAPIC and system management mode: with them, their registers pass through QEMU, after which the CPU refuses them port I/O.';

/** Whether such guests are started otherwise here. A machine type that somebody chose is left as it is. */
export async function holdsRegisters(host: Host, accelerator: string, build: QemuBuild): Promise<boolean> {
  return accelerator === 'kvm' && build.machineType === undefined && (await isTranslated(host));
}

/** How such a guest's registers stay where they are. */
export function holding(build: QemuBuild): { readonly machineType: string; readonly build: QemuBuild } {
  return {
    machineType: 'pc,smm=off',
    build: { ...build, args: [...(build.args ?? []), '-global', 'apic-common.vapic=off'] },
  };
}
