/**
 * Linux guests of QEMU on KVM where another QEMU's translator emulates the CPU, AMD-V included.
 *
 * When KVM takes back a guest's registers that it handed out to QEMU, the guest's task segment comes back marked as busy, as on a
 * real CPU it always is (svm_get_segment in arch/x86/kvm/svm/svm.c). The translator expects its own unmarked one
 * (target/i386/tcg/seg_helper.c, up to QEMU 10 at least): then it refuses port I/O of user code in an x86-64 guest, so that our
 * first process dies, and in an i386 guest it ends, and the whole emulated computer with it: "invalid tss type".
 * A Linux guest's registers are handed out for what it can do without: QEMU's own part of the APIC (vAPIC), made for 32-bit
 * Windows, and system management mode.
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
