/** KVM's system calls as this VMM uses them (Linux: Documentation/virt/kvm/api.rst). */
import { ioctl, ioctlValue, open } from './system-calls.ts';

const KVM_GET_API_VERSION = 0xae00;
export const KVM_CREATE_VM = 0xae01;
export const KVM_GET_VCPU_MMAP_SIZE = 0xae04;
const KVM_GET_SUPPORTED_CPUID = 0xc008ae05;
export const KVM_CREATE_VCPU = 0xae41;
const KVM_SET_USER_MEMORY_REGION = 0x4020ae46;
export const KVM_SET_TSS_ADDR = 0xae47;
export const KVM_CREATE_IRQCHIP = 0xae60;
export const KVM_GET_REGS = 0x8090ae81;
export const KVM_SET_REGS = 0x4090ae82;
export const KVM_GET_SREGS = 0x8138ae83;
export const KVM_SET_SREGS = 0x4138ae84;
export const KVM_GET_STATS_FD = 0xaece;
export const KVM_SET_CPUID2 = 0x4008ae90;

const API_VERSION = 12;
const MAX_CPUID_ENTRIES = 128;
const CPUID_ENTRY_BYTES = 40;
/** Intel without unrestricted guests keeps a task-state segment here; far from anything the guest maps. */
export const TSS_ADDRESS = 0xfffb_d000;

/** CPUID leaf at which a guest finds our own signature: proof that this VMM's vCPU executed it. */
const VMM_SIGNATURE_LEAF = 0x4000_0100;
export const VMM_SIGNATURE = 'hvbench VMM';

export class VmError extends Error {
  override name = 'VmError';
}

/** A descriptor of /dev/kvm. Throws SystemCallError, or VmError where it is something else. */
export function openKvm(): number {
  const kvm = open('/dev/kvm');
  const version = ioctlValue('KVM_GET_API_VERSION', kvm, KVM_GET_API_VERSION);
  if (version !== API_VERSION) throw new VmError(`KVM's API version is ${version}, not ${API_VERSION}`);
  return kvm;
}

/** Shows the guest `length` bytes of this process at guest-physical address `at`. */
export function addMemory(vm: number, slot: number, at: number, address: bigint, length: number): void {
  const region = Buffer.alloc(32);
  region.writeUInt32LE(slot, 0);
  region.writeBigUInt64LE(BigInt(at), 8);
  region.writeBigUInt64LE(BigInt(length), 16);
  region.writeBigUInt64LE(address, 24);
  ioctl('KVM_SET_USER_MEMORY_REGION', vm, KVM_SET_USER_MEMORY_REGION, region);
}

/**
 * What KVM_SET_CPUID2 takes: what the host's CPU and KVM support, the hypervisor bit, and a leaf with our signature.
 * `keep`: the leaves to leave in, all where left out.
 */
export function supportedCpuid(kvm: number, keep?: ReadonlySet<number>): Buffer {
  const supported = Buffer.alloc(8 + MAX_CPUID_ENTRIES * CPUID_ENTRY_BYTES);
  supported.writeUInt32LE(MAX_CPUID_ENTRIES, 0);
  ioctl('KVM_GET_SUPPORTED_CPUID', kvm, KVM_GET_SUPPORTED_CPUID, supported);
  const entries: Buffer[] = [];
  for (let i = 0; i < supported.readUInt32LE(0); i++) {
    const entry = supported.subarray(8 + i * CPUID_ENTRY_BYTES, 8 + (i + 1) * CPUID_ENTRY_BYTES);
    const leaf = entry.readUInt32LE(0);
    if (leaf === 1) entry.writeUInt32LE((entry.readUInt32LE(20) | 0x8000_0000) >>> 0, 20);
    if (!keep || keep.has(leaf)) entries.push(entry);
  }
  const signature = Buffer.alloc(CPUID_ENTRY_BYTES);
  signature.writeUInt32LE(VMM_SIGNATURE_LEAF, 0);
  signature.writeUInt32LE(VMM_SIGNATURE_LEAF, 12);
  signature.write(VMM_SIGNATURE, 16, 'latin1');
  entries.push(signature);
  const head = Buffer.alloc(8);
  head.writeUInt32LE(entries.length, 0);
  return Buffer.concat([head, ...entries]);
}
