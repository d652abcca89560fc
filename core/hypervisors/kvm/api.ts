/** KVM's system calls as this VMM uses them (Linux: Documentation/virt/kvm/api.rst). */
import { SREGS_BYTES } from './registers.ts';
import { close, ioctl, ioctlValue, open } from './system-calls.ts';

const KVM_GET_API_VERSION = 0xae00;
const KVM_CREATE_VM = 0xae01;
const KVM_GET_VCPU_MMAP_SIZE = 0xae04;
const KVM_GET_SUPPORTED_CPUID = 0xc008ae05;
const KVM_CREATE_VCPU = 0xae41;
const KVM_SET_USER_MEMORY_REGION = 0x4020ae46;
const KVM_SET_TSS_ADDR = 0xae47;
export const KVM_CREATE_IRQCHIP = 0xae60;
export const KVM_GET_REGS = 0x8090ae81;
const KVM_SET_REGS = 0x4090ae82;
const KVM_GET_SREGS = 0x8138ae83;
const KVM_SET_SREGS = 0x4138ae84;
export const KVM_GET_STATS_FD = 0xaece;
const KVM_SET_CPUID2 = 0x4008ae90;

const API_VERSION = 12;
const MAX_CPUID_ENTRIES = 128;
const CPUID_ENTRY_BYTES = 40;
/** Intel without unrestricted guests keeps a task-state segment here; far from anything the guest maps. */
const TSS_ADDRESS = 0xfffb_d000;

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

/** A VM without a vCPU and memory: its descriptor. Throws SystemCallError. */
export function createVm(kvm: number): number {
  return ioctlValue('KVM_CREATE_VM', kvm, KVM_CREATE_VM);
}

/** Before its first vCPU. */
export function placeTaskState(vm: number): void {
  ioctlValue('KVM_SET_TSS_ADDR', vm, KVM_SET_TSS_ADDR, TSS_ADDRESS);
}

/** The descriptor of a VM's only vCPU, which finds `cpuid`. Throws SystemCallError, and then keeps nothing open. */
export function createVcpu(vm: number, cpuid: Buffer): number {
  const vcpu = ioctlValue('KVM_CREATE_VCPU', vm, KVM_CREATE_VCPU, 0);
  try {
    ioctl('KVM_SET_CPUID2', vcpu, KVM_SET_CPUID2, cpuid);
  } catch (error) {
    close(vcpu);
    throw error;
  }
  return vcpu;
}

/** Bytes of struct kvm_run with what follows it, the same for every vCPU. */
export function runBytes(kvm: number): number {
  return ioctlValue('KVM_GET_VCPU_MMAP_SIZE', kvm, KVM_GET_VCPU_MMAP_SIZE);
}

/** struct kvm_sregs of a vCPU. */
export function systemRegisters(vcpu: number): Buffer {
  const sregs = Buffer.alloc(SREGS_BYTES);
  ioctl('KVM_GET_SREGS', vcpu, KVM_GET_SREGS, sregs);
  return sregs;
}

export function setRegisters(vcpu: number, sregs: Buffer, regs: Buffer): void {
  ioctl('KVM_SET_SREGS', vcpu, KVM_SET_SREGS, sregs);
  ioctl('KVM_SET_REGS', vcpu, KVM_SET_REGS, regs);
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
